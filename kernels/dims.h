/* SPDX-License-Identifier: MIT
 * Shapes that operators work out from integer parameter tensors (sizes, axes, paddings): reading, checking, and when.
 * Knows no operator. */
#ifndef MPYLITE_DIMS_H
#define MPYLITE_DIMS_H

#include "kernel.h"

typedef struct {
    uint32_t rank;
    int32_t size[KERNEL_MAX_RANK];
} dims_t;

/* Works out the shape of output 0, and what else the operator wants beside it, from parameter tensors that have data.
 * Checks all that it reads. The dims_t is the first member of the operator's own struct. */
typedef status_t (*dims_read_t)(const kernel_ctx_t *ctx, dims_t *plan);

/* Prepare: inputs 1 to `last` are integers. Where they are constant, reads them and sets the shape of output 0;
 * otherwise memory is planned for the shape that the file promises, and dims_check finds out in invoke. */
status_t dims_prepare(kernel_ctx_t *ctx, unsigned last, dims_read_t read, dims_t *plan);

/* Invoke: reads again; STATUS_OK if output 0 has that shape. */
status_t dims_check(const kernel_ctx_t *ctx, dims_read_t read, dims_t *plan);

/* STATUS_OK if output i has this shape. */
status_t dims_require(const kernel_ctx_t *ctx, unsigned i, uint32_t rank, const int32_t *size);

/* STATUS_OK if input 0 and output 0 have one type. */
static inline status_t dims_require_same_type(const kernel_ctx_t *ctx) {
    return kernel_require_type(ctx, KERNEL_OUTPUT, kernel_input(ctx, 0)->type);
}

/* STATUS_OK if the tensor at the port holds int32 or int64. */
status_t dims_require_integer(const kernel_ctx_t *ctx, unsigned port);

/* STATUS_OK if input i has this many elements. */
status_t dims_require_count(const kernel_ctx_t *ctx, unsigned i, uint32_t count);

/* STATUS_OK if both ports have the same scale and zero point, or none: their elements compare as they are stored. */
status_t dims_require_same_scale(const kernel_ctx_t *ctx, unsigned a, unsigned b);

/* True if input i lies in the model file: prepare can read it. */
static inline bool dims_known(const kernel_ctx_t *ctx, unsigned i) {
    return kernel_input(ctx, i)->flags & TENSOR_CONSTANT;
}

/* Element i of an int32 or int64 tensor that has data; int64 saturates at the ends of int32. */
int32_t dims_value(const tensor_t *tensor, uint32_t i);

/* Writes element i of an int32 or int64 tensor. */
void dims_store(const tensor_t *tensor, uint32_t i, int32_t value);

/* *axis brought from -rank..rank-1 into 0..rank-1; STATUS_INDEX, naming the port, outside of that. */
status_t dims_axis(const kernel_ctx_t *ctx, unsigned port, uint32_t rank, int32_t *axis);

/* The one axis that input i holds. */
status_t dims_read_axis(const kernel_ctx_t *ctx, unsigned i, uint32_t rank, int32_t *axis);

/* Product of size[from] to size[to - 1]. */
uint32_t dims_product(const int32_t *size, uint32_t from, uint32_t to);

#endif
