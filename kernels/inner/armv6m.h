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

#include <stdbool.h>

#define ARMV6M_PIXELS 5      /* of one call of armv6m_dot5 */
#define ARMV6M_LITTLE 4096   /* with less scratch than that, layers ask for next to none and use some stack */
#define ARMV6M_MOST_GROUPS 16 /* of four weights, in one piece of the stream */
#define ARMV6M_MOST_SUM 0x20000000u      /* that armv6m_scale takes */
#define ARMV6M_MOST_SUM_RELU 0x7fffffffu /* that armv6m_scale_relu takes */

/* Packed weights are a stream: for each output [code, bias, two words a group, code, two words a group ... done], then
 * [exit, 0], each code the address of a piece of armv6m_dot5 that works on the groups behind it. */

/* Appends one output's groups (may be 0); gives the stream's end. x_offset times the sum of the weights is added to the
 * bias. */
uint32_t *armv6m_pack_w(const uint32_t *w, uint32_t *stream, int32_t groups, int32_t x_offset, int32_t bias);
void armv6m_pack_end(uint32_t *stream);

/* sums[output][pixel] of five pixels; x holds for each group the two words of pixel 0, of pixel 1, ... */
void armv6m_dot5(const uint32_t *stream, const uint32_t *x, int32_t *sums);

/* Packs rows (>= 1) of groups (>= 1) for one of the five pixels: four bytes of x (aligned to 4) become two words, those
 * of the next group lie 40 bytes further. Between two rows, x_skip and word_skip bytes are left out. */
void armv6m_pack_x(const int8_t *x, uint32_t *words, int32_t groups, int32_t rows, int32_t x_skip, int32_t word_skip);

/* The same for a window whose bytes lie scattered: the four offsets of a group in the order 0 2 1 3. */
void armv6m_gather_x(const int8_t *x, uint32_t *words, const uint16_t *offsets, int32_t groups);

/* A column of the image: where its words go for the first of the windows that it lies in, in bytes, and for how many; and
 * from behind the last of these to its next group in the first. */
typedef struct {
    int32_t at, next, copies; /* >= 1 copies */
} armv6m_column_t;

typedef struct {
    const int8_t *x; /* aligned to 4 */
    uint32_t *words;
    const armv6m_column_t *columns;
    int32_t count;     /* of columns, >= 1 */
    int32_t groups;    /* of a column, >= 1 */
    int32_t x_skip;    /* bytes left out between columns */
    int32_t copy_step; /* from behind a copy to the next */
} armv6m_spread_t;

/* Packs each column once and stores it as often as windows need it. */
void armv6m_spread_x(const armv6m_spread_t *spread);

/* Copies rows (>= 1) of count (>= 1) bytes; beginnings of rows lie from_step and to_step apart. */
void armv6m_copy_rows(int8_t *to, const int8_t *from, int32_t count, int32_t rows, int32_t from_step, int32_t to_step);

/* A multiplier as armv6m_scale.S takes it: 2^(shift - 1) or 0, lower and upper 16 bits, shift to the right. */
typedef struct {
    uint32_t half, low, high, shift;
} armv6m_factor_t;

/* Sums to outputs, row by row; a row has one factor. */
typedef struct {
    const armv6m_factor_t *factors;
    int8_t *out;
    int32_t rows;        /* >= 1 */
    int32_t factor_step; /* bytes from a row's factor to the next one's: 16, or 0 for one for all */
    int32_t row_step;    /* outputs from a row's first one to the next row's */
    int32_t row_bytes;   /* of a row's sums; > 0 */
    int32_t skip_bytes;  /* between two rows' sums */
    int32_t out_step;    /* from an output of a row to the next */
    int32_t zero_point, low, high;
} armv6m_scale_t;

/* The second is for low == zero_point. */
void armv6m_scale(const int32_t *sums, const armv6m_scale_t *how);
void armv6m_scale_relu(const int32_t *sums, const armv6m_scale_t *how);

/* The same for rows of five sums one after the other, each row's factor before the last one's, a row_step of 1. */
void armv6m_scale5(const int32_t *sums, const armv6m_scale_t *how);
void armv6m_scale5_relu(const int32_t *sums, const armv6m_scale_t *how);

/* sums[i] = first[a[i]] + second[b[i]], bytes as unsigned indices; uses nothing up. */
typedef struct {
    const int8_t *a, *b;
    int32_t *sums;
    const int32_t *first, *second;
    int32_t count; /* >= 1 */
} armv6m_add_t;

void armv6m_add(const armv6m_add_t *add);

/* out[i] = first[a[i]] + second[b[i]], scaled, low being the zero point; tables as inner_sum_t says. */
typedef struct {
    const int8_t *a, *b;
    int8_t *out;
    const int32_t *first, *second;
    int32_t count; /* even */
    int32_t zero_point, high;
    armv6m_factor_t factor;
} armv6m_add_relu_t;

void armv6m_add_relu(const armv6m_add_relu_t *add);

#define ARMV6M_LEAST_BLOCK 48

/* Whether one of the weights, in blocks, is -128: 0 if not. */
uint32_t armv6m_least_bits(const uint32_t *w, uint32_t blocks);

