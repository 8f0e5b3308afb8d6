/* SPDX-License-Identifier: MIT
 * Fixed-point multiply and rounding, nothing else: how a real factor becomes (multiplier, shift), and how an
 * accumulator is scaled by it. Bit for bit the arithmetic of TensorFlow Lite Micro (gemmlowp's double rounding).
 * No floating-point instruction is needed: scales are taken apart as integers. */
#ifndef MPYLITE_REQUANT_H
#define MPYLITE_REQUANT_H

#include <stdint.h>

/* Built for size, the larger functions stand once, in requant.c; built for speed, at each place of use. */
#ifdef __OPTIMIZE_SIZE__
#define REQUANT_SHARED
#else
#define REQUANT_SHARED static inline
#endif

/* factor = multiplier * 2^(shift - 31); multiplier is 0 or in [2^30, 2^31), shift in [-31, 30]. */
typedef struct {
    int32_t multiplier;
    int32_t shift;
} requant_t;

/* The factor a * b / c, computed as TFLite does in double: exact product, quotient rounded to 53 bits, mantissa
 * rounded half away from zero to 31 bits. a, b, c finite and > 0 (others give multiplier 0).
 * A factor of 2^31 or more saturates to shift 31: the caller refuses a shift over 30. */
requant_t requant_ratio(float a, float b, float c);

/* Round half away from zero of x / 2^exponent, exponent in [0, 31] (gemmlowp RoundingDivideByPOT). */
static inline int32_t requant_divide_pot(int32_t x, int32_t exponent) {
    int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1);
    int32_t remainder = x & mask;
    int32_t threshold = (mask >> 1) + (x < 0);
    return (x >> exponent) + (remainder > threshold);
}

/* x * 2^shift for 0 <= shift <= 31, wrapping like the reference on two's-complement machines. */
static inline int32_t requant_shift_left(int32_t x, int32_t shift) {
    return (int32_t)((uint32_t)x << shift);
}

/* High 32 bits of 2*a*b, rounded (gemmlowp SaturatingRoundingDoublingHighMul); INT32_MIN squared saturates. */
REQUANT_SHARED int32_t requant_high_mul(int32_t a, int32_t b);

/* x * factor: left shift, doubling high multiply, rounding right shift. */
REQUANT_SHARED int32_t requant_apply(int32_t x, int32_t multiplier, int32_t shift);

#if defined REQUANT_BODIES || !defined __OPTIMIZE_SIZE__
REQUANT_SHARED int32_t requant_high_mul(int32_t a, int32_t b) {
    if (a == b && a == INT32_MIN) {
        return INT32_MAX;
    }
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

REQUANT_SHARED int32_t requant_apply(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift > 0 ? 0 : -shift;
    return requant_divide_pot(requant_high_mul(requant_shift_left(x, left), multiplier), right);
}
#endif

/* The same for a 48-bit accumulator (int16 activations with int64 bias): the multiplier is reduced to 16 bits,
 * rounding is half up. |x| < 2^47, shift < 8. */
static inline int32_t requant_apply_wide(int64_t x, int32_t multiplier, int32_t shift) {
    int32_t reduced = multiplier < 0x7fff0000 ? (multiplier + (1 << 15)) >> 16 : 0x7fff;
    int32_t total = 15 - shift;
    /* unsigned: a hostile model may overflow; it must not be undefined */
    uint64_t product = (uint64_t)x * (uint64_t)(int64_t)reduced + (UINT64_C(1) << (total - 1));
    return (int32_t)((int64_t)product >> total);
}

static inline int32_t requant_clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

#endif
