/* SPDX-License-Identifier: MIT
 * Which operators this build holds: ops.def expanded to function pointers, and their names. */
#ifndef MPYLITE_REGISTRY_H
#define MPYLITE_REGISTRY_H

#include "kernel.h"

typedef struct {
    uint16_t code; /* TFLite's builtin code */
    status_t (*prepare)(kernel_ctx_t *ctx);
    status_t (*invoke)(const kernel_ctx_t *ctx);
} registry_row_t;

/* The row of an operator, NULL if this build lacks it. */
const registry_row_t *registry_find(int32_t code);

/* Number of rows, and row i. */
uint32_t registry_count(void);
const registry_row_t *registry_row(uint32_t i);

/* The name of an operator that mpylite knows, in this build or not; NULL for others. */
const char *registry_name(int32_t code);

#endif
