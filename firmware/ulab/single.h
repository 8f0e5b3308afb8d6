/* SPDX-License-Identifier: MIT
 * The few functions of single-precision numbers that the core needs where no C library is linked. */
#ifndef ULAB_SINGLE_H
#define ULAB_SINGLE_H

#include <stdint.h>

float single_floor(float x);

/* Correctly rounded. */
float single_sqrt(float x);

/* Python's a // b and, into `remainder`, a % b. */
float single_divide_floor(float a, float b, float *remainder);

/* x to an integer power, by squaring. */
float single_power(float x, int32_t exponent);

#endif
