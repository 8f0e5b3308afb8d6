/* SPDX-License-Identifier: MIT
 * The architecture contract: the few loops that decide the speed. portable.c is the truth; a file for one
 * architecture gives the same functions, equal bit for bit, and takes its place in the build. */
#ifndef MPYLITE_INNER_H
#define MPYLITE_INNER_H

#include <stdint.h>

/* How accumulators become outputs: clamp(acc * factor[channel] + zero_point, low, high). */
typedef struct {
    const int32_t *multiplier; /* one a channel, or one for all */
    const int8_t *shift;
    int32_t mask; /* channel & mask is the index into both: -1 one a channel, 0 one for all */
    int32_t zero_point;
    int32_t low;
    int32_t high;
} inner_scale_t;

/* One sum (and a 64-bit one, without zero point) scaled to an output. */
int32_t inner_scale(const inner_scale_t *scale, int32_t channel, int32_t sum);
int32_t inner_scale_wide(const inner_scale_t *scale, int32_t channel, int64_t sum);

/* A strip: `pixels` output pixels whose windows have the same shape and lie x_step apart, all output channels of
 * each. The window is rows x taps runs; all distances count elements and may be negative (transposed convolution).
 * rows or taps may be 0 (a window that lies in the padding): the sums are then the bias alone. */
typedef struct {
    const void *x;      /* first run of the first pixel's window */
    const int8_t *w;    /* the weights of that run, channel 0 */
    const void *bias;   /* NULL, or one a channel: int64 if bias64 (aligned to 4 bytes), else int32 */
    void *out;          /* first pixel, channel 0 */
    void *scratch;      /* what the operator's prepare asked for; NULL now */
    inner_scale_t scale;
    int32_t x_offset;   /* added to each x: minus its zero point, [-127, 128]; 0 for int16 */
    int32_t w_offset;   /* added to each weight; 0 except in FULLY_CONNECTED of int8, where a window is one run */
    int32_t item_bytes; /* of x and out: 1 (int8) or 2 (int16) */
    int32_t pixels, x_step, out_step;
    int32_t rows, x_row, w_row;
    int32_t taps, x_tap, w_tap;
    int32_t run;        /* contiguous elements of one run; 1 if fan */
    int32_t channels;   /* outputs of a pixel */
    int32_t w_channel;  /* from one output's weights to the next one's; 1 if fan */
    int32_t fan;        /* 0: every output reads all of a run; else depthwise, output c reads element c / fan alone */
    int32_t wide;       /* int16: sums have 64 bits and are scaled by a 16-bit multiplier */
    int32_t bias64;
} inner_strip_t;

/* Bytes of an element of x and out; known to the compiler where there is only one answer. */
static inline int32_t inner_item_bytes(const inner_strip_t *strip) {
#if defined MPYLITE_INT8_ONLY && MPYLITE_INT8_ONLY
    (void)strip;
    return 1;
#else
    return strip->item_bytes;
#endif
}

/* out[p][c] = scale(bias[c] + sum over rows, taps, run of (x + x_offset) * (w + w_offset)). Sums wrap at 32 bits (64 if
 * wide). A depthwise strip's out may be the memory of x: pixels in order, a channel's window is read before its output
 * is written. */
void inner_strip(const inner_strip_t *strip);

/* A strip pooled channel by channel: out[p][c] = clamp(the largest x, or the mean rounded half away from zero) over rows
 * and taps (not 0), with scale.low and scale.high. Uses x, out, scale's bounds, item_bytes, pixels, x_step, out_step,
 * rows, x_row, taps, x_tap and channels; out may be the memory of x as in a depthwise strip. */
void inner_pool(const inner_strip_t *strip, int32_t mean);

/* Whether the build has a file for an architecture (INNER=). Without one the compiler leaves out all that would ask it, and
 * what only that file has gives the answer that stands beside its name. */
