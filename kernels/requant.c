/* SPDX-License-Identifier: MIT
 * How a real factor becomes (multiplier, shift). Integer long division instead of double arithmetic: a
 * microcontroller without a floating-point unit would need a kilobyte of library for the same bits. A layer's channels
 * share the division. */
#define REQUANT_BODIES
#include "requant.h"

#include <stdbool.h>
#include <string.h>

requant_parts_t requant_split(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    requant_parts_t parts = {bits & 0x7fffff, (int32_t)(bits >> 23) - 150};
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

/* Long division, one bit at a time. */
requant_quotient_t requant_quotient(float a, float c) {
    requant_parts_t x = requant_split(a), z = requant_split(c);
    requant_quotient_t quotient = {x.mantissa, z.mantissa, 0, x.exponent - z.exponent};
    if (x.mantissa == 0 || z.mantissa == 0) {
        return quotient;
    }
    if (x.mantissa < z.mantissa) {
        quotient.first <<= 1;
        quotient.exponent--;
    }
    uint32_t remainder = quotient.first - z.mantissa, fraction = 1;
    while (!(fraction >> 31)) {
        remainder <<= 1;
        fraction <<= 1;
        if (remainder >= z.mantissa) {
            remainder -= z.mantissa;
            fraction |= 1;
        }
    }
    quotient.fraction = fraction;
    return quotient;
}

/* Whether remainder / divisor, rounded to the 22 bits that a double has below a multiplier, is a half or more: it is so
 * from 1/2 - 2^-23 on. */
static bool rounds_up(uint32_t remainder, uint32_t divisor) {
    uint32_t missing = divisor - 2 * remainder; /* of a half; both are below 2^25 */
    return 2 * remainder >= divisor || (missing < 8 && missing << 22 <= divisor);
}

static uint32_t high_product(uint32_t a, uint32_t b) {
#ifdef REQUANT_BY_HALVES
    uint32_t a_low = a & 0xffff, b_low = b & 0xffff;
    uint32_t middle = (a >> 16) * b_low + (a_low * b_low >> 16), other = a_low * (b >> 16) + (middle & 0xffff);
    return (a >> 16) * (b >> 16) + (middle >> 16) + (other >> 16);
#else
    return (uint32_t)((uint64_t)a * b >> 32);
#endif
}

requant_t requant_times(const requant_quotient_t *quotient, float b) {
    requant_parts_t y = requant_split(b);
    requant_t result = {0, 0};
    if (quotient->fraction == 0 || y.mantissa == 0) {
        return result;
    }
    /* what the fraction lacks makes the product one too small at most; the remainder fits 32 bits, so they suffice */
    uint32_t divisor = quotient->divisor, product = high_product(quotient->fraction, y.mantissa << 8);
    uint32_t remainder = (quotient->first * y.mantissa << 7) - product * divisor;
    if (remainder >= divisor) {
        remainder -= divisor;
        product++;
    }
    result.shift = quotient->exponent + y.exponent + 24;
    if (product >> 31) {
        remainder += product & 1 ? divisor : 0;
        divisor <<= 1;
        product >>= 1;
        result.shift++;
    }
    product += rounds_up(remainder, divisor);
    if (product >> 31) {
        product >>= 1;
        result.shift++;
    }
    if (result.shift < -31) {
        result.shift = 0;
        return result;
    }
    result.multiplier = (int32_t)product;
    result.shift = result.shift > 31 ? 31 : result.shift;
    return result;
}

requant_t requant_ratio(float a, float b, float c) {
    requant_quotient_t quotient = requant_quotient(a, c);
    return requant_times(&quotient, b);
}
