/* SPDX-License-Identifier: MIT
 * Reads and checks what operators say about shapes: integer parameter tensors, negative axes, an expected shape.
 * Knows no operator. */
#ifndef MPYLITE_DIMS_H
#define MPYLITE_DIMS_H

#include "kernel.h"

/* STATUS_OK if the tensor at the port holds int32 or int64. */
status_t dims_require_integer(const kernel_ctx_t *ctx, unsigned port);

/* Element i of an int32 or int64 tensor that has data; int64 saturates at the ends of int32. */
int32_t dims_value(const tensor_t *tensor, uint32_t i);

/* Writes element i of an int32 or int64 tensor. */
void dims_store(const tensor_t *tensor, uint32_t i, int32_t value);

/* *axis brought from -rank..rank-1 into 0..rank-1; STATUS_INDEX, naming the port, outside of that. */
status_t dims_axis(const kernel_ctx_t *ctx, unsigned port, unsigned rank, int32_t *axis);

/* STATUS_OK if output i has this shape. For invoke: a shape that comes from computed values must be what the file
 * promised, because memory was planned for that. */
status_t dims_require_shape(const kernel_ctx_t *ctx, unsigned i, unsigned rank, const int32_t *dims);

/* STATUS_OK if input 0 and output i are of one type that the engine holds; gives the bytes of an element. */
status_t dims_require_same_type(const kernel_ctx_t *ctx, unsigned i, uint32_t *item_bytes);

/* True if the inputs from `first` on are constant: parameter tensors that prepare can read. */
bool dims_known(const kernel_ctx_t *ctx, unsigned first);

/* Product of dims[from] to dims[to - 1]. */
uint32_t dims_product(const int32_t *dims, unsigned from, unsigned to);

/* STATUS_OK if both ports have one scale and zero point, the same: their elements compare as they are stored. */
status_t dims_require_same_scale(const kernel_ctx_t *ctx, unsigned a, unsigned b);

#endif
