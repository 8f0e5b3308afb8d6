/* SPDX-License-Identifier: MIT
 * Operators that put a border around an array: PAD, PADV2, MIRROR_PAD. */
#include "copy.h"
#include "dims.h"
#include "pad.h"

typedef struct {
    dims_t out;
    int32_t before[KERNEL_MAX_RANK];
} pad_t;

static status_t pad_read(const kernel_ctx_t *ctx, dims_t *plan) {
    pad_t *pad = (pad_t *)plan;
    const tensor_t *input = kernel_input(ctx, 0), *paddings = kernel_input(ctx, 1);
    TRY(dims_require_count(ctx, 1, 2u * input->rank));
    plan->rank = input->rank;
    for (unsigned d = 0; d < input->rank; d++) {
        int32_t before = dims_value(paddings, 2 * d), after = dims_value(paddings, 2 * d + 1);
        int32_t room = INT32_MAX - input->dims[d];
        if (before < 0 || after < 0 || before > room || after > room - before) {
            return kernel_fail(ctx, STATUS_INDEX, 1, before < 0 ? before : after, room);
        }
        pad->before[d] = before;
        plan->size[d] = before + input->dims[d] + after;
    }
    return STATUS_OK;
}

/* Input 0 goes inside the border of output 0. */
static void pad_inside(const kernel_ctx_t *ctx, const pad_t *pad) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    uint32_t item_bytes = input->item_bytes, from = item_bytes, to = item_bytes, start = 0;
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

status_t pad_prepare_zero(kernel_ctx_t *ctx) {
    uint8_t *zero = kernel_params(ctx, PAD_ZERO_BYTES);
    if (zero == NULL) {
        return STATUS_RECORDS;
    }
    quant_t quant = kernel_quant(ctx, KERNEL_OUTPUT);
    if (quant.count != 0 && kernel_output(ctx, 0)->item_bytes == 1) {
        zero[0] = (uint8_t)quant.zero_point[0];
    }
    return STATUS_OK;
}

status_t pad_prepare(kernel_ctx_t *ctx) {
    pad_t pad;
    TRY(kernel_arity(ctx, 2, 3, 1));
    TRY(dims_require_same_type(ctx));
    TRY(dims_prepare(ctx, 1, pad_read, &pad.out));
    const tensor_t *value = kernel_input(ctx, 2);
    if (value == NULL) {
        return pad_prepare_zero(ctx);
    }
    TRY(kernel_require_type(ctx, 2, kernel_output(ctx, 0)->type));
    TRY(dims_require_count(ctx, 2, 1));
    return value->type == TENSOR_INT8 ? dims_require_same_scale(ctx, KERNEL_OUTPUT, 2) : STATUS_OK;
}

status_t pad_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *output = kernel_output(ctx, 0), *value = kernel_input(ctx, 2);
    pad_t pad;
    TRY(dims_check(ctx, pad_read, &pad.out));
    const void *element = value != NULL ? value->data : ctx->params;
    copy_fill(output->data, element, output->item_bytes, output->count);
    pad_inside(ctx, &pad);
    return STATUS_OK;
}

status_t padv2_prepare(kernel_ctx_t *ctx) {
    return pad_prepare(ctx);
}

status_t padv2_invoke(const kernel_ctx_t *ctx) {
    return pad_invoke(ctx);
}

/* ---- MIRROR_PAD ---------------------------------------------------------------------------------------------- */

static int32_t mirror_skip(const kernel_ctx_t *ctx) {
    return kernel_option_byte(ctx, 0, 0) == 0; /* REFLECT leaves the edge itself out of the border, SYMMETRIC does not */
}

/* A border may not be wider than what it mirrors. */
static status_t mirror_read(const kernel_ctx_t *ctx, dims_t *plan) {
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(pad_read(ctx, plan));
    for (unsigned d = 0; d < input->rank; d++) {
        int32_t before = ((pad_t *)plan)->before[d], after = plan->size[d] - input->dims[d] - before;
        int32_t wider = before > after ? before : after, room = input->dims[d] - mirror_skip(ctx);
        if (wider > 0 && wider > room) {
            return kernel_fail(ctx, STATUS_INDEX, 1, wider, room + 1);
        }
    }
    return STATUS_OK;
}

status_t mirror_pad_prepare(kernel_ctx_t *ctx) {
    pad_t pad;
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_same_type(ctx));
    return dims_prepare(ctx, 1, mirror_read, &pad.out);
}

/* Fills both borders of axis `axis` from inside the output. Axes within it are whole by now, axes around it still
 * have their input's range only. */
static void mirror_axis(const kernel_ctx_t *ctx, const pad_t *pad, unsigned axis) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    int32_t item_bytes = input->item_bytes, stride = item_bytes, step = 0, start = 0;
    copy_t copy;
    for (unsigned d = input->rank; d-- > 0;) {
        step = d == axis ? stride : step;
        start += d <= axis ? pad->before[d] * stride : 0;
        stride *= output->dims[d];
    }
    int32_t skip = mirror_skip(ctx), size = input->dims[axis], before = pad->before[axis];
    uint8_t *first = (uint8_t *)output->data + start, *last = first + (ptrdiff_t)(size - 1) * step;
    for (unsigned end = 0; end < 2; end++) {
        copy_begin(&copy, (uint32_t)item_bytes);
        stride = item_bytes;
        for (unsigned d = input->rank; d-- > 0;) {
            int32_t extent = d < axis ? input->dims[d] : output->dims[d], to = stride;
            if (d == axis) {
                extent = end ? output->dims[d] - size - before : before;
                to = end ? stride : -stride;
            }
            copy_axis(&copy, extent, d == axis ? -to : to, to);
            stride *= output->dims[d];
        }
        copy_run(&copy, end ? last + step : first - step, end ? last - skip * step : first + skip * step);
    }
}

status_t mirror_pad_invoke(const kernel_ctx_t *ctx) {
    pad_t pad;
    const tensor_t *output = kernel_output(ctx, 0);
    TRY(dims_check(ctx, mirror_read, &pad.out));
    if (output->count == 0) {
        return STATUS_OK;
    }
    pad_inside(ctx, &pad);
    for (unsigned d = output->rank; d-- > 0;) {
        mirror_axis(ctx, &pad, d);
    }
    return STATUS_OK;
}
