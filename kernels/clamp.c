/* SPDX-License-Identifier: MIT
 * Bounds of stored numbers from types and fused activations. Rounding is done on the float's bits: there is no libm
 * in a native module. */
#include "clamp.h"

#include "requant.h"

int32_t clamp_round(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    int32_t exponent = (int32_t)(bits >> 23 & 0xff) - 150; /* value = mantissa * 2^exponent */
    uint32_t mantissa = (bits & 0x7fffff) | 0x800000;
    if (exponent > 7) {
        if (exponent == 105 && mantissa != 0x800000) {
            return 0; /* NaN */
        }
        return bits >> 31 ? INT32_MIN : INT32_MAX;
    }
    if (exponent >= 0) {
        mantissa <<= exponent;
    } else if (exponent >= -24) {
        mantissa = ((mantissa >> (-exponent - 1)) + 1) >> 1;
    } else {
        mantissa = 0; /* below one half, subnormals too */
    }
    return bits >> 31 ? -(int32_t)mantissa : (int32_t)mantissa;
}

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
    int32_t steps = requant_clamp(clamp_round(value / scale), -(1 << 30), 1 << 30);
    return requant_clamp(steps + zero_point, low, high);
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
