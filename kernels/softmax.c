/* SPDX-License-Identifier: MIT
 * SOFTMAX along the last dimension: int8 to int8 or int16 in fixed point, int16 with a table of exponentials. */
#include "softmax.h"

#include "fixed.h"
#include "kernel.h"
#include "requant.h"
#include "unary.h"

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

/* ---- int16: exp by a table over [-10, 0], 65535 steps wide --------------------------------------------------- */

#define TABLE_STEPS 512

typedef struct {
    int32_t multiplier;
    int32_t shift;
    int16_t exp[TABLE_STEPS + 1];
} softmax16_t;

/* A table's entry for a curve whose next entry interpolates: `doubled` is twice the error in the middle of the step. */
static int16_t table_entry(int32_t sample, int32_t middle, int32_t interpolated) {
    int32_t error = interpolated - middle;
    int32_t bias = (error < 0 ? error - 1 : error + 1) / 2;
    return (int16_t)(sample - bias > INT16_MAX ? INT16_MAX : sample - bias);
}

/* Q0.31 rounded to Q0.15. */
static int32_t narrow(uint32_t x) {
    return (int32_t)((x + (1 << 15)) >> 16);
}

/* From exp(0) = 1 downwards in half steps of 5/512. */
static void fill_exp(int16_t *table) {
    const uint32_t half_step_q32 = UINT32_C(4253228390); /* exp(-5/512) */
    const uint32_t rounding = UINT32_C(1) << 31;
    uint32_t next = UINT32_C(1) << 31;
    table[TABLE_STEPS] = INT16_MAX;
    for (int32_t i = TABLE_STEPS - 1; i >= 0; i--) {
        uint32_t middle = (uint32_t)(((uint64_t)next * half_step_q32 + rounding) >> 32);
        uint32_t here = (uint32_t)(((uint64_t)middle * half_step_q32 + rounding) >> 32);
        int32_t sample = narrow(here);
        table[i] = table_entry(sample, narrow(middle), narrow((next >> 1) + ((uint32_t)sample << 15)));
        next = here;
    }
}

static uint32_t divide_rounded(uint32_t a, uint32_t b) {
    return (2 * a + b) / (2 * b);
}

/* Entry i of 1 / (1 + i/512) as Q0.15. */
static int32_t reciprocal_entry(uint32_t i) {
    uint32_t sample = divide_rounded(1 << 24, 512 + i);
    if (i == TABLE_STEPS) {
        return (int32_t)sample;
    }
    uint32_t middle = divide_rounded(1 << 25, 1025 + 2 * i);
    uint32_t interpolated = divide_rounded((1 << 24) + sample * (513 + i), 2 * (513 + i));
    /* where the reference's float32 rounds to the other side */
    int32_t float_error = (i == 294) - (i == 160);
    return table_entry((int32_t)sample, (int32_t)middle, (int32_t)interpolated) + float_error;
}

/* Between two entries, `fraction` 128ths. */
static int32_t interpolate(int32_t here, int32_t next, int32_t fraction) {
    return here + (((next - here) * fraction + 64) >> 7);
}

/* scale * beta * 65535 / 10; exact where scale * beta fits 31 bits. */
static status_t set_factor16(const kernel_ctx_t *ctx, softmax16_t *params, float scale) {
    requant_t factor = requant_ratio(scale, kernel_option_float(ctx, 0, 0.0f), 1.0f);
    uint64_t product = (uint64_t)factor.multiplier * 13107; /* 43 or 44 bits, over 2 */
    int32_t drop = (product + (1 << 12)) >> 44 ? 14 : 13; /* as if rounded: that may carry */
    params->multiplier = (int32_t)((product + (UINT64_C(1) << (drop - 1))) >> drop);
    params->shift = factor.shift + drop - 1;
    if (factor.multiplier == 0 || params->shift > 30) {
        return kernel_fail(ctx, STATUS_SCALES, 0, params->shift, 30);
    }
    return STATUS_OK;
}

static status_t prepare16(kernel_ctx_t *ctx) {
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT16));
    TRY(require_output(ctx, 0, 15));
    softmax16_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    fill_exp(params->exp);
    float scale;
    int32_t zero_point;
    TRY(kernel_scale(ctx, 0, &scale, &zero_point));
    return set_factor16(ctx, params, scale);
}

