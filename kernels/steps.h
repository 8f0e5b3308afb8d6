/* SPDX-License-Identifier: MIT
 * Between real numbers and steps of a scale, in float arithmetic, or to the same bits without it where three such
 * operations are all that a library would be linked for. Knows no tensor. */
#ifndef MPYLITE_STEPS_H
#define MPYLITE_STEPS_H

#include <stdint.h>

/* Modules for int8 alone, on processors without float instructions (the ESP32-S2 has none). */
#if defined MPYLITE_INT8_ONLY && MPYLITE_INT8_ONLY && \
    ((defined __arm__ && !defined __ARM_FP) || defined __riscv_float_abi_soft || defined __XTENSA__)
#define STEPS_BY_INTEGERS
#endif

#define STEPS_MOST (INT32_C(1) << 30)

/* value rounded half away from zero; numbers beyond int32 and infinities saturate, NaN gives 0. */
int32_t steps_round(float value);

/* value / scale rounded half away from zero, within STEPS_MOST of 0; NaN gives 0. */
int32_t steps_from_real(float value, float scale);

/* steps * scale; the scale is 0 or positive, steps within 2^17. */
#ifdef STEPS_BY_INTEGERS
float steps_to_real(int32_t steps, float scale);
#else
static inline float steps_to_real(int32_t steps, float scale) {
    return (float)steps * scale; /* 17 bits times 24: one rounding, as in the reference's double product */
}
#endif

#endif
