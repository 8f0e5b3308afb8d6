/* SPDX-License-Identifier: MIT
 * L2_NORMALIZATION: rows along the last dimension divided by their length, int8 and float32. */
#include "fixed.h"
#include "kernel.h"
#include "real.h"
#include "requant.h"
#include "unary.h"

#define OUTPUT_BITS 7 /* an int8 output has steps of 1/128 */

typedef struct {
    int32_t zero_point;
} l2_normalization_t;

status_t l2_normalization_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    unsigned type = kernel_input(ctx, 0)->type;
    TRY(kernel_require_rank(ctx, 0, 1, KERNEL_MAX_RANK));
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, type));
    if (kernel_option_byte(ctx, 0, 0) != 0) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, kernel_option_byte(ctx, 0, 0), 0);
    }
    if (type == TENSOR_FLOAT32) {
        return STATUS_OK;
    }
    TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
    l2_normalization_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    float scale;
    int32_t zero_point;
    TRY(kernel_scale(ctx, 0, &scale, &params->zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &scale, &zero_point));
    if (zero_point != 0) {
        return kernel_fail(ctx, STATUS_ZERO_POINT, KERNEL_OUTPUT, zero_point, 0);
    }
    return scale == 1.0f / 128.0f ? STATUS_OK : kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0);
}

static void normalise_s8(const int8_t *in, int8_t *out, int32_t n, int32_t zero_point) {
    uint32_t sum = 0; /* over 66051 elements at their ends it saturates */
    for (int32_t i = 0; i < n; i++) {
        int32_t x = in[i] - zero_point;
        sum += (uint32_t)(x * x);
        sum = sum > INT32_MAX ? INT32_MAX : sum;
    }
    int32_t shift;
    int32_t multiplier = fixed_inverse_root((int32_t)sum, &shift);
    for (int32_t i = 0; i < n; i++) {
        int32_t y = requant_apply(in[i] - zero_point, multiplier, shift + OUTPUT_BITS);
        out[i] = (int8_t)requant_clamp(y, INT8_MIN, INT8_MAX);
    }
}

static void normalise_f32(const float *in, float *out, int32_t n) {
    const float least = 1e-6f;
    float sum = 0.0f;
    for (int32_t i = 0; i < n; i++) {
        sum += in[i] * in[i];
    }
    float length = real_sqrt(sum);
    length = length < least ? least : length;
    for (int32_t i = 0; i < n; i++) {
        out[i] = in[i] / length;
    }
}

status_t l2_normalization_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    int32_t n = input->dims[input->rank - 1];
    for (uint32_t at = 0; at < input->count; at += (uint32_t)n) {
        if (input->type == TENSOR_INT8) {
            const l2_normalization_t *params = ctx->params;
            normalise_s8((const int8_t *)input->data + at, (int8_t *)output->data + at, n, params->zero_point);
        } else {
            normalise_f32((const float *)input->data + at, (float *)output->data + at, n);
        }
    }
    return STATUS_OK;
}
