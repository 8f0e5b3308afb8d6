/* SPDX-License-Identifier: MIT
 * What SOFTMAX and LOG_SOFTMAX of int8 share: differences to a row's maximum and the sum of their exponentials. */
#ifndef MPYLITE_SOFTMAX_H
#define MPYLITE_SOFTMAX_H

#include "kernel.h"

#define SOFTMAX_EXP_BITS 5  /* integer bits of a scaled difference */
#define SOFTMAX_SUM_BITS 12 /* integer bits of the sum of exponentials */

typedef struct {
    int32_t multiplier;
    int32_t shift; /* 1 to 31 */
    int32_t least; /* differences to the row's maximum below this count as exp() = 0 */
} softmax_t;

/* beta * scale as a factor onto Q5.26. */
status_t softmax_set_factor(const kernel_ctx_t *ctx, softmax_t *params, float beta, float scale);

/* A difference of stored numbers, least..0, as Q5.26. */
int32_t softmax_scaled(int32_t difference, const softmax_t *params);

/* Largest of a row of n elements. */
int32_t softmax_max(const int8_t *in, int32_t n);

/* Sum of exp() of a row's differences to its maximum as Q12.20 (no sign); saturates over 8191 equal elements. */
uint32_t softmax_sum(const int8_t *in, int32_t n, int32_t max, const softmax_t *params);

#endif
