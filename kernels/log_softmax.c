/* SPDX-License-Identifier: MIT
 * LOG_SOFTMAX along the last dimension, int8 in fixed point and float32. */
#include "fixed.h"
#include "kernel.h"
#include "real.h"
#include "requant.h"
#include "softmax.h"
#include "unary.h"

typedef struct {
    softmax_t softmax;
    requant_t inverse; /* from Q5.26 back to differences of stored numbers */
} log_softmax_t;

#define OUTPUT_BITS 4 /* integer bits of an int8 output: steps of 1/16 below 0 */

status_t log_softmax_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    TRY(kernel_require_rank(ctx, 0, 1, KERNEL_MAX_RANK));
    unsigned type = kernel_input(ctx, 0)->type;
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, type));
    if (type == TENSOR_FLOAT32) {
        return STATUS_OK;
    }
    TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
    float scale;
    int32_t zero_point;
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &scale, &zero_point));
    if (zero_point != INT8_MAX) {
        return kernel_fail(ctx, STATUS_ZERO_POINT, KERNEL_OUTPUT, zero_point, INT8_MAX);
    }
    if (scale != 16.0f / 256.0f) {
        return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0);
    }
    log_softmax_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    TRY(kernel_scale(ctx, 0, &scale, &zero_point));
    TRY(softmax_set_factor(ctx, &params->softmax, 1.0f, scale));
    float unit = (float)(UINT32_C(1) << (31 - params->softmax.shift));
    params->inverse = requant_ratio(unit, 1.0f, (float)params->softmax.multiplier);
    return params->inverse.shift <= 0 ? STATUS_OK : kernel_fail(ctx, STATUS_SCALES, 0, params->inverse.shift, 0);
}

static void log_softmax_row(const int8_t *in, int8_t *out, int32_t n, const log_softmax_t *params) {
    int32_t max = softmax_max(in, n);
    uint32_t sum = softmax_sum(in, n, max, &params->softmax);
    int32_t log_sum = fixed_log(sum > INT32_MAX ? INT32_MAX : (int32_t)sum);
    /* differences whose logarithm would leave Q5.26 give the lowest number */
    int32_t least = requant_apply(log_sum + INT32_MIN, params->inverse.multiplier, params->inverse.shift);
    least = params->softmax.least - 1 > least ? params->softmax.least - 1 : least;
    for (int32_t i = 0; i < n; i++) {
        int32_t y = INT8_MIN;
        if (in[i] - max > least) {
            uint32_t log = (uint32_t)softmax_scaled(in[i] - max, &params->softmax) - (uint32_t)log_sum;
            y = INT8_MAX + requant_divide_pot((int32_t)log, 31 - SOFTMAX_EXP_BITS - OUTPUT_BITS);
        }
        out[i] = (int8_t)requant_clamp(y, INT8_MIN, INT8_MAX);
    }
}

static void log_softmax_real(const float *in, float *out, int32_t n) {
    float max = in[0], sum = 0.0f;
    for (int32_t i = 1; i < n; i++) {
        max = in[i] > max ? in[i] : max;
    }
    for (int32_t i = 0; i < n; i++) {
        sum += real_exp(in[i] - max);
    }
    float log_sum = real_log(sum);
    for (int32_t i = 0; i < n; i++) {
        out[i] = in[i] - max - log_sum;
    }
}

status_t log_softmax_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    int32_t n = input->dims[input->rank - 1];
    for (uint32_t at = 0; at < input->count; at += (uint32_t)n) {
        if (input->type == TENSOR_INT8) {
            log_softmax_row((const int8_t *)input->data + at, (int8_t *)output->data + at, n, ctx->params);
        } else {
            log_softmax_real((const float *)input->data + at, (float *)output->data + at, n);
        }
    }
    return STATUS_OK;
}
