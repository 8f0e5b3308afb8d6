/* SPDX-License-Identifier: MIT
 * Rounding on the bits of floats: there is no libm in a native module. Quotients and products by integers are rounded to a
 * float's 24 bits first, as an FPU does. */
#include "steps.h"

#include <string.h>

#include "requant.h"

int32_t steps_round(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    int32_t exponent = (int32_t)(bits >> 23 & 0xff) - 150; /* value = mantissa * 2^exponent */
    uint32_t mantissa = (bits & 0x7fffff) | 0x800000;
    if (exponent > 7) {
        if (exponent == 105 && mantissa != 0x800000) {
            return 0; /* NaN */
        }
        return bits >> 31 ? INT32_MIN : INT32_MAX;
    }
    if (exponent >= 0) {
        mantissa <<= exponent;
    } else if (exponent >= -24) {
        mantissa = ((mantissa >> (-exponent - 1)) + 1) >> 1;
    } else {
        mantissa = 0; /* below one half, subnormals too */
    }
    return bits >> 31 ? -(int32_t)mantissa : (int32_t)mantissa;
}

#ifdef STEPS_BY_INTEGERS

#define INFINITE 0x7f800000u

int32_t steps_from_real(float value, float scale) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t positive = bits & INT32_MAX;
    memcpy(&value, &positive, sizeof value);
    requant_quotient_t quotient = requant_quotient(value, scale); /* its fraction is 0 for 0, infinity and NaN */
    uint32_t steps = (quotient.fraction >> 8) + (quotient.fraction >> 7 & 1); /* never half way: no such quotients exist */
    int32_t right = 23 - quotient.exponent;
    if (positive == INFINITE || (steps != 0 && right < -6)) {
        steps = STEPS_MOST;
    } else if (right > 0) {
        steps = right > 31 ? 0 : ((steps >> (right - 1)) + 1) >> 1;
    } else {
        steps <<= -right & 31;
    }
    return bits >> 31 ? -(int32_t)steps : (int32_t)steps;
}

float steps_to_real(int32_t steps, float scale) {
    requant_parts_t parts = requant_split(scale);
    uint32_t size = steps < 0 ? 0 - (uint32_t)steps : (uint32_t)steps, bits = 0;
    if (size != 0 && parts.mantissa != 0) {
        int32_t exponent = parts.exponent + 10 + 31 + 127;
        for (; !(size >> 16); size <<= 1) {
            exponent--;
        }
        uint32_t low = size * (parts.mantissa & 1023);
        uint32_t m = (size * (parts.mantissa >> 10) + (low >> 10)) | ((low & 1023) != 0); /* the last bit stands for those dropped */
        for (; !(m >> 31); m <<= 1) {
            exponent--;
        }
        for (; exponent < 1; exponent++) { /* too small for a leading bit */
            m = m >> 1 | (m & 1);
        }
        bits = ((uint32_t)(exponent - 1) << 23) + (m >> 8); /* the leading bit makes the exponent right */
        bits += (m & 0xff) + (bits & 1) > 0x80;
        bits = exponent >= 255 ? INFINITE : bits;
    }
    bits |= steps < 0 ? UINT32_C(1) << 31 : 0;
    memcpy(&scale, &bits, sizeof scale);
    return scale;
}

#else

int32_t steps_from_real(float value, float scale) {
    return requant_clamp(steps_round(value / scale), -STEPS_MOST, STEPS_MOST);
}

#endif
