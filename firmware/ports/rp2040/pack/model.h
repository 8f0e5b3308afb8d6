/* SPDX-License-Identifier: MIT
 * What unpack.c believes at each bit: the same tables and sums, for the packer. Costs are in 1/1024 bit. */
#ifndef RP2040_PACK_MODEL_H
#define RP2040_PACK_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "../unpack_belief.h"

#define MODEL_BIT 1024

typedef struct {
    const uint8_t *data;
    unsigned bytes, table_bytes;
    uint8_t *tables;
    belief_t belief;
    uint8_t order0[2][256], kinds[2 * UNPACK_KINDS], tokens[UNPACK_TOKENS];
    uint32_t costs[4097];
    void (*coded)(void *coder, unsigned bit, unsigned likely); /* NULL: nothing is written */
    void *coder;
} model_t;

/* The histories that foretell one bit. */
typedef struct {
    uint8_t *at[UNPACK_INPUTS];
    unsigned count, node, row;
} context_t;

void model_start(model_t *model, const uint8_t *data, unsigned bytes, uint8_t *tables);

/* Contexts of a literal at `place`; those of whether one comes, after `kinds`. */
context_t model_literal(model_t *model, unsigned place);
context_t model_flag(model_t *model, unsigned place, unsigned kinds);
context_t model_token(model_t *model, unsigned place, unsigned node);

uint32_t model_cost(const model_t *model, const context_t *context, unsigned bit);
/* Writes the bit, and learns. */
uint32_t model_code(model_t *model, const context_t *context, unsigned bit);

/* Of a whole literal. */
uint32_t model_literal_cost(model_t *model, unsigned place);
uint32_t model_literal_code(model_t *model, unsigned place);

#endif
