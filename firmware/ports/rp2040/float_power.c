/* SPDX-License-Identifier: MIT
 * powf for whole exponents by squaring, for others by the ROM's exponential and logarithm. */
#include "float_rom.h"

float powf(float base, float power) {
    float whole = truncf(power);
    if (whole != power || whole > 1e6f || whole < -1e6f) {
        return base < 0 ? nanf("") : expf(power * logf(base));
    }
    int32_t n = (int32_t)whole;
    float result = 1;
    for (uint32_t left = n < 0 ? -(uint32_t)n : (uint32_t)n; left; left >>= 1) {
        if (left & 1) {
            result *= base;
        }
        base *= base;
    }
    return n < 0 ? 1 / result : result;
}
