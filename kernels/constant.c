/* SPDX-License-Identifier: MIT
 * ZEROS_LIKE and FILL: tensors of one value. */
#include "dims.h"
#include "kernel.h"

/* ---- ZEROS_LIKE: the stored number 0, whatever the zero point, as in the reference ------------------------------- */

status_t zeros_like_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 1, 1, 1));
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(dims_require_same_type(ctx));
    return kernel_set_shape(ctx, 0, input->rank, input->dims);
}

status_t zeros_like_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *output = kernel_output(ctx, 0);
    memset(output->data, 0, kernel_bytes(output));
    return STATUS_OK;
}

/* ---- FILL ------------------------------------------------------------------------------------------------------- */

/* The shape that input 0 holds. */
static status_t fill_shape(const kernel_ctx_t *ctx, dims_t *shape) {
    const tensor_t *sizes = kernel_input(ctx, 0);
    shape->rank = sizes->count;
    if (sizes->count > KERNEL_MAX_RANK) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 0, (int32_t)sizes->count, KERNEL_MAX_RANK);
    }
    for (uint32_t d = 0; d < shape->rank; d++) {
        shape->size[d] = dims_value(sizes, d);
        if (shape->size[d] < 0) {
            return kernel_fail(ctx, STATUS_SIZE, 0, shape->size[d], 0);
        }
    }
    return STATUS_OK;
}

status_t fill_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_integer(ctx, 0));
    TRY(kernel_require_type(ctx, 1, kernel_output(ctx, 0)->type));
    TRY(dims_require_count(ctx, 1, 1));
    if (!dims_known(ctx, 0)) {
        return STATUS_OK; /* the shape that the file promises; invoke compares */
    }
    dims_t shape;
    TRY(fill_shape(ctx, &shape));
    return kernel_set_shape(ctx, 0, shape.rank, shape.size);
}

status_t fill_invoke(const kernel_ctx_t *ctx) {
    dims_t shape;
    if (!dims_known(ctx, 0)) {
        TRY(fill_shape(ctx, &shape));
        TRY(dims_require(ctx, 0, shape.rank, shape.size));
    }
    const tensor_t *output = kernel_output(ctx, 0);
    const char *value = kernel_input(ctx, 1)->data;
    uint32_t item = output->item_bytes;
    char *out = output->data;
    for (uint32_t i = 0; i < output->count; i++, out += item) {
        memcpy(out, value, item);
    }
    return STATUS_OK;
}
