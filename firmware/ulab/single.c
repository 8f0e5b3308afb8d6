/* SPDX-License-Identifier: MIT
 * Floor, square root, floor division and integer powers of single-precision numbers, without a C library. */
#include "single.h"

#include <string.h>

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

#define SIGN 0x80000000u
#define INFINITE 0x7f800000u

float single_floor(float x) {
    if ((bits_of(x) & ~SIGN) >= 0x4b000000u || x == 0.0f) { /* 2**23 and more, infinite, nan: an integer already */
        return x;
    }
    float whole = (float)(int32_t)x;
    return whole > x ? whole - 1.0f : from_bits(bits_of(whole) | (bits_of(x) & SIGN));
}

float single_sqrt(float x) {
    uint32_t bits = bits_of(x);
    if ((bits & ~SIGN) == 0 || bits == INFINITE || x != x) {
        return x;
    }
    if (bits & SIGN) {
        return from_bits(0x7fc00000u);
    }
    if (bits < 0x800000u) { /* subnormal */
        return single_sqrt(x * 16777216.0f) * (1.0f / 4096.0f);
    }
    int32_t exponent = (int32_t)(bits >> 23) - 127;
    uint32_t mantissa = ((bits & 0x7fffffu) | 0x800000u) << (1 + (exponent & 1));
    uint32_t root = 0;
    uint32_t sum = 0;
    for (uint32_t bit = 0x1000000u; bit; bit >>= 1) { /* one bit of the root at a time */
        uint32_t trial = sum + bit;
        if (trial <= mantissa) {
            sum = trial + bit;
            mantissa -= trial;
            root += bit;
        }
        mantissa <<= 1;
    }
    root += root & (mantissa != 0);
    return from_bits((root >> 1) + ((uint32_t)(((exponent - (exponent & 1)) / 2 + 126)) << 23));
}

/* The remainder of |a| / |b|, exactly; b is not 0. */
static float remainder_of(float a, float b) {
    if ((bits_of(a) & ~SIGN) >= INFINITE || b != b) {
        return from_bits(0x7fc00000u);
    }
    a = from_bits(bits_of(a) & ~SIGN);
    b = from_bits(bits_of(b) & ~SIGN);
    while (a >= b) {
        /* b scaled by a power of two, so that the difference is exact */
        float part = b;
        if (bits_of(b) >= 0x800000u) {
            part = from_bits((bits_of(b) & 0x7fffffu) | (bits_of(a) & INFINITE));
        } else { /* subnormal */
            while (part + part <= a) {
                part += part;
            }
        }
        a -= part > a ? part * 0.5f : part;
    }
    return a;
}

float single_divide_floor(float a, float b, float *remainder) {
    if (b == 0.0f) {
        *remainder = from_bits(0x7fc00000u);
        return a / b;
    }
    float rest = remainder_of(a, b);
    rest = a < 0.0f ? -rest : rest;
    float quotient = (a - rest) / b;
    if (rest != 0.0f && (b < 0.0f) != (rest < 0.0f)) {
        rest += b;
        quotient -= 1.0f;
    }
    *remainder = rest == 0.0f ? from_bits(bits_of(b) & SIGN) : rest;
    float whole = single_floor(quotient);
    return quotient - whole > 0.5f ? whole + 1.0f : whole;
}

float single_power(float x, int32_t exponent) {
    uint32_t left = exponent < 0 ? 0u - (uint32_t)exponent : (uint32_t)exponent;
    float result = 1.0f;
    for (; left; left >>= 1) {
        if (left & 1u) {
            result *= x;
        }
        x *= x;
    }
    return exponent < 0 ? 1.0f / result : result;
}
