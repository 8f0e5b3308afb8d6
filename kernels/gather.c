/* SPDX-License-Identifier: MIT
 * Operators that pick slices by index: GATHER, GATHER_ND. Indices are data, so they are checked where they are used. */
#include "dims.h"

/* ---- GATHER -------------------------------------------------------------------------------------------------- */

typedef struct {
    unsigned axis;
    unsigned batch_dims;
} gather_t;

static status_t gather_read(const kernel_ctx_t *ctx, gather_t *gather) {
    const tensor_t *input = kernel_input(ctx, 0), *indices = kernel_input(ctx, 1);
    int32_t axis = kernel_option_int(ctx, 0, 0), batch_dims = kernel_option_int(ctx, 1, 0);
    TRY(dims_axis(ctx, 0, input->rank, &axis));
    batch_dims += batch_dims < 0 ? indices->rank : 0;
    if (batch_dims < 0 || batch_dims > axis || batch_dims > indices->rank) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, batch_dims, 1);
    }
    gather->axis = (unsigned)axis;
    gather->batch_dims = (unsigned)batch_dims;
    return STATUS_OK;
}

status_t gather_prepare(kernel_ctx_t *ctx) {
    gather_t gather;
    int32_t dims[3 * KERNEL_MAX_RANK];
    unsigned rank = 0;
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_same_type(ctx));
    TRY(dims_require_integer(ctx, 1));
    TRY(gather_read(ctx, &gather));
    const tensor_t *input = kernel_input(ctx, 0), *indices = kernel_input(ctx, 1);
    for (unsigned d = 0; d < gather.axis; d++) {
        if (d < gather.batch_dims && indices->dims[d] != input->dims[d]) {
            return kernel_fail(ctx, STATUS_SIZE, 1, indices->dims[d], input->dims[d]);
        }
        dims[rank++] = input->dims[d];
    }
    for (unsigned d = gather.batch_dims; d < indices->rank; d++) {
        dims[rank++] = indices->dims[d];
    }
    for (unsigned d = gather.axis + 1; d < input->rank; d++) {
        dims[rank++] = input->dims[d];
    }
    return kernel_set_shape(ctx, 0, rank, dims);
}

status_t gather_invoke(const kernel_ctx_t *ctx) {
    gather_t gather;
    const tensor_t *input = kernel_input(ctx, 0), *indices = kernel_input(ctx, 1), *output = kernel_output(ctx, 0);
    TRY(gather_read(ctx, &gather));
    uint32_t batches = dims_product(input->dims, 0, gather.batch_dims), size = (uint32_t)input->dims[gather.axis];
    uint32_t outers = dims_product(input->dims, gather.batch_dims, gather.axis);
    uint32_t picks = dims_product(indices->dims, gather.batch_dims, indices->rank);
    uint32_t bytes = dims_product(input->dims, gather.axis + 1, input->rank) * input->item_bytes;
    const uint8_t *from = input->data;
    uint8_t *to = output->data;
    if (output->count == 0) {
        return STATUS_OK;
    }
    for (uint32_t b = 0; b < batches; b++) {
        for (uint32_t o = 0; o < outers; o++, from += size * bytes) {
            for (uint32_t p = 0; p < picks; p++, to += bytes) {
                int32_t index = dims_value(indices, b * picks + p);
                if ((uint32_t)index >= size) {
                    return kernel_fail(ctx, STATUS_INDEX, 1, index, (int32_t)size);
                }
                memcpy(to, from + (uint32_t)index * bytes, bytes);
            }
        }
    }
    return STATUS_OK;
}

/* ---- GATHER_ND ----------------------------------------------------------------------------------------------- */

status_t gather_nd_prepare(kernel_ctx_t *ctx) {
    int32_t dims[2 * KERNEL_MAX_RANK];
    unsigned rank = 0;
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_same_type(ctx));
    TRY(dims_require_integer(ctx, 1));
    TRY(kernel_require_rank(ctx, 0, 1, KERNEL_MAX_RANK));
    TRY(kernel_require_rank(ctx, 1, 1, KERNEL_MAX_RANK));
    const tensor_t *input = kernel_input(ctx, 0), *indices = kernel_input(ctx, 1);
    int32_t depth = indices->dims[indices->rank - 1];
    if (depth > input->rank) {
        return kernel_fail(ctx, STATUS_SIZE, 1, depth, input->rank);
    }
    for (unsigned d = 0; d + 1u < indices->rank; d++) {
        dims[rank++] = indices->dims[d];
    }
    for (unsigned d = (unsigned)depth; d < input->rank; d++) {
        dims[rank++] = input->dims[d];
    }
    return kernel_set_shape(ctx, 0, rank, dims);
}

status_t gather_nd_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *indices = kernel_input(ctx, 1), *output = kernel_output(ctx, 0);
    unsigned depth = (unsigned)indices->dims[indices->rank - 1];
    uint32_t bytes = dims_product(input->dims, depth, input->rank) * input->item_bytes;
    uint32_t picks = dims_product(indices->dims, 0, indices->rank - 1u), at = 0;
    uint8_t *to = output->data;
    if (output->count == 0) {
        return STATUS_OK;
    }
    for (uint32_t p = 0; p < picks; p++, to += bytes) {
        uint32_t slice = 0;
        for (unsigned d = 0; d < depth; d++) {
            int32_t index = dims_value(indices, at++);
            if ((uint32_t)index >= (uint32_t)input->dims[d]) {
                return kernel_fail(ctx, STATUS_INDEX, 1, index, input->dims[d]);
            }
            slice = slice * (uint32_t)input->dims[d] + (uint32_t)index;
        }
        memcpy(to, (const uint8_t *)input->data + slice * bytes, bytes);
    }
    return STATUS_OK;
}
