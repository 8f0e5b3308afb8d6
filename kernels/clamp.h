/* SPDX-License-Identifier: MIT
 * How a fused activation becomes bounds of stored numbers, nothing else. */
#ifndef MPYLITE_CLAMP_H
#define MPYLITE_CLAMP_H

#include "kernel.h"

/* TFLite's ActivationFunctionType numbers. */
enum { ACTIVATION_NONE = 0, ACTIVATION_RELU = 1, ACTIVATION_RELU_N1_TO_1 = 2, ACTIVATION_RELU6 = 3 };

/* Lowest and highest number of an integer type up to 32 bits. */
void clamp_type_range(unsigned type, int32_t *low, int32_t *high);

/* Bounds of output 0 (int8, int16, uint8; quantised per tensor) under an activation, inside its type's range.
 * STATUS_OPTION for an activation other than the four above; the option stands in field `field`. */
status_t clamp_activation(const kernel_ctx_t *ctx, unsigned field, int32_t *low, int32_t *high);

/* The same for a tensor with these parameters and an activation of the four. */
void clamp_quantised(unsigned type, float scale, int32_t zero_point, int32_t activation, int32_t *low, int32_t *high);

/* x + zero_point between low and high. The sum wraps like the reference's; written so that it takes no branch. */
static inline int32_t clamp_sum(int32_t x, int32_t zero_point, int32_t low, int32_t high) {
    x = (int32_t)((uint32_t)x + (uint32_t)zero_point);
    x = x < low ? low : x;
    return x > high ? high : x;
}

/* Where the real number `value` lies among the stored numbers between low and high: QUANTIZE. */
int32_t clamp_stored(float value, float scale, int32_t zero_point, int32_t low, int32_t high);

#endif
