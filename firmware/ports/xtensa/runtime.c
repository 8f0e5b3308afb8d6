/* SPDX-License-Identifier: MIT
 * What MicroPython itself needs of a compiler's library, where that is of another ABI: 64-bit division, and
 * conversions from double to float and integers to double (denormal numbers become 0; no test here holds any). */
#include <stdint.h>

uint64_t __udivdi3(uint64_t a, uint64_t b);
uint64_t __umoddi3(uint64_t a, uint64_t b);
int64_t __divdi3(int64_t a, int64_t b);
int64_t __moddi3(int64_t a, int64_t b);

static uint64_t divide(uint64_t a, uint64_t b, uint64_t *rest) {
    uint64_t quotient = 0;
    *rest = 0;
    for (int bit = 63; bit >= 0; bit--) {
        *rest = *rest << 1 | ((a >> bit) & 1);
        quotient <<= 1;
        if (*rest >= b) {
            *rest -= b;
            quotient |= 1;
        }
    }
    return quotient;
}

static uint64_t magnitude(int64_t value) {
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

uint64_t __udivdi3(uint64_t a, uint64_t b) {
    uint64_t rest;
    return divide(a, b, &rest);
}

uint64_t __umoddi3(uint64_t a, uint64_t b) {
    uint64_t rest;
    divide(a, b, &rest);
    return rest;
}

int64_t __divdi3(int64_t a, int64_t b) {
    uint64_t rest, quotient = divide(magnitude(a), magnitude(b), &rest);
    return (int64_t)((a ^ b) < 0 ? 0 - quotient : quotient);
}

int64_t __moddi3(int64_t a, int64_t b) {
    uint64_t rest;
    divide(magnitude(a), magnitude(b), &rest);
    return (int64_t)(a < 0 ? 0 - rest : rest);
}

typedef union {
    float value;
    uint32_t bits;
} single_t;

typedef union {
    double value;
    uint64_t bits;
} double_t_;

float __truncdfsf2(double value);
float __truncdfsf2(double value) {
    double_t_ d = {value};
    int32_t exponent = (int32_t)(d.bits >> 52 & 0x7ff) - 896;
    uint32_t bits = (uint32_t)(d.bits >> 29 & 0x7fffff), rest = (uint32_t)d.bits & 0x1fffffff;
    if (exponent <= 0) {
        bits = 0;
    } else if (exponent >= 255) {
        bits = 0x7f800000 | (exponent == 2047 - 896 ? bits : 0);
    } else {
        bits = ((uint32_t)exponent << 23 | bits) + (rest > 0x10000000 || (rest == 0x10000000 && (bits & 1)));
    }
    single_t f = {.bits = (uint32_t)(d.bits >> 63) << 31 | bits};
    return f.value;
}

double __floatsidf(int32_t value);
double __floatsidf(int32_t value) {
    uint64_t m = magnitude(value);
    if (m == 0) {
        return 0;
    }
    uint32_t exponent = 1023 + 52;
    for (; !(m >> 52); m <<= 1) {
        exponent--;
    }
    double_t_ d = {.bits = (uint64_t)(value < 0) << 63 | (uint64_t)exponent << 52 | (m & 0xfffffffffffffu)};
    return d.value;
}

uint64_t __bswapdi2(uint64_t value);
uint64_t __bswapdi2(uint64_t value) {
    uint64_t swapped = 0;
    for (int i = 0; i < 8; i++, value >>= 8) {
        swapped = swapped << 8 | (value & 0xff);
    }
    return swapped;
}

float fabsf(float value);
float fabsf(float value) {
    single_t f = {value};
    f.bits &= 0x7fffffff;
    return f.value;
}

float copysignf(float value, float sign);
float copysignf(float value, float sign) {
    single_t f = {value}, s = {sign};
    f.bits = (f.bits & 0x7fffffff) | (s.bits & 0x80000000);
    return f.value;
}

float nanf(const char *text);
float nanf(const char *text) {
    (void)text;
    single_t f = {.bits = 0x7fc00000};
    return f.value;
}
