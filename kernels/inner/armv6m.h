/* SPDX-License-Identifier: MIT
 * What the C and the assembly of the Cortex-M0 and M0+ kernels share.
 *
 * Two multiply-accumulates an instruction: of (xa + xb * 2^16) * (wb + wa * 2^16) the upper half is xa * wa + xb * wb.
 * Four bytes 0 1 2 3 of activations become the words (0, 2) and (1, 3) (lower half first), four bytes of weights the
 * words (2, 0) and (3, 1); packed bytes beyond a row's end are 0 in the weights.
 * The lower half, xa * wb, is what rounding the upper half takes out again; this is exact while the upper half fits 16
 * bits: for one product if the two weights are not both -128, for the sum of a group's two products if the absolute
 * values of the four weights have a sum of at most 255. */
#ifndef MPYLITE_ARMV6M_H
#define MPYLITE_ARMV6M_H

#include "inner.h"

#define ARMV6M_PIXELS 5      /* of one call of armv6m_dot5 */
#define ARMV6M_MOST_GROUPS 8 /* of four weights, in one piece of the stream */
#define ARMV6M_MOST_SUM 0x20000000u      /* that armv6m_scale takes */
#define ARMV6M_MOST_SUM_RELU 0x7fffffffu /* that armv6m_scale_relu takes */

/* Code addresses in a stream, as distances from this structure, and the bytes of code for one group. A stream is, for
 * each output: [code, bias, two words a group, code, two words a group ...  done], and after the last one [exit, 0].
 * A piece of n groups whose sums fit has the code groups_end - n * group_bytes, a single group whose sums do not the
 * code `wide`. */
typedef struct {
    uint32_t groups_end, group_bytes, wide, done, exit;
} armv6m_code_t;

const armv6m_code_t *armv6m_dot5_code(void);

/* sums[output][pixel] of five pixels; x holds for each group the two words of pixel 0, of pixel 1, ... */
void armv6m_dot5(const uint32_t *stream, const uint32_t *x, int32_t *sums);

/* Packs `groups` >= 1 groups of activations (x aligned to 4); the words of the next group lie `step` bytes further. */
void armv6m_pack_x(const int8_t *x, uint32_t *words, int32_t groups, int32_t step);

/* Sums to outputs: sums[channel * sum_step / 4 + pixel] to out[pixel * out_step + channel * channel_step]. */
typedef struct {
    const int32_t *sums;
    int8_t *out;
    const int32_t *multiplier;
    const int8_t *shift;  /* in [-31, -1]; also 0 for a multiplier of 0, and in armv6m_scale_relu */
    int32_t pixels;       /* >= 1 */
    int32_t sum_step;     /* in bytes */
    int32_t out_step;
    int32_t channels;     /* >= 1 */
    int32_t channel_step; /* from a channel's first output to the next one's: 1 */
    int32_t factor_step;  /* 1: a factor a channel, 0: one for all */
    int32_t zero_point, low, high;
} armv6m_scale_t;

/* Both use their arguments up. The second is for low == zero_point. */
void armv6m_scale(armv6m_scale_t *arguments);
void armv6m_scale_relu(armv6m_scale_t *arguments);

/* sums[i] = first[a[i]] + second[b[i]], bytes as unsigned indices; uses nothing up. */
typedef struct {
    const int8_t *a, *b;
    int32_t *sums;
    const int32_t *first, *second;
    int32_t count; /* >= 1 */
} armv6m_add_t;

void armv6m_add(const armv6m_add_t *add);

/* ---- depthwise --------------------------------------------------------------------------------------------------------- */

/* Rows of one channel's pixels, a pair of pixels in two words: where a row is p0 p1 p2 p3 ..., its words are (p1, p0)
 * (p2, p3) (p3, p2) (p4, p5) ... (lower half first); behind its end lie zero points. */
typedef struct {
    const int8_t *x;   /* the first row's first pixel */
    uint32_t *words;
    int32_t step;      /* bytes from pixel to pixel */
    int32_t width;     /* pixels of a row; pad + width >= 2 */
    int32_t row_step;
    int32_t rows;      /* >= 1 */
    int32_t pad;       /* 1: p0 is the zero point, 0: p0 is the first pixel */
    int32_t zero;      /* the zero point */
} armv6m_plane_t;

/* Uses the argument up; a row has (pad + width + 1) & ~1 words. */
void armv6m_pack_plane(armv6m_plane_t *plane);

/* For each of the three rows w0 w1 w2 the words (w0, w1) and (w2, w1), with stride 2 (w0, w1) and (0, w2). None is -128. */
typedef struct {
    uint32_t weights[6];
    int32_t bias;
    uint32_t bytes; /* of the words of the first row to use; > 0 */
} armv6m_depth_t;

/* Two sums (with stride 2 one) for each pair of words of the three rows that begin at words. */
void armv6m_depth3(const uint32_t *words, int32_t row_bytes, int32_t *sums, const armv6m_depth_t *depth);
void armv6m_depth3_stride2(const uint32_t *words, int32_t row_bytes, int32_t *sums, const armv6m_depth_t *depth);

/* ---- whole layers ------------------------------------------------------------------------------------------------------ */

/* Depthwise layers, in armv6m_depth.c. */
uint32_t armv6m_depth_scratch(const inner_layer_t *layer);
void armv6m_depth_layer(const inner_layer_t *layer);

/* The scaling that fits the layer. */
void armv6m_scale_any(armv6m_scale_t *arguments);

#endif
