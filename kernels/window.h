/* SPDX-License-Identifier: MIT
 * Where windows lie on an image: padding, strides, dilation, and the walk over all output pixels. Knows nothing of
 * what is done inside a window. */
#ifndef MPYLITE_WINDOW_H
#define MPYLITE_WINDOW_H

#include "inner/inner.h"
#include "kernel.h"

enum { PADDING_SAME = 0, PADDING_VALID = 1 };

/* Sizes are so bounded by window_axis that positions do not overflow. */
typedef inner_axis_t window_axis_t;

typedef struct {
    int32_t batches;
    window_axis_t y, x;
} window_t;

/* Field numbers that CONV_2D, DEPTHWISE_CONV_2D, the poolings and TRANSPOSE_CONV have in common. */
enum { WINDOW_OPTION_PADDING = 0, WINDOW_OPTION_STRIDE_W = 1, WINDOW_OPTION_STRIDE_H = 2 };

/* Fills the window from input 0 (n,h,w,c), the kernel's size and the options; dilation_field is that of
 * dilation_w (dilation_h follows it), 0 for an operator without. */
status_t window_prepare(const kernel_ctx_t *ctx, window_t *window, int32_t kernel_h, int32_t kernel_w,
                        unsigned dilation_field);

/* Reads padding, stride and dilation (1 where its field is 0) and checks sizes; `in` and `kernel` are set before. */
status_t window_axis(const kernel_ctx_t *ctx, window_axis_t *axis, unsigned stride_field, unsigned dilation_field);

/* Lets output 0 lie on input 0 where no padding makes an output overtake the inputs of a later one. For operators whose
 * output channel c reads input channel c alone; every window of a channel is read before its output is written. */
void window_in_place(kernel_ctx_t *ctx, const window_t *window);

/* A window of one element that visits every pixel makes the batch of images one row. */
void window_flatten(window_t *window);

typedef void window_run_t(inner_strip_t *strip, const void *arg);

/* Calls run(strip, arg) for every strip of output pixels. In strip the caller has set item_bytes, x, w and out to the
 * arrays' beginnings, x_step to the channels of an input pixel, w_tap to the weights of a tap (0 without weights) and
 * out_step to the channels of an output pixel. The walk sets x, w, out, pixels, rows, taps and all distances;
 * run leaves them alone. */
void window_walk(const window_t *window, inner_strip_t *strip, window_run_t *run, const void *arg);

#endif
