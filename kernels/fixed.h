/* SPDX-License-Identifier: MIT
 * Transcendental functions on 32-bit fixed-point numbers, bit for bit gemmlowp's: Qm.n has m integer bits and
 * n = 31 - m fractional bits. Knows nothing of tensors. */
#ifndef MPYLITE_FIXED_H
#define MPYLITE_FIXED_H

#include <stdint.h>

/* exp(a) as Q0.31 for a <= 0 with `integer_bits` (0 to 5) integer bits. */
int32_t fixed_exp(int32_t a, int32_t integer_bits);

/* 1 / (1 + a) as Q0.31 for a in Q0.31, 0 <= a. */
int32_t fixed_reciprocal_of_one_plus(int32_t a);

/* 1 / (1 + exp(-a)) and tanh(a) as Q0.31 for a in Q4.27. */
int32_t fixed_logistic(int32_t a);
int32_t fixed_tanh(int32_t a);

/* ln(x) as Q5.26 for x >= 1 in Q12.19. */
int32_t fixed_log(int32_t x);

/* 1 / x for x = raw / 2^(31 - integer_bits), x > 0: a mantissa in (1/2, 1] as Q0.31; the result is that divided by
 * 2^*bits_over_unit. */
int32_t fixed_reciprocal(uint32_t raw, int32_t integer_bits, int32_t *bits_over_unit);

/* 1 / sqrt(x) for an integer x, 1 where x <= 1, as Q0.31 mantissa; the result is mantissa * 2^*shift, *shift <= 0. */
int32_t fixed_inverse_root(int32_t x, int32_t *shift);

/* x * 2^exponent for exponent >= 0, saturating. */
int32_t fixed_shift_left(int32_t x, int32_t exponent);

/* Zero bits above the highest one; 32 for 0. */
int32_t fixed_leading_zeros(uint32_t x);

#endif
