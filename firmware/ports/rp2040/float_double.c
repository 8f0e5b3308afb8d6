/* SPDX-License-Identifier: MIT
 * Between float and double, for what the compiler calls: struct's "d", and %g among variable arguments. Subnormal numbers
 * count as zero. */
#include <stdint.h>

#define SIGN 0x80000000u
#define BIAS_APART 896u /* 1023 - 127 */
#define HALF 0x80000000u

typedef union {
    double d;
    struct {
        uint32_t low, high;
    } half;
} double_bits_t;

typedef union {
    float f;
    uint32_t u;
} float_bits_t;

double __aeabi_f2d(float a);
float __aeabi_d2f(double a);

double __aeabi_f2d(float a) {
    float_bits_t from = {.f = a};
    uint32_t magnitude = from.u & ~SIGN, exponent = magnitude >> 23;
    double_bits_t to = {.half = {.high = from.u & SIGN}};
    if (exponent) {
        to.half.high |= (magnitude >> 3) + ((exponent == 0xff ? 2 * BIAS_APART : BIAS_APART) << 20);
        to.half.low = magnitude << 29;
    }
    return to.d;
}

/* To the nearest, to the even one of two. */
float __aeabi_d2f(double a) {
    double_bits_t from = {.d = a};
    uint32_t magnitude = from.half.high & ~SIGN, exponent = magnitude >> 20, rest = from.half.low << 3;
    uint32_t to = 0;
    if (exponent > BIAS_APART + 0xfe) {
        to = 0xff << 23 | (magnitude > 0x7ff00000u || (magnitude == 0x7ff00000u && from.half.low)) << 22;
    } else if (exponent > BIAS_APART) {
        to = (magnitude - (BIAS_APART << 20)) << 3 | from.half.low >> 29;
        to += rest > HALF || (rest == HALF && (to & 1));
    }
    float_bits_t result = {.u = to | (from.half.high & SIGN)};
    return result.f;
}
