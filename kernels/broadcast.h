/* SPDX-License-Identifier: MIT
 * The one walk over operands that broadcast: prepare works out axes and steps, invoke hands contiguous runs of the
 * output to the operator's row function. Knows nothing of arithmetic. */
#ifndef MPYLITE_BROADCAST_H
#define MPYLITE_BROADCAST_H

#include "kernel.h"

#define BROADCAST_INPUTS 3

/* Neighbouring dimensions that every input treats alike are one axis; axis 0 is the innermost. */
typedef struct {
    int32_t count;
    int32_t step[BROADCAST_INPUTS]; /* elements by which an input moves on; 0 where it is broadcast (inner: 0 or 1) */
} broadcast_axis_t;

typedef struct {
    uint8_t axes; /* 0: the output has no elements */
    uint8_t inputs;
    uint8_t spare[2];
    broadcast_axis_t axis[]; /* as many as needed */
} broadcast_t;

/* One run: out[i] from in[k][i * step[k]] for i < count. */
typedef struct {
    void *out;
    const void *in[BROADCAST_INPUTS];
    int32_t step[BROADCAST_INPUTS];
    int32_t count;
} broadcast_row_t;

typedef void (*broadcast_function_t)(const broadcast_row_t *row, const void *params);

/* Prepare: sets output 0's shape to the broadcast of the first `inputs` (1 to 3) inputs' shapes, allows it on the
 * memory of inputs of its own size and item size, and gives a plan. */
status_t broadcast_prepare(kernel_ctx_t *ctx, unsigned inputs, const broadcast_t **plan);

/* Invoke: calls the function for every run. */
void broadcast_run(const kernel_ctx_t *ctx, const broadcast_t *plan, broadcast_function_t function, const void *params);

#endif
