/* SPDX-License-Identifier: MIT
 * Fixed-point multiply and rounding, nothing else: how a real factor becomes (multiplier, shift), and how an
 * accumulator is scaled by it. Bit for bit the arithmetic of TensorFlow Lite Micro (gemmlowp's double rounding).
 * No floating-point instruction is needed: scales are taken apart as integers. */
#ifndef MPYLITE_REQUANT_H
#define MPYLITE_REQUANT_H

#include <stdint.h>

/* Built for size, the larger functions stand once, in requant.c; built for speed, at each place of use. */
#ifdef __OPTIMIZE_SIZE__
#define REQUANT_SHARED __attribute__((noinline))
#else
#define REQUANT_SHARED static inline
#endif

/* Where the processor multiplies only to 32 bits, and the library's 64 bits cost twice as much. */
#ifdef __ARM_ARCH_6M__
#define REQUANT_BY_HALVES
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

/* A number taken apart. */
typedef struct {
    uint32_t mantissa; /* 24 bits, the highest one set; 0 for anything but a positive finite number */
    int32_t exponent;  /* value = mantissa * 2^exponent */
} requant_parts_t;

requant_parts_t requant_split(float value);

/* The same in two steps, for many b: first / divisor = a / c, apart from the exponent; the fraction is 0 where the
 * multipliers will be. */
typedef struct {
    uint32_t first, divisor; /* mantissas, the quotient in [1, 2) */
    uint32_t fraction;       /* the quotient, times 2^31, rounded down */
    int32_t exponent;
} requant_quotient_t;

requant_quotient_t requant_quotient(float a, float c);
requant_t requant_times(const requant_quotient_t *quotient, float b);

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

/* The largest shifts to the left that requant_apply and requant_apply_wide take; who prepares refuses larger ones. */
enum { REQUANT_MOST_SHIFT = 30, REQUANT_WIDE_MOST_SHIFT = 14 };

/* x * factor: left shift, doubling high multiply, rounding right shift. */
REQUANT_SHARED int32_t requant_apply(int32_t x, int32_t multiplier, int32_t shift);

#if defined REQUANT_BODIES || !defined __OPTIMIZE_SIZE__
REQUANT_SHARED int32_t requant_high_mul(int32_t a, int32_t b) {
    if (a == b && a == INT32_MIN) {
        return INT32_MAX;
    }
#ifdef REQUANT_BY_HALVES
    int32_t a_high = a >> 16, b_high = b >> 16;
    uint32_t a_low = a & 0xffff, b_low = b & 0xffff;
    int32_t middle = a_high * (int32_t)b_low + (int32_t)(a_low * b_low >> 16);
    int32_t other = b_high * (int32_t)a_low + (middle & 0xffff);
    int32_t high = a_high * b_high + (middle >> 16) + (other >> 16);
    return (int32_t)((uint32_t)high * 2) + ((((other & 0xffff) >> 14) + 1) >> 1);
#else
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
#endif
}

REQUANT_SHARED int32_t requant_apply(int32_t x, int32_t multiplier, int32_t shift) {
    int32_t left = shift > 0 ? shift : 0;
    int32_t right = shift > 0 ? 0 : -shift;
    return requant_divide_pot(requant_high_mul(requant_shift_left(x, left), multiplier), right);
}
#endif

/* The same for a 48-bit accumulator (int16 activations with int64 bias): the multiplier is reduced to 16 bits,
 * rounding is half up. |x| < 2^47, shift <= REQUANT_WIDE_MOST_SHIFT. */
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