static void softmax_row16(const int16_t *in, int16_t *out, int32_t n, const softmax16_t *params) {
    int32_t max = INT16_MIN;
    for (int32_t i = 0; i < n; i++) {
        max = in[i] > max ? in[i] : max;
    }
    uint32_t sum = 0; /* Q16.15 */
    for (int32_t i = 0; i < n; i++) {
        int32_t x = requant_apply(in[i] - max, params->multiplier, params->shift);
        x = requant_clamp(x, -UINT16_MAX, 0) + UINT16_MAX;
        const int16_t *entry = &params->exp[x >> 7];
        out[i] = (int16_t)interpolate(entry[0], entry[1], x & 127);
        sum += (uint32_t)out[i];
        sum = sum > INT32_MAX ? INT32_MAX : sum; /* over 65536 equal elements */
    }
    int32_t zeros = fixed_leading_zeros(sum);
    int32_t x = (int32_t)((((uint64_t)sum << (zeros - 1)) + (1 << 13)) >> 14) - (1 << 16);
    x = x > UINT16_MAX ? UINT16_MAX : x;
    int32_t scale = interpolate(reciprocal_entry((uint32_t)x >> 7), reciprocal_entry(((uint32_t)x >> 7) + 1), x & 127);
    int32_t right = 31 - zeros;
    for (int32_t i = 0; i < n; i++) {
        out[i] = (int16_t)requant_clamp((out[i] * scale + (1 << (right - 1))) >> right, 0, INT16_MAX);
    }
}

/* ---- int8 ----------------------------------------------------------------------------------------------------- */

status_t softmax_set_factor(const kernel_ctx_t *ctx, softmax_t *params, float beta, float scale) {
    requant_t half = requant_ratio(beta, scale, 0x1p-25f);
    params->multiplier = half.multiplier;
    params->shift = half.shift + 1;
    if (half.shift > 30) { /* as much as keeps the maximum alone */
        params->multiplier = INT32_MAX;
        params->shift = 31;
    }
    if (half.multiplier == 0 || params->shift < 1) {
        return kernel_fail(ctx, STATUS_SCALES, 0, params->shift, 1);
    }
    uint32_t widest = ((UINT32_C(1) << SOFTMAX_EXP_BITS) - 1) << (31 - SOFTMAX_EXP_BITS);
    params->least = -(int32_t)(widest >> params->shift);
    return STATUS_OK;
}

int32_t softmax_scaled(int32_t difference, const softmax_t *params) {
    return requant_high_mul(requant_shift_left(difference, params->shift), params->multiplier);
}

int32_t softmax_max(const int8_t *in, int32_t n) {
    int32_t max = INT8_MIN;
    for (int32_t i = 0; i < n; i++) {
        max = in[i] > max ? in[i] : max;
    }
    return max;
}

/* exp() of a difference of stored numbers as Q0.31. */
static int32_t exp_of(int32_t difference, const softmax_t *params) {
    return difference < params->least ? 0 : fixed_exp(softmax_scaled(difference, params), SOFTMAX_EXP_BITS);
}

uint32_t softmax_sum(const int8_t *in, int32_t n, int32_t max, const softmax_t *params) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < n; i++) {
        uint32_t more = (uint32_t)requant_divide_pot(exp_of(in[i] - max, params), SOFTMAX_SUM_BITS);
        sum = sum + more < sum ? UINT32_MAX : sum + more;
    }
    return sum;
}

/* One row of n elements, the output `wide` (int16) or int8. */
static void softmax_row(const int8_t *in, void *out, bool wide, int32_t n, const softmax_t *params) {
    int32_t max = softmax_max(in, n), bits_over_unit;
    int32_t scale = fixed_reciprocal(softmax_sum(in, n, max, params), SOFTMAX_SUM_BITS, &bits_over_unit);
    int32_t low = wide ? INT16_MIN : INT8_MIN, high = wide ? INT16_MAX : INT8_MAX;
    int32_t exponent = bits_over_unit + (wide ? 15 : 23);
    for (int32_t i = 0; i < n; i++) {
        int32_t y = low;
        if (exponent <= 31) {
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

status_t softmax_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    TRY(kernel_require_rank(ctx, 0, 1, KERNEL_MAX_RANK));
    if (KERNEL_IS(kernel_input(ctx, 0)->type, TENSOR_INT16)) {
        return prepare16(ctx);
    }
    TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
    if (KERNEL_IS(kernel_output(ctx, 0)->type, TENSOR_INT16)) {
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
    int32_t zero_point;
    TRY(kernel_scale(ctx, 0, &scale, &zero_point));
    return softmax_set_factor(ctx, params, kernel_option_float(ctx, 0, 0.0f), scale);
}

status_t softmax_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    int32_t n = input->dims[input->rank - 1];
    uint32_t in_bytes = input->item_bytes, out_bytes = output->item_bytes;
    for (uint32_t at = 0; at < input->count; at += (uint32_t)n) {
        const void *in = (const char *)input->data + at * in_bytes;
        void *out = (char *)output->data + at * out_bytes;
        if (KERNEL_IS(input->type, TENSOR_INT16)) {
            softmax_row16(in, out, n, ctx->params);
        } else {
            softmax_row(in, out, !MPYLITE_INT8_ONLY && out_bytes == 2, n, ctx->params);
        }
    }
    return STATUS_OK;
}
