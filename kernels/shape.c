/* SPDX-License-Identifier: MIT
 * Operators that change, report or join shapes and leave elements as they are: RESHAPE, EXPAND_DIMS, SQUEEZE, SHAPE,
 * BROADCAST_ARGS. */
#include "dims.h"

/* Output 0 must hold as many elements as input 0, of the same type; it may lie on its memory. */
static status_t shape_settle(kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    if (output->count != input->count) {
        return kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT, (int32_t)output->count, (int32_t)input->count);
    }
    kernel_in_place(ctx, 0, 0);
    return dims_require_same_type(ctx);
}

static status_t shape_move(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    if (output->data != input->data) {
        memcpy(output->data, input->data, (size_t)input->count * kernel_item_bytes(input->type));
    }
    return STATUS_OK;
}

/* ---- RESHAPE ------------------------------------------------------------------------------------------------- */

/* The wanted shape, the one size of -1 worked out; it must hold all elements of the input. */
static status_t solve_shape(const kernel_ctx_t *ctx, const int32_t *wanted, uint32_t rank, dims_t *dims) {
    uint32_t known = 1, count = kernel_input(ctx, 0)->count;
    int32_t *open = NULL;
    if (rank > KERNEL_MAX_RANK) {
        return kernel_fail(ctx, STATUS_RANK, KERNEL_OUTPUT, (int32_t)rank, KERNEL_MAX_RANK);
    }
    dims->rank = rank;
    for (uint32_t d = 0; d < rank; d++) {
        int32_t size = wanted[d];
        dims->size[d] = size;
        if (size == -1 && open == NULL) {
            open = &dims->size[d];
            continue;
        }
        if (size < 0 || (count != 0 && (size == 0 || known > count / (uint32_t)size))) {
            return kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT, size, (int32_t)count);
        }
        known *= (uint32_t)size;
    }
    if (open != NULL) {
        *open = known ? (int32_t)(count / known) : 0;
        known *= (uint32_t)*open;
    }
    return known == count ? STATUS_OK : kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT, (int32_t)known, (int32_t)count);
}

/* The shape stands in the second input. */
static status_t reshape_read(const kernel_ctx_t *ctx, dims_t *dims) {
    const tensor_t *shape = kernel_input(ctx, 1);
    TRY(kernel_require_type(ctx, 1, TENSOR_INT32));
    return solve_shape(ctx, shape->data, shape->count, dims);
}

status_t reshape_prepare(kernel_ctx_t *ctx) {
    dims_t dims;
    TRY(kernel_arity(ctx, 1, 2, 1));
    if (kernel_input(ctx, 1) != NULL) {
        TRY(dims_prepare(ctx, 1, reshape_read, &dims));
    } else { /* or in the option, or nowhere */
        uint32_t rank;
        const int32_t *wanted = kernel_option_ints(ctx, 0, &rank);
        if (wanted != NULL) {
            rank -= rank == 1 && wanted[0] == 0; /* old files write a scalar as [0] */
            TRY(solve_shape(ctx, wanted, rank, &dims));
            TRY(kernel_set_shape(ctx, 0, dims.rank, dims.size));
        }
    }
    return shape_settle(ctx);
}

status_t reshape_invoke(const kernel_ctx_t *ctx) {
    dims_t dims;
    if (kernel_input(ctx, 1) != NULL) {
        TRY(dims_check(ctx, reshape_read, &dims));
    }
    return shape_move(ctx);
}

/* ---- EXPAND_DIMS --------------------------------------------------------------------------------------------- */

static status_t expand_dims_read(const kernel_ctx_t *ctx, dims_t *dims) {
    const tensor_t *input = kernel_input(ctx, 0);
    int32_t axis;
    dims->rank = input->rank + 1u;
    TRY(dims_read_axis(ctx, 1, dims->rank, &axis));
    for (int32_t d = 0; d <= input->rank; d++) {
        dims->size[d] = d == axis ? 1 : input->dims[d - (d > axis)];
    }
    return STATUS_OK;
}

status_t expand_dims_prepare(kernel_ctx_t *ctx) {
    dims_t dims;
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(kernel_require_rank(ctx, 0, 0, KERNEL_MAX_RANK - 1));
    TRY(dims_prepare(ctx, 1, expand_dims_read, &dims));
    return shape_settle(ctx);
}

status_t expand_dims_invoke(const kernel_ctx_t *ctx) {
    dims_t dims;
    TRY(dims_check(ctx, expand_dims_read, &dims));
    return shape_move(ctx);
}

/* ---- SQUEEZE ------------------------------------------------------------------------------------------------- */

status_t squeeze_prepare(kernel_ctx_t *ctx) {
    uint32_t listed, gone = 0;
    int32_t dims[KERNEL_MAX_RANK];
    unsigned rank = 0;
    TRY(kernel_arity(ctx, 1, 1, 1));
    const tensor_t *input = kernel_input(ctx, 0);
    const int32_t *axes = kernel_option_ints(ctx, 0, &listed);
    for (uint32_t i = 0; i < listed; i++) {
        int32_t axis = axes[i];
        TRY(dims_axis(ctx, 0, input->rank, &axis));
        if (input->dims[axis] != 1) {
            return kernel_fail(ctx, STATUS_SIZE, 0, input->dims[axis], 1);
        }
        gone |= UINT32_C(1) << axis;
    }
    for (unsigned d = 0; d < input->rank; d++) {
        if (listed ? !(gone >> d & 1) : input->dims[d] != 1) {
            dims[rank++] = input->dims[d];
        }
    }
    TRY(kernel_set_shape(ctx, 0, rank, dims));
    return shape_settle(ctx);
}

status_t squeeze_invoke(const kernel_ctx_t *ctx) {
    return shape_move(ctx);
}

/* ---- SHAPE --------------------------------------------------------------------------------------------------- */

status_t shape_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 1, 1, 1));
    TRY(dims_require_integer(ctx, KERNEL_OUTPUT));
    int32_t dims[1] = {kernel_input(ctx, 0)->rank};
    return kernel_set_shape(ctx, 0, 1, dims);
}

status_t shape_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    for (unsigned d = 0; d < input->rank; d++) {
        dims_store(output, d, input->dims[d]);
    }
    return STATUS_OK;
}

/* ---- BROADCAST_ARGS ------------------------------------------------------------------------------------------ */

status_t broadcast_args_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_integer(ctx, 0));
    TRY(dims_require_same_type(ctx));
    TRY(kernel_require_type(ctx, 1, kernel_input(ctx, 0)->type));
    TRY(kernel_require_rank(ctx, 0, 1, 1));
    TRY(kernel_require_rank(ctx, 1, 1, 1));
    int32_t a = kernel_input(ctx, 0)->dims[0], b = kernel_input(ctx, 1)->dims[0];
    return kernel_set_shape(ctx, 0, 1, a > b ? &a : &b);
}

status_t broadcast_args_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *a = kernel_input(ctx, 0), *b = kernel_input(ctx, 1), *output = kernel_output(ctx, 0);
    for (uint32_t i = 1; i <= output->count; i++) { /* shapes are aligned at their ends */
        int32_t x = i <= a->count ? dims_value(a, a->count - i) : 1;
        int32_t y = i <= b->count ? dims_value(b, b->count - i) : 1;
        if (x != y && x != 1 && y != 1) {
            return kernel_fail(ctx, STATUS_INDEX, 1, y, x);
        }
        dims_store(output, output->count - i, x == 1 ? y : x);
    }
    return STATUS_OK;
}
