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
        memcpy(output->data, input->data, kernel_bytes(input));
    }
    return STATUS_OK;
}

/* ---- RESHAPE ------------------------------------------------------------------------------------------------- */

/* A size of -1 takes what the others leave; whether all elements are held is shape_settle's to see. */
static status_t solve_shape(kernel_ctx_t *ctx, const int32_t *wanted, uint32_t rank) {
    uint32_t rest = kernel_input(ctx, 0)->count, open = rank;
    int32_t dims[KERNEL_MAX_RANK + 1];
    if (rank > KERNEL_MAX_RANK) {
        return kernel_fail(ctx, STATUS_RANK, KERNEL_OUTPUT, (int32_t)rank, KERNEL_MAX_RANK);
    }
    for (uint32_t d = 0; d < rank; d++) {
        dims[d] = wanted[d];
        if (wanted[d] > 0) {
            rest /= (uint32_t)wanted[d];
        } else if (wanted[d] == -1 && open == rank) {
            open = d;
        }
    }
    dims[open] = (int32_t)rest;
    return kernel_set_shape(ctx, 0, rank, dims);
}

/* The shape stands in the second input, or in the option, or nowhere: then the file's output has it. */
status_t reshape_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 1, 2, 1));
    const tensor_t *shape = kernel_input(ctx, 1);
    if (shape == NULL) {
        uint32_t rank;
        const int32_t *wanted = kernel_option_ints(ctx, 0, &rank);
        rank -= rank == 1 && wanted[0] == 0; /* old files write a scalar as [0] */
        TRY(wanted != NULL ? solve_shape(ctx, wanted, rank) : STATUS_OK);
    } else {
        TRY(kernel_require_type(ctx, 1, TENSOR_INT32));
        TRY(dims_known(ctx, 1) ? solve_shape(ctx, shape->data, shape->count)
                               : dims_require_count(ctx, 1, kernel_output(ctx, 0)->rank));
    }
    return shape_settle(ctx);
}

status_t reshape_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *shape = kernel_input(ctx, 1), *output = kernel_output(ctx, 0);
    const int32_t *wanted = shape != NULL && !dims_known(ctx, 1) ? shape->data : output->dims;
    for (unsigned d = 0; d < output->rank; d++) { /* a computed shape: memory is planned for what the file promises */
        if (wanted[d] != output->dims[d] && wanted[d] != -1) {
            return kernel_fail(ctx, STATUS_INDEX, 1, wanted[d], output->dims[d]);
        }
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
