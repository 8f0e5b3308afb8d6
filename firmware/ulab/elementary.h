/* SPDX-License-Identifier: MIT
 * Elementary functions in single precision, without a C library: the same results in every build. Errors stay below 1 unit
 * in the last place for exp and log, below 4 for the others. */
#ifndef ULAB_ELEMENTARY_H
#define ULAB_ELEMENTARY_H

#include <stdint.h>

float elementary_exp(float x);
float elementary_expm1(float x);
float elementary_log(float x);
float elementary_log2(float x);
float elementary_log10(float x);
float elementary_sinh(float x);
float elementary_cosh(float x);
float elementary_tanh(float x);
float elementary_asinh(float x);
float elementary_acosh(float x);
float elementary_atanh(float x);

float elementary_sin(float x);
float elementary_cos(float x);
float elementary_tan(float x);
float elementary_asin(float x);
float elementary_acos(float x);
float elementary_atan(float x);
float elementary_atan2(float y, float x);

/* Sine and cosine of a fraction of a turn, in units of 2**-64. */
void elementary_turn(uint64_t turn, float *sine, float *cosine);

#endif
