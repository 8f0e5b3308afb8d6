/* SPDX-License-Identifier: MIT
 * What the C and the assembly of the kernels for Cortex-M4, M7 and M33 share.
 *
 * Four weights are read where they lie as one word; SXTB16 makes of it the 16-bit pairs (0, 2) and (1, 3), and SMLAD
 * multiplies and adds a pair at once. Activations, zero point taken off, are packed in the same pairs. */
#ifndef MPYLITE_ARMV7EM_H
#define MPYLITE_ARMV7EM_H

#include "layers_depth.h"

#define ARMV7EM_PIXELS 4

/* Sums of groups of four products, scaled to outputs; w may be read up to 3 bytes beyond the last row, x is 0 there. */
typedef struct {
    const int8_t *w;                /* the first output's weights */
    const uint32_t *x;              /* for each group the two words of pixel 0, of pixel 1, ... */
    const uint32_t *x_end;
    const layers_factor_t *factors; /* multipliers doubled (modulo 2^32) */
    const layers_factor_t *factors_end;
    int8_t *out;                    /* of pixel 0 */
    int32_t out_step;               /* to the next pixel's */
    int32_t w_skip;                 /* bytes read beyond the end of a row: from there back to the next row */
    int32_t zero_point, low, high;
    int32_t w_step;                 /* from a row to the next */
} armv7em_dot_t;

/* All outputs of four pixels, at least one; and of one pixel, a multiple of 4. */
void armv7em_dot_pixels(const armv7em_dot_t *dot);
void armv7em_dot_outputs(const armv7em_dot_t *dot);

/* 3x3 windows: for each row w0 w1 w2 of the weights the pairs (w0, w1) and (w1, w2), lower half first. */
void armv7em_depth3(const layers_window_t *window, const uint32_t *weights);
void armv7em_depth3_stride2(const layers_window_t *window, const uint32_t *weights);

/* ---- single instructions; in C only so that any compiler can check what stands around them ---------------------------- */

/* The pairs (0, 2) and (1, 3) of four bytes, each with the offset of the pair added. */
static inline uint32_t armv7em_even(uint32_t offsets, uint32_t word) {
#ifdef __ARM_FEATURE_DSP
    uint32_t pair;
    __asm__("sxtab16 %0, %1, %2" : "=r"(pair) : "r"(offsets), "r"(word));
    return pair;
#else
    uint32_t low = offsets + (uint32_t)(int8_t)word, high = (offsets >> 16) + (uint32_t)(int8_t)(word >> 16);
    return (low & 0xffff) | high << 16;
#endif
}

static inline uint32_t armv7em_odd(uint32_t offsets, uint32_t word) {
#ifdef __ARM_FEATURE_DSP
    uint32_t pair;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(pair) : "r"(offsets), "r"(word));
    return pair;
#else
    return armv7em_even(offsets, word >> 8);
#endif
}

#endif
