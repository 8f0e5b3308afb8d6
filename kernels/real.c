/* SPDX-License-Identifier: MIT
 * exp, log, square root, rounding down and remainder of float32 on the bits of the number. */
#include "real.h"

#include <stdbool.h>
#include <string.h>

#define INFINITY_BITS UINT32_C(0x7f800000)
#define NAN_BITS UINT32_C(0x7fc00000)
#define LN2_Q64 UINT64_C(0xb17217f7d1cf79ab)
#define LOG2_E_Q63 UINT64_C(0xb8aa3b295c17f0bc)
#define LOG_BITS 55 /* after the point of a logarithm to base 2 */

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* High 64 bits of a product, at most 2 too low. */
static uint64_t high_product(uint64_t a, uint64_t b) {
    uint32_t a1 = (uint32_t)(a >> 32), a0 = (uint32_t)a, b1 = (uint32_t)(b >> 32), b0 = (uint32_t)b;
    return (uint64_t)a1 * b1 + ((uint64_t)a1 * b0 >> 32) + ((uint64_t)a0 * b1 >> 32);
}

/* mantissa * 2^(exponent - 63) as float, rounded to nearest, for mantissa >= 2^63. */
static float round_to_float(uint64_t mantissa, int32_t exponent, bool negative) {
    int32_t drop = exponent < -126 ? 32 - 126 - exponent : 32;
    uint32_t bits = 0;
    mantissa = mantissa >> 8 | ((mantissa & 0xff) != 0);
    if (exponent > 127) {
        bits = INFINITY_BITS;
    } else if (drop < 64) {
        uint64_t half = UINT64_C(1) << (drop - 1), rest = mantissa & (2 * half - 1);
        bits = (uint32_t)(mantissa >> drop);
        bits += rest > half || (rest == half && (bits & 1));
        /* the mantissa's highest bit adds one to the exponent's field, and so does a carry */
        bits += drop == 32 ? (uint32_t)(exponent + 126) << 23 : 0;
    }
    return from_bits(bits | (uint32_t)negative << 31);
}

/* 2^f for f in [0, 1), 64 bits after the point; gives 63 bits after it. */
static uint64_t power_of_two(uint64_t f) {
    uint64_t g = high_product(f, LN2_Q64) >> 4; /* exp(g), g < 0.044, is the 16th root */
    uint64_t sum = 0;
    for (uint32_t k = 8; k > 0; k--) { /* exp(g) - 1 = g/1 * (1 + g/2 * (1 + ...)) */
        /* reciprocals are exact or too low, so the result stays below 2 */
        uint64_t term = k > 1 ? high_product(g, (uint64_t)(UINT32_MAX / k + !(k & (k - 1))) << 32) : g;
        sum = term + high_product(term, sum);
    }
    uint64_t power = sum >> 1 | UINT64_C(1) << 63;
    for (int i = 0; i < 4; i++) {
        power = high_product(power, power) << 1;
    }
    return power | UINT64_C(1) << 63; /* errors may have come below 1 */
}

float real_exp(float x) {
    uint32_t bits = bits_of(x);
    bool negative = bits >> 31;
    bits &= 0x7fffffff;
    if (bits > INFINITY_BITS) {
        return x;
    }
    if (bits >= 0x43000000) { /* |x| >= 128 */
        return from_bits(negative ? 0 : INFINITY_BITS);
    }
    int32_t shift = 189 - LOG_BITS - (int32_t)(bits >> 23);
    if (shift > 60) {
        return 1.0f;
    }
    uint64_t mantissa = (uint64_t)(bits | 0x800000) << 40;
    uint64_t y = high_product(mantissa, LOG2_E_Q63) >> shift;
    y = negative ? 0 - y : y;
    return round_to_float(power_of_two(y << (64 - LOG_BITS)), (int32_t)((int64_t)y >> LOG_BITS), false);
}

/* Moves the highest one of a nonzero mantissa to the highest bit, and the exponent along. */
static uint64_t normalise(uint64_t mantissa, int32_t *exponent) {
    while (!(mantissa >> 63)) {
        mantissa <<= 1;
        *exponent -= 1;
    }
    return mantissa;
}

