/* SPDX-License-Identifier: MIT
 * What the kernels of x86-64 share: x86.c decides and packs in prepare, x86_walk.c goes over an image, the files of
 * an instruction set compute rows of outputs; x86_strip.c is for what is no whole layer. */
#ifndef MPYLITE_X86_H
#define MPYLITE_X86_H

#include <stdbool.h>

#ifndef INNER_X86 /* the most that a build may use */
#define INNER_X86 2
#endif
#include "inner.h"

enum { X86_NONE, X86_AVX2, X86_VNNI };

#define X86_LANES 16      /* outputs of a column */
#define X86_GROUP 4       /* products that one lane adds up at once */
#define X86_COLUMNS 4     /* whose weights stand together */
#define X86_BLOCK 64      /* outputs of a depthwise block: four columns */
#define X86_MOST_TAPS 128 /* of a window, or rows of it where its taps lie side by side */

/* The forms of a layer's factors. With e the shift to the right:
 *   plain   y = round(high_mul(sum << left, multiplier) / 2^e) + zero point, as requant.h has it; right = e
 *   short   y = (sum * multiplier + 2^30 - (sum < 0 ? 2^31 : 0) + half * 2^32) >> (32 + right), with right = e - 1 and
 *           half = 2^(e - 2) + zero_point * 2^right: both roundings and the zero point in one sum
 *   relu    the same without the part for sums < 0: what comes out of those is at most the zero point, and nothing below
 *           that comes out anyway. */
enum { X86_PLAIN, X86_SHORT, X86_RELU };

/* Sixteen outputs' bias and factor. */
typedef struct {
    int32_t bias[X86_LANES] __attribute__((aligned(64)));
    int32_t multiplier[X86_LANES];
    int32_t right[X86_LANES];
    int32_t half[X86_LANES]; /* plain: left */
} x86_column_t;

typedef struct {
    int32_t zero_point, low, high;
    int32_t form;
} x86_finish_t;

/* A matrix product: pixels' windows lie pixel_step apart, each in `runs` pieces of 4 * groups bytes (what lies beyond a
 * window's bytes has weights of 0). Weights are [four columns or the rest][runs][groups][column][16 outputs][4 bytes]. */
typedef struct {
    const int32_t *run_at; /* bytes from the window's beginning */
    int32_t runs, groups;
    int32_t pixel_step, out_step;
    int32_t channels;
    int32_t column_bytes; /* of weights */
    const int8_t *weights;
    const x86_column_t *columns;
    x86_finish_t finish;
} x86_product_t;

/* A row of a depthwise layer as if it were one long vector: out[i] = sum over taps of tap[t][i] * w[t][i % period]. A
 * block of 64 outputs has groups of 4 taps; [groups][4 columns][16 outputs][4 taps] are its weights;
 * lane 4 * l + i of column j is output 16 * l + 4 * j + i, so that unpacking and packing keep the order. 63 bytes beyond
 * a tap's last are read. */
typedef struct {
    const int8_t *tap[X86_MOST_TAPS + X86_GROUP - 1]; /* those beyond the last are the last again */
    int32_t groups;
    int32_t count;  /* outputs of a row */
    int32_t blocks; /* after which weights begin again */
    const int8_t *weights;
    const x86_column_t *columns;
    x86_finish_t finish;
} x86_depth_t;

/* ---- a layer ------------------------------------------------------------------------------------------------------------- */

#define X86_LEAST_BOUND (1u << 28) /* of scratch: below it, a plan must be what a board's would be */

/* How a layer is done. */
typedef struct {
    bool depthwise;      /* else a product */
    bool direct;         /* windows are read where they lie, not from a ring of rows */
    int32_t runs, bytes; /* of a window: pieces and what each holds; depthwise: taps, 1 */
    int32_t groups;      /* of four products: in a piece; depthwise: in a window */
    int32_t columns;     /* packed; depthwise: of all blocks */
    uint64_t column_bytes;
    int32_t reach_y;     /* rows of the ring */
    int64_t row_pixels;  /* that a row of outputs reads */
    int64_t plane_bytes; /* depthwise: pixels that lie a stride apart stand together in planes */
    int64_t row_bytes;
} x86_shape_t;

x86_shape_t x86_shape(const inner_layer_t *layer);

/* How packed weights are used. What is kept is this, then columns at a cache line's beginning, then weights. */
typedef struct {
    int32_t set;  /* of instructions */
    int32_t form; /* of factors */
} x86_kept_t;

x86_column_t *x86_columns(void *kept);

/* The best set of instructions that is there. */
int32_t x86_set(void);

/* Fills one lane of a column (zeroed) with a channel's factor. */
static inline void x86_set_factor(x86_column_t *column, int32_t lane, const inner_scale_t *scale, int32_t channel, int32_t form) {
    int32_t i = channel & scale->mask, shift = scale->shift[i];
    column->multiplier[lane] = scale->multiplier[i];
    if (form != X86_PLAIN) {
        shift = scale->multiplier[i] == 0 ? -2 : shift;
        column->right[lane] = -shift - 1;
        column->half[lane] = (1 << (-shift - 2)) + scale->zero_point * (1 << (-shift - 1));
    } else {
        column->right[lane] = shift < 0 ? -shift : 0;
        column->half[lane] = shift > 0 ? shift : 0;
    }
}

/* The same with the bias of a channel whose weights have that sum. */
static inline void x86_set_lane(const inner_strip_t *strip, const x86_kept_t *use, x86_column_t *column, int32_t lane,
                                int32_t channel, uint32_t weights) {
    uint32_t offset = (uint32_t)strip->x_offset - (use->set == X86_VNNI ? 128 : 0);
    uint32_t bias = strip->bias ? (uint32_t)((const int32_t *)strip->bias)[channel] : 0;
    column->bias[lane] = (int32_t)(bias + offset * weights);
    x86_set_factor(column, lane, &strip->scale, channel, use->form);
}

/* The best form that the factors of channels 0 ... have. */
int32_t x86_form(const inner_scale_t *scale, int32_t channels);

/* Columns that stand together with this one, and where among them its weights begin. */
static inline int32_t x86_together(int32_t column, int32_t columns) {
    int32_t left = columns - column / X86_COLUMNS * X86_COLUMNS;
    return left < X86_COLUMNS ? left : X86_COLUMNS;
}

static inline int64_t x86_weights_at(int32_t column, int64_t column_bytes) {
    return column / X86_COLUMNS * X86_COLUMNS * column_bytes + column % X86_COLUMNS * 64;
}

/* ---- one instruction set each ----------------------------------------------------------------------------------------- */

void x86_product_vnni(const x86_product_t *product, const int8_t *x, int8_t *out, int32_t pixels);
void x86_product_avx2(const x86_product_t *product, const int8_t *x, int8_t *out, int32_t pixels);
void x86_depth_vnni(const x86_depth_t *depth, int8_t *out);
void x86_depth_avx2(const x86_depth_t *depth, int8_t *out);

/* The same as inner_sum_s8, with the bytes' permutations of VBMI; the column's lanes are alike. */
void x86_sum_vbmi(const inner_sum_t *sum, const x86_column_t *column, const x86_finish_t *finish);

/* out[i] = scale(sums[i]), one factor for all; sums has room for 64 more. */
void x86_scale_vnni(const int32_t *sums, int8_t *out, int32_t count, const x86_column_t *column, const x86_finish_t *finish);
void x86_scale_avx2(const int32_t *sums, int8_t *out, int32_t count, const x86_column_t *column, const x86_finish_t *finish);

#endif
