/* SPDX-License-Identifier: MIT
 * Elementary functions of float32 without libm: computed in 64-bit integers to about 45 bits, then rounded, so a result
 * is the correctly rounded one but for about one value in a million. Knows nothing of tensors. */
#ifndef MPYLITE_REAL_H
#define MPYLITE_REAL_H

#include <stdbool.h>
#include <stdint.h>

float real_exp(float x);

/* Natural logarithm; -infinity for 0, NaN below. */
float real_log(float x);

/* Always correctly rounded; NaN below 0. */
float real_sqrt(float x);

/* The largest whole number not above x. */
float real_floor(float x);

/* a - b * (a / b without its fraction), exact, with the sign of a (C's fmodf). */
float real_remainder(float a, float b);

/* Takes a positive finite number apart: result * 2^(exponent - 63), the result's highest bit set. */
uint64_t real_split(float x, int32_t *exponent);

/* The square root of x rounded down, and whether nothing was lost. */
uint32_t real_root(uint64_t x, bool *exact);

#endif
