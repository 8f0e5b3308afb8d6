/* SPDX-License-Identifier: MIT
 * How a real factor becomes (multiplier, shift). Integer long division instead of double arithmetic: a
 * microcontroller without a floating-point unit would need a kilobyte of library for the same bits. */
#define REQUANT_BODIES
#include "requant.h"

#include <stdbool.h>
#include <string.h>

typedef struct {
    uint32_t mantissa; /* 24 bits, the highest one set; 0 for anything but a positive finite number */
    int32_t exponent;  /* value = mantissa * 2^exponent */
} scale_parts_t;

static scale_parts_t split(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    scale_parts_t parts = {bits & 0x7fffff, (int32_t)(bits >> 23) - 150};
    if (bits == 0 || bits >= 0x7f800000) { /* zero, negative, infinite, NaN */
        parts.mantissa = 0;
        return parts;
    }
    if (bits >> 23) {
        parts.mantissa |= 0x800000;
        return parts;
    }
    parts.exponent = -149; /* subnormal */
    while (!(parts.mantissa & 0x800000)) {
        parts.mantissa <<= 1;
        parts.exponent--;
    }
    return parts;
}

/* numerator / denominator as a 53-bit mantissa with its highest bit set, rounded half to even like a double
 * division; *exponent is lowered by the bits that were brought down. numerator < 2^48,
 * denominator in [2^23, 2^24). */
static uint64_t divide_53(uint64_t numerator, uint32_t denominator, int32_t *exponent) {
    uint64_t quotient = 0;
    uint32_t remainder = (uint32_t)(numerator >> 25); /* below 2^23, so below the denominator: no quotient bit yet */
    for (int bit = 24;; bit--) {
        remainder = remainder << 1 | (bit >= 0 ? (uint32_t)(numerator >> bit) & 1 : 0);
        quotient <<= 1;
        if (remainder >= denominator) {
            remainder -= denominator;
            quotient |= 1;
        }
        if (bit <= 0 && quotient >> 53) { /* 54 bits: 53 and the rounding bit; the remainder is sticky */
            *exponent += bit;
            break;
        }
    }
    bool half = quotient & 1;
    quotient >>= 1;
    *exponent += 1;
    if (half && (remainder != 0 || (quotient & 1))) {
        quotient++;
    }
    return quotient;
}

requant_t requant_ratio(float a, float b, float c) {
    scale_parts_t x = split(a), y = split(b), z = split(c);
    requant_t result = {0, 0};
    if (x.mantissa == 0 || y.mantissa == 0 || z.mantissa == 0) {
        return result;
    }
    int32_t exponent = x.exponent + y.exponent - z.exponent;
    uint64_t mantissa = divide_53((uint64_t)x.mantissa * y.mantissa, z.mantissa, &exponent);
    int32_t drop = mantissa >> 53 ? 23 : 22; /* rounding up to 2^53 has carried into one more bit */
    mantissa = (mantissa + (UINT64_C(1) << (drop - 1))) >> drop;
    result.shift = exponent + drop + 31;
    if (mantissa >> 31) {
        mantissa >>= 1;
        result.shift++;
    }
    if (result.shift < -31) {
        result.shift = 0;
        return result;
    }
    result.multiplier = (int32_t)mantissa;
    result.shift = result.shift > 31 ? 31 : result.shift;
    return result;
}
