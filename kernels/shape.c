/* SPDX-License-Identifier: MIT
 * Operators that change or report a shape and leave the elements alone: RESHAPE, EXPAND_DIMS, SQUEEZE, SHAPE. */
#include "dims.h"

/* Output 0 gets this shape if it holds as many elements as input 0, and may lie on its memory. */
static status_t shape_settle(kernel_ctx_t *ctx, unsigned rank, const int32_t *dims) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    uint32_t item_bytes;
    TRY(dims_require_same_type(ctx, 0, &item_bytes));
    TRY(kernel_set_shape(ctx, 0, rank, dims));
    if (output->count != input->count) {
        return kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT, (int32_t)output->count, (int32_t)input->count);
    }
    kernel_in_place(ctx, 0, 0);
    return STATUS_OK;
}

static status_t shape_move(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    if (output->data != input->data) {
        memcpy(output->data, input->data, (size_t)input->count * kernel_item_bytes(input->type));
    }
    return STATUS_OK;
}

/* ---- RESHAPE ------------------------------------------------------------------------------------------------- */

/* Where the wanted shape stands: the second input, else the option. NULL where it is neither there nor constant. */
static const int32_t *wanted_shape(const kernel_ctx_t *ctx, uint32_t *rank) {
    const tensor_t *shape = kernel_input(ctx, 1);
    if (shape == NULL) {
        const int32_t *sizes = kernel_option_ints(ctx, 0, rank);
        *rank -= *rank == 1 && sizes[0] == 0; /* old files write a scalar as [0] */
        return sizes;
    }
    *rank = shape->count;
    return shape->data;
}

/* Copies a wanted shape, the one size of -1 worked out; false where it does not hold `count` elements. */
static bool solve_shape(const int32_t *wanted, uint32_t rank, uint32_t count, int32_t *dims) {
    uint32_t known = 1;
    int32_t *open = NULL;
    if (wanted == NULL || rank > KERNEL_MAX_RANK) {
        return false;
    }
    for (uint32_t d = 0; d < rank; d++) {
        dims[d] = wanted[d];
        if (dims[d] == -1 && open == NULL) {
            open = &dims[d];
        } else if (dims[d] < 0 || (dims[d] > 0 && known > count / (uint32_t)dims[d] && count != 0)) {
            return false;
        } else {
            known *= (uint32_t)dims[d];
        }
    }
    if (open != NULL) {
        *open = known ? (int32_t)(count / known) : 0;
        known *= (uint32_t)*open;
    }
    return known == count;
}

status_t reshape_prepare(kernel_ctx_t *ctx) {
    const tensor_t *input, *shape, *output;
    int32_t dims[KERNEL_MAX_RANK];
    uint32_t rank = 0;
    TRY(kernel_arity(ctx, 1, 2, 1));
    input = kernel_input(ctx, 0);
    shape = kernel_input(ctx, 1);
    output = kernel_output(ctx, 0);
    if (shape != NULL) {
        TRY(kernel_require_type(ctx, 1, TENSOR_INT32));
    }
    const int32_t *wanted = wanted_shape(ctx, &rank);
    if (solve_shape(wanted, rank, input->count, dims)) {
        return shape_settle(ctx, rank, dims);
    }
    /* computed, or left stale by a converter: the file's own output shape decides, as in TFLM */
    return shape_settle(ctx, output->rank, output->dims);
}

status_t reshape_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *shape = kernel_input(ctx, 1), *output = kernel_output(ctx, 0);
    if (shape != NULL && !(shape->flags & TENSOR_CONSTANT)) {
        int32_t dims[KERNEL_MAX_RANK];
        if (!solve_shape(shape->data, shape->count, output->count, dims)) {
            return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)shape->count, (int32_t)output->count);
        }
        TRY(dims_require_shape(ctx, 0, shape->count, dims));
    }
    return shape_move(ctx);
}