/* Of four weights: the sum of their absolute values, and whether a pair's product may overflow. */
static inline uint32_t armv6m_magnitude(uint32_t w) {
    uint32_t negative = w >> 7 & 0x01010101u;
    uint32_t all = (w ^ ((negative << 8) - negative)) + negative;
    all = (all & 0x00ff00ffu) + (all >> 8 & 0x00ff00ffu);
    return (all + (all >> 16)) & 0xffff;
}

static inline int armv6m_pair_overflows(uint32_t w) {
    return (w & 0x00ff00ffu) == 0x00800080u || (w >> 8 & 0x00ff00ffu) == 0x00800080u;
}

/* ---- matrix times vector ---------------------------------------------------------------------------------------------- */

/* Blocks of four outputs: sums[i] = bias[i] + sum of w[i] * x. */
typedef struct {
    const int8_t *w;     /* aligned to 4 */
    const uint32_t *x;   /* as armv6m_dense_pack leaves it, or four words a group */
    const int32_t *bias; /* may be sums */
    int32_t *sums;
    int32_t w_step;      /* bytes from an output's weights to the next one's */
    int32_t groups;      /* >= 1, of four weights */
    int32_t blocks;      /* >= 1 */
} armv6m_dense_t;

/* The second is for groups of weights whose absolute values' sum is above 255. Words of a group of four activations
 * 0 1 2 3, with A = (2, 0) and B = (3, 1), lower half first:
 *   0x8000 - 0x00800080 * B   0x8000 - 0x00800080 * A   A   B */
void armv6m_dense4(const armv6m_dense_t *dense);
void armv6m_dense4_wide(const armv6m_dense_t *dense);

/* Packs groups (>= 1) of activations (aligned to 4) for the first:
 *   0x8000 - 128 * 0x10001 * (A + B)   (A - 256 B) * 0x10001   (B - 256 A) * 0x10001
 * The lowest bit of the last group's first word is set: there a block ends. */
#define ARMV6M_DENSE_WORDS 3
void armv6m_dense_pack(const uint32_t *x, uint32_t *words, int32_t groups);

/* Four weights' sum in armv6m_dense4, as it comes out of these words, fits or not. */
static inline int32_t armv6m_dense_sum(uint32_t w, const uint32_t *words) {
    uint32_t biased = w ^ 0x80808080u, changed = (biased >> 8 & 0x00ff00ffu) | (biased & 0x00ff00ffu) << 8;
    return (int32_t)(biased * words[1] + changed * words[2] + words[0]) >> 16;
}

/* Adds weights, eight at a time, to a total of bytes + 128 (as words, and as words with neighbours changed), up to the
 * first eight words with a byte below -63 or above 64. Gives where it stopped; NULL where it reached the end. */
const uint32_t *armv6m_sum_weights(const uint32_t *w, const uint32_t *end, uint32_t *total);

/* ---- pools ------------------------------------------------------------------------------------------------------------- */

/* out[i] = the largest of four[0][i] to four[3][i]; out may be any of them. */
void armv6m_max4(const int8_t *const four[4], int8_t *out, int32_t count);

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

/* A line of taps of a depthwise window. */
typedef struct {
    const int8_t *x, *w;
    int32_t x_step, w_step; /* from tap to tap */
    int32_t x_offset;
    int32_t taps;           /* >= 1 */
} armv6m_window_t;

/* Adds it to the sums of four channels; all of x, w and the steps aligned to 4. */
void armv6m_window4(const armv6m_window_t *window, int32_t *sums);

/* ---- dot products -------------------------------------------------------------------------------------------------------- */

/* n a multiple of 4, x and w aligned to 4; the second's sum fits 32 bits. */
int32_t armv6m_dot_s8(const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset);
int32_t armv6m_dot_s16(const int16_t *x, const int8_t *w, int32_t n);

/* ---- whole layers ------------------------------------------------------------------------------------------------------ */

/* Depthwise layers, in armv6m_depth.c. */
uint32_t armv6m_depth_scratch(const inner_layer_t *layer);
void armv6m_depth_layer(const inner_layer_t *layer);

/* Those that the former do not take (scratch 0), in armv6m_window.c; in invoke, whether a layer is one. */
uint32_t armv6m_window_scratch(const inner_layer_t *layer);
bool armv6m_is_window(const inner_layer_t *layer);
void armv6m_window_layer(const inner_layer_t *layer);

/* One pixel a time, in armv6m_dense.c. */
uint32_t armv6m_dense_kept(const inner_layer_t *layer);
uint32_t armv6m_dense_scratch(const inner_layer_t *layer);
void armv6m_dense_keep(const inner_layer_t *layer);
void armv6m_dense_layer(const inner_layer_t *layer);

/* In armv6m.c: whether one of the weights is -128, or a pair of them may overflow. */
int armv6m_has_least(const int8_t *w, int32_t count);
int armv6m_pairs_overflow(const inner_layer_t *layer);

/* In armv6m_sum.c: the factor of a channel, and the scaling that fits. */
armv6m_factor_t armv6m_factor(const inner_scale_t *scale, int32_t channel);
void armv6m_scale_any(const int32_t *sums, const armv6m_scale_t *how);

#endif
