/* SPDX-License-Identifier: MIT
 * The logistic function and tanh of 16-bit networks, by interpolation in one table, and how a scale is brought onto
 * it. */
#ifndef MPYLITE_SIGMOID_H
#define MPYLITE_SIGMOID_H

#include <stdbool.h>
#include <stdint.h>

/* x * multiplier / 2^shift, rounded, brings a stored number to steps of 1 / 12288. */
typedef struct {
    int32_t multiplier;
    int32_t shift;
} sigmoid_scale_t;

/* Whether a positive scale lies between 2^(exponent - 0.001) and 2^(exponent + 0.001): the reference takes it as the
 * power of two then. */
bool sigmoid_near_power_of_two(float scale, int32_t exponent);

/* For numbers of this scale. 2^-12 (and 2^-11 if `two`) need no rounding. */
sigmoid_scale_t sigmoid_scale(float scale, bool two);

/* The stored number x, int16, in those steps; overflow wraps as in the reference. */
int32_t sigmoid_steps(int32_t x, sigmoid_scale_t scale);

/* As Q0.15 of x in those steps. */
int32_t sigmoid_logistic(int32_t x);
int32_t sigmoid_tanh(int32_t x);

/* The one or the other of n stored numbers. */
void sigmoid_row(int16_t *out, const int16_t *in, uint32_t n, sigmoid_scale_t scale, bool tanh);

#endif
