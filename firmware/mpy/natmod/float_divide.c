/* SPDX-License-Identifier: MIT
 * Division of floats for Cortex-M0: the compiler's library has one, but with a table of absolute addresses, which a
 * native module cannot hold. Rounds to nearest, ties to even, like every FPU; tests/natmod compares it with one. */
#if defined(__ARM_ARCH_6M__)
#define FLOAT_DIVIDE __aeabi_fdiv
#endif

#ifdef FLOAT_DIVIDE
#include <stdint.h>

#define SIGN 0x80000000u
#define INFINITE 0x7f800000u
#define NOT_A_NUMBER 0x7fc00000u
#define ONE 0x00800000u /* the mantissa's leading bit */

typedef union {
    float value;
    uint32_t bits;
} float_bits_t;

/* Mantissa in [2^23, 2^24) of a finite positive number other than 0; the exponent that belongs to it is added. */
static uint32_t mantissa(uint32_t bits, int32_t *exponent) {
    uint32_t m = bits & (ONE - 1);
    if (bits >= ONE) {
        *exponent += (int32_t)(bits >> 23);
        return m | ONE;
    }
    *exponent += 1;
    for (; m < ONE; m <<= 1) {
        *exponent -= 1;
    }
    return m;
}

/* a / b for finite positive numbers other than 0. */
static uint32_t divide(uint32_t a, uint32_t b) {
    int32_t exponent = 0;
    uint32_t divisor = mantissa(b, &exponent);
    exponent = 127 - exponent;
    uint32_t rest = mantissa(a, &exponent);
    if (rest < divisor) {
        rest <<= 1;
        exponent--;
    }
    uint32_t quotient = 0; /* 24 bits and one to round by; what is left in rest only breaks ties */
    for (int i = 0; i < 25; i++) {
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        rest <<= 1;
    }
    if (exponent >= 255) {
        return INFINITE;
    }
    for (; exponent < 1 && quotient != 0; exponent++) { /* too small for a leading bit */
        rest |= quotient & 1;
        quotient >>= 1;
    }
    uint32_t whole = quotient >> 1;
    whole += (quotient & 1) && (rest != 0 || (whole & 1));
    return exponent < 1 ? whole : ((uint32_t)(exponent - 1) << 23) + whole;
}

float FLOAT_DIVIDE(float numerator, float denominator);
float FLOAT_DIVIDE(float numerator, float denominator) {
    float_bits_t a = {numerator};
    float_bits_t b = {denominator};
    uint32_t sign = (a.bits ^ b.bits) & SIGN;
    a.bits &= ~SIGN;
    b.bits &= ~SIGN;
    float_bits_t result;
    if (a.bits > INFINITE || b.bits > INFINITE || (a.bits == b.bits && (a.bits == 0 || a.bits == INFINITE))) {
        result.bits = NOT_A_NUMBER;
    } else if (a.bits == 0 || b.bits == INFINITE) {
        result.bits = sign;
    } else if (b.bits == 0 || a.bits == INFINITE) {
        result.bits = sign | INFINITE;
    } else {
        result.bits = sign | divide(a.bits, b.bits);
    }
    return result.value;
}
#endif
