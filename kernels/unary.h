/* SPDX-License-Identifier: MIT
 * What operators of one input and an output of the same shape share: preparation, and elements of any integer type
 * seen as int32. Knows nothing of quantisation. */
#ifndef MPYLITE_UNARY_H
#define MPYLITE_UNARY_H

#include "kernel.h"

/* Arity 1 to 1, output 0 of input 0's shape, in place where the item sizes agree. */
status_t unary_prepare(kernel_ctx_t *ctx);

/* Elements handled at a time by loops that widen to int32; where there is one type, the loops about them only take code. */
#define UNARY_CHUNK (MPYLITE_INT8_ONLY ? 1u : 32u)

/* n elements from index `at` of an int8, uint8, bool, int16 or int32 tensor into int32, and back to any type of their
 * sizes by dropping high bits. Others do nothing. */
void unary_load(int32_t *to, const tensor_t *from, uint32_t at, uint32_t n);
void unary_store(const tensor_t *to, const int32_t *from, uint32_t at, uint32_t n);

#endif
