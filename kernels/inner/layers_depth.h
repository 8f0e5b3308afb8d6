/* SPDX-License-Identifier: MIT
 * Between the walk over depthwise layers and an architecture's loops for them. */
#ifndef MPYLITE_LAYERS_DEPTH_H
#define MPYLITE_LAYERS_DEPTH_H

#include "layers.h"

/* Scratch in prepare, 0 where strips must do it; and the layer. */
uint32_t layers_depth_scratch(const inner_layer_t *layer);
void layers_depth(const inner_layer_t *layer);

/* The windows of one channel in a band: `rows` rows of 2 * pairs (and one more if odd) outputs. A row of activations is
 * 16-bit values, zero point taken off, zeros around them. Assembly knows the order up to `rows`. */
typedef struct {
    layers_factor_t factor;
    int32_t zero_point, low, high;
    int32_t out_step;   /* from an output to the next */
    int32_t out_skip;   /* from behind a row's pairs to the next row */
    int32_t pair_bytes; /* of activations from a row's beginning to behind its pairs */
    int32_t x_skip;     /* from there to the next row of windows */
    int32_t odd;
    int32_t row_bytes;  /* from a row of activations to the next */
    const int16_t *x;
    int8_t *out;
    int32_t rows;
    int32_t stride;     /* 1 or 2 */
    int32_t w_step;     /* from a weight to the next in a row */
    int32_t w_row;      /* from a row of weights to the next */
} layers_window_t;

/* Of the architecture: windows of 3x3. Two outputs are computed at a time; there are values for a second one. */
void layers_depth_3x3(const layers_window_t *window, const int8_t *w);

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
} layers_planes_t;

/* Of the architecture, or here. Uses the argument up. */
void layers_pack_planes(layers_planes_t *planes);

#endif
