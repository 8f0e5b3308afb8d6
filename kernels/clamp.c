/* SPDX-License-Identifier: MIT
 * Bounds of stored numbers from types and fused activations. */
#include "clamp.h"

#include "requant.h"
#include "steps.h"

void clamp_type_range(unsigned type, int32_t *low, int32_t *high) {
    int32_t most = type == TENSOR_INT8               ? INT8_MAX
                   : type == TENSOR_UINT8            ? UINT8_MAX
                   : KERNEL_IS(type, TENSOR_INT16) ? INT16_MAX
                                                     : INT32_MAX;
    *low = type == TENSOR_UINT8 ? 0 : -most - 1;
    *high = most;
}

/* Far values stay far enough to be without effect. */
int32_t clamp_stored(float value, float scale, int32_t zero_point, int32_t low, int32_t high) {
    return requant_clamp(steps_from_real(value, scale) + zero_point, low, high);
}

void clamp_quantised(unsigned type, float scale, int32_t zero_point, int32_t activation, int32_t *low, int32_t *high) {
    clamp_type_range(type, low, high);
    if (activation == ACTIVATION_NONE) {
        return;
    }
    /* stored 0, the zero point, lies between them */
    *low = clamp_stored(activation == ACTIVATION_RELU_N1_TO_1 ? -1.0f : 0.0f, scale, zero_point, *low, *high);
    if (activation != ACTIVATION_RELU) {
        *high = clamp_stored(activation == ACTIVATION_RELU6 ? 6.0f : 1.0f, scale, zero_point, *low, *high);
    }
}

status_t clamp_activation(const kernel_ctx_t *ctx, unsigned field, int32_t *low, int32_t *high) {
    int32_t activation = kernel_option_byte(ctx, field, ACTIVATION_NONE);
    if (activation < ACTIVATION_NONE || activation > ACTIVATION_RELU6) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, activation, (int32_t)field);
    }
    float scale;
    int32_t zero_point;
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &scale, &zero_point));
    clamp_quantised(kernel_output(ctx, 0)->type, scale, zero_point, activation, low, high);
    return STATUS_OK;
}
