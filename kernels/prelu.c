/* SPDX-License-Identifier: MIT
 * PRELU: x where it is not negative, else x times a broadcast alpha. */
#include "broadcast.h"
#include "clamp.h"
#include "kernel.h"
#include "requant.h"

typedef struct {
    const broadcast_t *plan;
    int32_t zero_point[3];    /* input, alpha, output */
    requant_t identity, slope; /* onto the output's scale */
    int32_t low, high;
} prelu_t;

static status_t set_factors(const kernel_ctx_t *ctx, prelu_t *params, unsigned type) {
    float scale[3];
    TRY(kernel_scale(ctx, 0, &scale[0], &params->zero_point[0]));
    TRY(kernel_scale(ctx, 1, &scale[1], &params->zero_point[1]));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &scale[2], &params->zero_point[2]));
    params->identity = requant_ratio(scale[0], 1.0f, scale[2]);
    params->slope = requant_ratio(scale[0], scale[1], scale[2]);
    clamp_type_range(type, &params->low, &params->high);
    int32_t shift = params->identity.shift > params->slope.shift ? params->identity.shift : params->slope.shift;
    return shift > 30 ? kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, shift, 30) : STATUS_OK;
}

status_t prelu_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    unsigned type = kernel_output(ctx, 0)->type;
    TRY(kernel_require_type(ctx, 0, type));
    /* int16 too has a slope of int8 */
    TRY(kernel_require_type(ctx, 1, type == TENSOR_INT16 ? TENSOR_INT8 : type));
    prelu_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    if (type == TENSOR_INT8 || type == TENSOR_INT16) {
        TRY(set_factors(ctx, params, type));
    } else if (type != TENSOR_FLOAT32) {
        return kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT8);
    }
    TRY(broadcast_prepare(ctx, 2, &params->plan));
    const tensor_t *input = kernel_input(ctx, 0);
    uint32_t count = kernel_output(ctx, 0)->count;
    if (count != input->count) { /* alpha must not widen the input */
        return kernel_fail(ctx, STATUS_ELEMENTS, KERNEL_OUTPUT, (int32_t)count, (int32_t)input->count);
    }
    return STATUS_OK;
}

static int32_t quantised(int32_t x, int32_t alpha, const prelu_t *p) {
    x -= p->zero_point[0];
    if (x >= 0) {
        x = requant_apply(x, p->identity.multiplier, p->identity.shift);
    } else {
        x = requant_apply(x * (alpha - p->zero_point[1]), p->slope.multiplier, p->slope.shift);
    }
    return clamp_sum(x, p->zero_point[2], p->low, p->high);
}

#define ROW(name, type, alpha_type, expression)                                   \
    static void name(const broadcast_row_t *row, const void *params) { \
        const prelu_t p = *(const prelu_t *)params;                    \
        (void)p;                                                       \
        const type *in = row->in[0];                                   \
        const alpha_type *alpha = row->in[1];                          \
        type *out = row->out;                                          \
        for (int32_t i = 0; i < row->count; i++) {                     \
            out[i] = (type)(expression);                               \
            in += row->step[0];                                        \
            alpha += row->step[1];                                     \
        }                                                              \
    }

ROW(prelu_s8, int8_t, int8_t, quantised(*in, *alpha, &p))
ROW(prelu_s16, int16_t, int8_t, quantised(*in, *alpha, &p))
ROW(prelu_f32, float, float, *in >= 0.0f ? *in : *in * *alpha)

status_t prelu_invoke(const kernel_ctx_t *ctx) {
    const prelu_t *params = ctx->params;
    unsigned type = kernel_output(ctx, 0)->type;
    broadcast_function_t function = type == TENSOR_INT8 ? prelu_s8 : type == TENSOR_INT16 ? prelu_s16 : prelu_f32;
    broadcast_run(ctx, params->plan, function, params);
    return STATUS_OK;
}
