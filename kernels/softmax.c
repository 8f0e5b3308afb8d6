/* SPDX-License-Identifier: MIT
 * SOFTMAX along the last dimension: int8 to int8 or int16 in fixed point. */
#include "fixed.h"
#include "kernel.h"
#include "requant.h"
#include "unary.h"

#define EXP_BITS 5  /* integer bits of a scaled difference */
#define SUM_BITS 12 /* integer bits of the sum of exponentials */

typedef struct {
    int32_t multiplier;
    int32_t shift;
    int32_t least; /* differences to the row's maximum below this count as exp() = 0 */
} softmax_t;

/* The output's quantisation is fixed by the operator: one step is 2^-bits. */
static status_t require_output(const kernel_ctx_t *ctx, int32_t zero_point, int32_t bits) {
    float scale;
    int32_t found;
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &scale, &found));
    if (found != zero_point) {
        return kernel_fail(ctx, STATUS_ZERO_POINT, KERNEL_OUTPUT, found, zero_point);
    }
    uint32_t raw, wanted = (uint32_t)(127 - bits) << 23;
    memcpy(&raw, &scale, sizeof raw);
    /* int16: a thousandth off is near enough for the reference */
    uint32_t slack = bits > 8 ? 1 << 13 : 0;
    return raw - wanted + slack > 2 * slack ? kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0) : STATUS_OK;
}

/* beta * scale as a factor onto Q5.26, at most 2^31 - 1. */
static status_t set_factor(const kernel_ctx_t *ctx, softmax_t *params, float scale) {
    float beta = kernel_option_float(ctx, 0, 0.0f);
    requant_t half = requant_ratio(beta, scale, 0x1p-25f);
    params->multiplier = half.multiplier;
    params->shift = half.shift + 1;
    if (half.shift > 30) {
        params->multiplier = INT32_MAX;
        params->shift = 31;
    }
    if (half.multiplier == 0 || params->shift < 1) {
        return kernel_fail(ctx, STATUS_SCALES, 0, params->shift, 1);
    }
    params->least = -(int32_t)((((UINT32_C(1) << EXP_BITS) - 1) << (31 - EXP_BITS)) >> params->shift);
    return STATUS_OK;
}

status_t softmax_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    TRY(kernel_require_rank(ctx, 0, 1, KERNEL_MAX_RANK));
    TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
    if (kernel_output(ctx, 0)->type == TENSOR_INT16) {
        TRY(require_output(ctx, INT16_MIN, 16));
    } else {
        TRY(kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT8));
        TRY(require_output(ctx, INT8_MIN, 8));
    }
    softmax_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    float scale;
    TRY(kernel_scale(ctx, 0, &scale, NULL));
    return set_factor(ctx, params, scale);
}

/* exp of a difference to the maximum, as Q0.31. */
static int32_t exp_of(int32_t difference, const softmax_t *params) {
    int32_t left = requant_shift_left(difference, params->shift);
    return fixed_exp(requant_high_mul(left, params->multiplier), EXP_BITS);
}

/* One row of n elements, the output `wide` (int16) or int8. */
static void softmax_row(const int8_t *in, void *out, bool wide, int32_t n, const softmax_t *params) {
    int32_t max = INT8_MIN;
    for (int32_t i = 0; i < n; i++) {
        max = in[i] > max ? in[i] : max;
    }
    uint32_t sum = 0;
    for (int32_t i = 0; i < n; i++) {
        if (in[i] - max >= params->least) {
            uint32_t more = (uint32_t)requant_divide_pot(exp_of(in[i] - max, params), SUM_BITS);
            sum = sum + more < sum ? UINT32_MAX : sum + more; /* over 8191 equal elements */
        }
    }
    int32_t bits_over_unit;
    int32_t scale = fixed_reciprocal(sum, SUM_BITS, &bits_over_unit);
    int32_t low = wide ? INT16_MIN : INT8_MIN, high = wide ? INT16_MAX : INT8_MAX;
    int32_t exponent = bits_over_unit + (wide ? 15 : 23);
    for (int32_t i = 0; i < n; i++) {
        int32_t y = low;
        if (in[i] - max >= params->least && exponent <= 31) {
            y += requant_divide_pot(requant_high_mul(scale, exp_of(in[i] - max, params)), exponent);
        }
        y = y > high ? high : y;
        if (wide) {
            ((int16_t *)out)[i] = (int16_t)y;
        } else {
            ((int8_t *)out)[i] = (int8_t)y;
        }
    }
}

status_t softmax_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    int32_t n = input->dims[input->rank - 1];
    bool wide = output->type == TENSOR_INT16;
    const int8_t *in = input->data;
    char *out = output->data;
    for (uint32_t at = 0; at < input->count; at += (uint32_t)n) {
        softmax_row(in + at, out + (wide ? 2 * at : at), wide, n, ctx->params);
    }
    return STATUS_OK;
}
