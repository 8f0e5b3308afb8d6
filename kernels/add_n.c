/* SPDX-License-Identifier: MIT
 * ADD_N: the sum of two or more tensors of one shape and one scale. Like TensorFlow Lite Micro, the only reference for
 * int8, it counts the input's zero point once too often. */
#include "clamp.h"
#include "kernel.h"
#include "requant.h"

typedef struct {
    requant_t factor;
    int32_t input_zero_point;
    int32_t output_zero_point;
} add_n_t;

#define LEFT_SHIFT 20 /* of inputs, to keep the sum's precision */

static status_t require_like_first(const kernel_ctx_t *ctx, unsigned i) {
    const tensor_t *first = kernel_input(ctx, 0), *input = kernel_input(ctx, i);
    TRY(kernel_require_type(ctx, i, first->type));
    if (input->rank != first->rank) {
        return kernel_fail(ctx, STATUS_RANK, i, input->rank, first->rank);
    }
    for (unsigned d = 0; d < first->rank; d++) {
        if (input->dims[d] != first->dims[d]) {
            return kernel_fail(ctx, STATUS_SIZE, i, input->dims[d], first->dims[d]);
        }
    }
    if (first->type == TENSOR_FLOAT32) {
        return STATUS_OK;
    }
    float scale[2];
    int32_t zero_point[2];
    TRY(kernel_scale(ctx, 0, &scale[0], &zero_point[0]));
    TRY(kernel_scale(ctx, i, &scale[1], &zero_point[1]));
    if (zero_point[1] != zero_point[0]) {
        return kernel_fail(ctx, STATUS_ZERO_POINT, i, zero_point[1], zero_point[0]);
    }
    return memcmp(&scale[0], &scale[1], sizeof scale[0]) == 0 ? STATUS_OK : kernel_fail(ctx, STATUS_SCALES, i, 0, 0);
}

status_t add_n_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, UINT16_MAX, 1));
    const tensor_t *first = kernel_input(ctx, 0);
    for (unsigned i = 0; i < ctx->input_count; i++) {
        if (kernel_input(ctx, i) == NULL) { /* the rule of kernel_arity holds for the first two */
            return kernel_fail(ctx, STATUS_OPERATOR_INPUTS, KERNEL_OP, (int32_t)i, ctx->input_count);
        }
        TRY(require_like_first(ctx, i));
    }
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, first->type));
    TRY(kernel_set_shape(ctx, 0, first->rank, first->dims));
    kernel_in_place(ctx, 0, 0);
    if (first->type == TENSOR_FLOAT32) {
        return STATUS_OK;
    }
    TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
    add_n_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    float input_scale, output_scale;
    TRY(kernel_scale(ctx, 0, &input_scale, &params->input_zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &output_scale, &params->output_zero_point));
    params->factor = requant_ratio(input_scale, 0x1p-19f, output_scale); /* inputs are halved */
    int32_t shift = params->factor.shift;
    return shift <= 0 ? STATUS_OK : kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, shift, 0);
}

static void add_s8(const kernel_ctx_t *ctx, const add_n_t *params, int8_t *out, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        /* the reference begins with the offset in place of 0, and wraps beyond 15 inputs at their ends */
        uint32_t sum = (uint32_t)(-params->input_zero_point * (1 << (LEFT_SHIFT - 1)));
        for (unsigned k = 0; k < ctx->input_count; k++) {
            int32_t x = ((const int8_t *)kernel_input(ctx, k)->data)[i] - params->input_zero_point;
            sum += (uint32_t)(x * (1 << (LEFT_SHIFT - 1)));
        }
        int32_t y = requant_apply((int32_t)sum, params->factor.multiplier, params->factor.shift);
        out[i] = (int8_t)requant_clamp(y + params->output_zero_point, INT8_MIN, INT8_MAX);
    }
}

status_t add_n_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *output = kernel_output(ctx, 0);
    if (output->type == TENSOR_INT8) {
        add_s8(ctx, ctx->params, output->data, output->count);
        return STATUS_OK;
    }
    float *out = output->data;
    for (uint32_t i = 0; i < output->count; i++) {
        float sum = 0.0f;
        for (unsigned k = 0; k < ctx->input_count; k++) {
            sum += ((const float *)kernel_input(ctx, k)->data)[i];
        }
        out[i] = sum;
    }
    return STATUS_OK;
}