uint64_t real_split(float x, int32_t *exponent) {
    uint32_t bits = bits_of(x), field = bits >> 23;
    *exponent = field == 0 ? -126 : (int32_t)field - 127;
    return normalise((uint64_t)((bits & 0x7fffff) | (field == 0 ? 0 : 0x800000)) << 40, exponent);
}

float real_log(float x) {
    uint32_t bits = bits_of(x);
    if (bits << 1 == 0) {
        return from_bits(INFINITY_BITS | UINT32_C(1) << 31);
    }
    if (bits >= INFINITY_BITS) { /* negative, infinite or NaN */
        return from_bits(bits == INFINITY_BITS ? bits : NAN_BITS);
    }
    int32_t exponent;
    uint64_t mantissa = real_split(x, &exponent);
    int64_t log2 = exponent;
    for (int i = 0; i < LOG_BITS; i++) { /* squaring doubles the logarithm */
        mantissa = high_product(mantissa, mantissa);
        bool carry = mantissa >> 63;
        mantissa = carry ? mantissa : mantissa << 1;
        log2 = log2 * 2 + carry;
    }
    if (log2 == 0) {
        return 0.0f;
    }
    bool negative = log2 < 0;
    exponent = 63 - LOG_BITS;
    mantissa = normalise((uint64_t)(negative ? -log2 : log2), &exponent);
    mantissa = normalise(high_product(mantissa, LN2_Q64), &exponent);
    return round_to_float(mantissa, exponent, negative);
}

uint32_t real_root(uint64_t x, bool *exact) {
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 62; bit != 0; bit >>= 2) {
        bool fits = x >= root + bit;
        x -= fits ? root + bit : 0;
        root = (root >> 1) + (fits ? bit : 0);
    }
    *exact = x == 0;
    return (uint32_t)root;
}

float real_sqrt(float x) {
    uint32_t bits = bits_of(x);
    if (bits << 1 == 0 || bits >= INFINITY_BITS) {
        return bits << 1 == 0 || bits == INFINITY_BITS ? x : from_bits(NAN_BITS);
    }
    int32_t exponent;
    bool exact;
    uint64_t mantissa = real_split(x, &exponent);
    uint64_t root = real_root(mantissa >> !(exponent & 1), &exact);
    return round_to_float(root << 32 | !exact, exponent >> 1, false);
}

float real_floor(float x) {
    uint32_t bits = bits_of(x);
    int32_t exponent = (int32_t)(bits >> 23 & 0xff) - 127;
    if (exponent >= 23) { /* whole already, infinite or NaN */
        return x;
    }
    if (exponent < 0) {
        return bits >> 31 && bits << 1 ? -1.0f : from_bits(bits & UINT32_C(1) << 31);
    }
    uint32_t fraction = UINT32_C(0x7fffff) >> exponent;
    if (bits >> 31 && (bits & fraction)) {
        bits += fraction; /* away from zero; a carry into the exponent is right */
    }
    return from_bits(bits & ~fraction);
}

float real_remainder(float a, float b) {
    uint32_t sign = bits_of(a) & UINT32_C(1) << 31;
    uint32_t dividend = bits_of(a) ^ sign, divisor = bits_of(b) & 0x7fffffff;
    if (dividend >= INFINITY_BITS || divisor > INFINITY_BITS || divisor == 0) {
        return from_bits(NAN_BITS);
    }
    if (dividend < divisor) {
        return a;
    }
    int32_t exponent, least;
    uint64_t rest = real_split(from_bits(dividend), &exponent) >> 1, step = real_split(from_bits(divisor), &least) >> 1;
    for (;; exponent--) {
        rest -= rest >= step ? step : 0;
        if (exponent == least || rest == 0) {
            break;
        }
        rest <<= 1;
    }
    if (rest == 0) {
        return from_bits(sign);
    }
    rest = normalise(rest << 1, &least);
    return round_to_float(rest, least, sign != 0);
}
