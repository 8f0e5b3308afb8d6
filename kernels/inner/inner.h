/* SPDX-License-Identifier: MIT
 * The architecture contract: the few loops that decide the speed. portable.c is the truth; a file for one
 * architecture gives the same functions, equal bit for bit, and takes its place in the build. */
#ifndef MPYLITE_INNER_H
#define MPYLITE_INNER_H

#include <stdint.h>

/* Sum of (x[i] + x_offset) * w[i] over i < n; wraps at 32 bits. x_offset in [-127, 128]. */
int32_t inner_dot_s8(const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset);

/* Sum of x[i] * w[i] over i < n in 64 bits (int16 activations). */
int64_t inner_dot_s16(const int16_t *x, const int8_t *w, int32_t n);

/* acc[i] += (x[i] + x_offset) * w[i] for i < n: one filter tap of a depthwise convolution. */
void inner_mac_row_s8(int32_t *acc, const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset);

/* out[i] = clamp(requant(acc[i], multiplier[i], shift[i]) + zero_point, low, high) for i < n. */
void inner_requant_row_s8(int8_t *out, const int32_t *acc, int32_t n, const int32_t *multiplier, const int8_t *shift,
                          int32_t zero_point, int32_t low, int32_t high);

#endif
