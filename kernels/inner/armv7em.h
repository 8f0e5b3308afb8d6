/* SPDX-License-Identifier: MIT
 * What the C and the assembly of the kernels for Cortex-M4, M7 and M33 share.
 *
 * Four weights are read where they lie as one word; SXTB16 makes of it the 16-bit pairs (0, 2) and (1, 3), and SMLAD
 * multiplies and adds a pair at once. Activations, zero point taken off, are packed in the same pairs. */
#ifndef MPYLITE_ARMV7EM_H
#define MPYLITE_ARMV7EM_H

#include "layers.h"

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
    int32_t w_step;                 /* of armv7em_dot_outputs: from a row to the next */
} armv7em_dot_t;

/* All outputs of four pixels, at least one; and of one pixel, a multiple of 4. */
void armv7em_dot_pixels(const armv7em_dot_t *dot);
void armv7em_dot_outputs(const armv7em_dot_t *dot);

/* Sums of 3x3 windows, scaled to outputs, of one channel: `rows` rows of 2 * pairs (and one more if odd) outputs. A row of
 * activations is 16-bit values, zero point taken off, zeros around them. */
typedef struct {
    uint32_t weights[6]; /* for each row of a window w0 w1 w2 the pairs (w0, w1) and (w1, w2), lower half first */
    int32_t bias, multiplier, half, shift;
    int32_t zero_point, low, high;
    int32_t out_step;    /* from an output to the next */
    int32_t out_skip;    /* from behind a row's pairs to the next row */
    int32_t pair_bytes;  /* of activations from a row's beginning to behind its pairs */
    int32_t x_skip;      /* from there to the next row of windows */
    int32_t odd;
    int32_t row_bytes;   /* from a row of activations to the next */
    const int16_t *x;
    int8_t *out;
    int32_t rows;
} armv7em_depth_t;

void armv7em_depth3(const armv7em_depth_t *depth);
void armv7em_depth3_stride2(const armv7em_depth_t *depth);

/* Rows of pixels, four channels of each, to four planes. */
typedef struct {
    const int8_t *x;
    uint32_t *to;
    int32_t step;        /* from pixel to pixel */
    int32_t plane_bytes; /* from plane to plane */
    int32_t pair_bytes;  /* 4 for every two pixels */
    uint32_t offsets;    /* added to the lower and the upper half */
    int32_t x_skip;      /* from behind a row's last pixel to the next row */
    int32_t to_skip;     /* the same of words */
    int32_t first;       /* 1: before the pairs a pixel of its own in an upper half */
    int32_t last;        /* 1: behind them one in a lower half */
    int32_t rows;        /* > 0 */
} armv7em_planes_t;

/* Uses the argument up. */
void armv7em_pack_planes(armv7em_planes_t *planes);

/* Depthwise layers, in armv7em_depth.c. */
uint32_t armv7em_depth_scratch(const inner_layer_t *layer);
void armv7em_depth_layer(const inner_layer_t *layer);

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

/* sum + the two products of a pair. */
static inline int32_t armv7em_multiply_add(uint32_t a, uint32_t b, int32_t sum) {
#ifdef __ARM_FEATURE_DSP
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
#else
    return (int32_t)((uint32_t)sum + (uint32_t)((int16_t)a * (int16_t)b) + (uint32_t)((int16_t)(a >> 16) * (int16_t)(b >> 16)));
#endif
}

/* (2 * sum * multiplier + 2^31) >> 32, of a multiplier that was doubled modulo 2^32. */
static inline int32_t armv7em_high_multiply(int32_t sum, int32_t doubled) {
#ifdef __ARM_FEATURE_DSP
    int32_t y;
    __asm__("smmlar %0, %1, %2, %1" : "=r"(y) : "r"(sum), "r"(doubled));
    return y;
#else
    return (int32_t)(((int64_t)sum * (uint32_t)doubled + (INT64_C(1) << 31)) >> 32);
#endif
}

#endif
