/* SPDX-License-Identifier: MIT
 * Operators that put a border around an array: PAD, PADV2, MIRROR_PAD. */
#include "copy.h"
#include "dims.h"

typedef struct {
    int32_t before[KERNEL_MAX_RANK];
    int32_t dims[KERNEL_MAX_RANK]; /* of the output */
} pad_t;

/* Reads the paddings, which must have data. */
static status_t pad_read(const kernel_ctx_t *ctx, pad_t *pad) {
    const tensor_t *input = kernel_input(ctx, 0), *paddings = kernel_input(ctx, 1);
    for (unsigned d = 0; d < input->rank; d++) {
        int32_t before = dims_value(paddings, 2 * d), after = dims_value(paddings, 2 * d + 1);
        if (before < 0 || after < 0 || before > INT32_MAX - input->dims[d] ||
            after > INT32_MAX - input->dims[d] - before) {
            return kernel_fail(ctx, STATUS_INDEX, 1, before < 0 ? before : after, INT32_MAX);
        }
        pad->before[d] = before;
        pad->dims[d] = before + input->dims[d] + after;
    }
    return STATUS_OK;
}

static status_t pad_settle(kernel_ctx_t *ctx) {
    pad_t pad;
    uint32_t item_bytes;
    const tensor_t *input = kernel_input(ctx, 0), *paddings = kernel_input(ctx, 1);
    TRY(dims_require_same_type(ctx, 0, &item_bytes));
    TRY(dims_require_integer(ctx, 1));
    if (paddings->count != 2u * input->rank) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 1, (int32_t)paddings->count, 2 * input->rank);
    }
    if (paddings->data == NULL) {
        return kernel_require_rank(ctx, KERNEL_OUTPUT, input->rank, input->rank);
    }
    TRY(pad_read(ctx, &pad));
    return kernel_set_shape(ctx, 0, input->rank, pad.dims);
}

/* Input 0 goes inside the border of output 0. */
static void pad_inside(const kernel_ctx_t *ctx, const pad_t *pad) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    uint32_t item_bytes = kernel_item_bytes(input->type), from = item_bytes, to = item_bytes, start = 0;
    copy_t copy;
    copy_begin(&copy, item_bytes);
    for (unsigned d = input->rank; d-- > 0;) {
        copy_axis(&copy, input->dims[d], (int32_t)from, (int32_t)to);
        start += (uint32_t)pad->before[d] * to;
        from *= (uint32_t)input->dims[d];
        to *= (uint32_t)output->dims[d];
    }
    if (input->count != 0) {
        copy_run(&copy, (uint8_t *)output->data + start, input->data);
    }
}

/* ---- PAD, PADV2 ---------------------------------------------------------------------------------------------- */

typedef struct {
    uint8_t value[8]; /* an element of any type: the quantised zero */
} pad_params_t;

status_t pad_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, 3, 1));
    const tensor_t *value = kernel_input(ctx, 2);
    quant_t quant = kernel_quant(ctx, KERNEL_OUTPUT);
    TRY(pad_settle(ctx));
    if (value != NULL) {
        TRY(kernel_require_type(ctx, 2, kernel_input(ctx, 0)->type));
        if (value->count != 1) {
            return kernel_fail(ctx, STATUS_ELEMENTS, 2, (int32_t)value->count, 1);
        }
        return value->type == TENSOR_INT8 ? dims_require_same_scale(ctx, KERNEL_OUTPUT, 2) : STATUS_OK;
    }
    pad_params_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    if (quant.count != 0 && kernel_item_bytes(kernel_output(ctx, 0)->type) == 1) {
        params->value[0] = (uint8_t)quant.zero_point[0];
    }
    return STATUS_OK;
}

status_t pad_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *output = kernel_output(ctx, 0), *value = kernel_input(ctx, 2);
    const pad_params_t *params = ctx->params;
    pad_t pad;
    TRY(pad_read(ctx, &pad));
    TRY(dims_require_shape(ctx, 0, kernel_input(ctx, 0)->rank, pad.dims));
    copy_fill(output->data, value != NULL ? value->data : params->value, kernel_item_bytes(output->type), output->count);
    pad_inside(ctx, &pad);
    return STATUS_OK;
}
