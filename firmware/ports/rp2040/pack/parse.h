/* SPDX-License-Identifier: MIT
 * Which literals and matches tell an image for the fewest bits. */
#ifndef RP2040_PACK_PARSE_H
#define RP2040_PACK_PARSE_H

#include "model.h"

/* A literal has length 1. */
typedef struct {
    uint16_t length;
    uint32_t back; /* 0: a literal */
} step_t;

/* Fills `steps` (room for one a byte); returns how many. */
unsigned parse(const uint8_t *data, unsigned bytes, uint8_t *tables, step_t *steps);

/* Tells the steps to the model. */
void parse_code(model_t *model, const step_t *steps, unsigned count);

#endif