#ifdef INNER_LAYERS
enum { INNER_HAS_LAYERS = 1 };
#define INNER_OF_ARCHITECTURE(function, otherwise) function;
#else
enum { INNER_HAS_LAYERS = 0 };
#define INNER_OF_ARCHITECTURE(function, otherwise) static inline function otherwise
#endif

/* Where an architecture has them (INNER_X86: the most of its instruction sets to use), portable.c leaves int8 to these. */
#if defined INNER_LAYERS && (defined __ARM_ARCH_6M__ || defined INNER_X86)
#define INNER_POOL_S8
void inner_pool_s8(const inner_strip_t *strip, int32_t mean);
#endif

#if defined INNER_LAYERS && defined __ARM_ARCH_6M__
#define INNER_DOTS /* both of the dot products below */
#endif

#if defined INNER_X86 && !defined INNER_PORTABLE_STRIPS
#define INNER_STRIP_S8
int32_t inner_strip_s8(const inner_strip_t *strip); /* 0: it has done nothing */
#endif

/* One axis of an image under a window: tap k of output o reads input o * stride - pad + k * dilation. */
typedef struct {
    int32_t in, out, kernel, stride, dilation, pad;
} inner_axis_t;

/* A whole layer with constant int8 weights, for an architecture that gains from seeing all of its pixels. The strip
 * is what all strips of the layer have in common: x, w and out are the arrays' beginnings (x and out NULL in prepare),
 * x_step the channels of an input pixel, out_step those of an output pixel. A matrix product is an image one pixel
 * high and as wide as it has rows. */
typedef struct {
    inner_strip_t strip;
    inner_axis_t y, x;
    int32_t batches;
    uint32_t scratch_bytes; /* in prepare: the most to ask for, where less would do; in invoke: what was asked for */
    void *kept;             /* inner_layer_kept bytes that stay from prepare to the end */
} inner_layer_t;

/* In prepare: bytes of scratch with which the architecture does the layer at once; 0 if strips must do it. */
INNER_OF_ARCHITECTURE(uint32_t inner_layer_scratch(const inner_layer_t *layer), { (void)layer; return 0; })

/* In prepare, where scratch was asked for: bytes to keep (zeroed memory), at most scratch_bytes, and filling them if they
 * are not 0. */
INNER_OF_ARCHITECTURE(uint32_t inner_layer_kept(const inner_layer_t *layer), { (void)layer; return 0; })
INNER_OF_ARCHITECTURE(void inner_layer_keep(const inner_layer_t *layer), { (void)layer; })

/* In invoke: the same outputs as by strips. */
INNER_OF_ARCHITECTURE(void inner_layer(const inner_layer_t *layer), { (void)layer; })

/* Two operands become one by tables: out[i] = scale(first[a[i]] + second[b[i]]), the bytes of a and b taken as unsigned
 * indices. Table entries lie within 2^28, the shift in [-31, -1]. */
typedef struct {
    const int32_t *first, *second; /* 256 entries */
    const int8_t *a, *b;
    int8_t *out;                   /* may be a or b */
    void *scratch;                 /* behind the tables: INNER_SUM_MORE bytes */
    int32_t count;
    inner_scale_t scale;           /* one factor for all */
} inner_sum_t;

#define INNER_SUM_TABLES 2048
#define INNER_SUM_MORE 256

/* Bytes of scratch for an operator that works so, with at most so much to ask for where less would do: 0 where tables do
 * not pay, else INNER_SUM_TABLES + INNER_SUM_MORE. */
INNER_OF_ARCHITECTURE(uint32_t inner_sum_scratch(uint32_t scratch_bytes), { (void)scratch_bytes; return 0; })
INNER_OF_ARCHITECTURE(void inner_sum_s8(const inner_sum_t *sum), { (void)sum; })

/* Sum of (x[i] + x_offset) * w[i] over i < n; wraps at 32 bits. x_offset in [-127, 128]. */
int32_t inner_dot_s8(const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset);

/* Sum of x[i] * w[i] over i < n in 64 bits (int16 activations). */
int64_t inner_dot_s16(const int16_t *x, const int8_t *w, int32_t n);

#endif
