/* SPDX-License-Identifier: MIT
 * Padding arithmetic as TensorFlow defines it, and the walk of a window over an image in strips of pixels whose
 * windows are cut alike by the image's edges. */
#include "window.h"

#define MAX_STEP 0x7fff     /* kernel, stride, dilation: their products stay below 2^30 */
#define MAX_SIZE 0x3fffffff /* image */

/* A stride or dilation. */
static status_t read_step(const kernel_ctx_t *ctx, unsigned field, int32_t absent, int32_t *step) {
    *step = kernel_option_int(ctx, field, absent);
    return *step >= 1 && *step <= MAX_STEP ? STATUS_OK : kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, *step, (int32_t)field);
}

status_t window_axis(const kernel_ctx_t *ctx, window_axis_t *axis, unsigned stride_field, unsigned dilation_field) {
    int32_t padding = kernel_option_byte(ctx, WINDOW_OPTION_PADDING, PADDING_SAME);
    axis->dilation = 1;
    if (dilation_field) {
        TRY(read_step(ctx, dilation_field, 1, &axis->dilation));
    }
    TRY(read_step(ctx, stride_field, 0, &axis->stride));
    if (padding != PADDING_SAME && padding != PADDING_VALID) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, padding, WINDOW_OPTION_PADDING);
    }
    if (axis->kernel < 1 || axis->kernel > MAX_STEP) {
        return kernel_fail(ctx, STATUS_SIZE, 1, axis->kernel, axis->kernel < 1 ? 1 : MAX_STEP);
    }
    int32_t reach = (axis->kernel - 1) * axis->dilation + 1;
    if (axis->in > MAX_SIZE || (padding == PADDING_VALID && axis->in < reach)) {
        return kernel_fail(ctx, STATUS_SIZE, 0, axis->in, axis->in > MAX_SIZE ? MAX_SIZE : reach);
    }
    axis->pad = 0;
    if (padding == PADDING_VALID) {
        axis->out = (axis->in - reach) / axis->stride + 1;
        return STATUS_OK;
    }
    axis->out = (axis->in + axis->stride - 1) / axis->stride;
    int32_t missing = (axis->out - 1) * axis->stride + reach - axis->in;
    if (missing > 0 && axis->out > 0) {
        axis->pad = missing / 2;
    }
    return STATUS_OK;
}

status_t window_prepare(const kernel_ctx_t *ctx, window_t *window, int32_t kernel_h, int32_t kernel_w,
                        unsigned dilation_field) {
    TRY(kernel_require_rank(ctx, 0, 4, 4));
    const int32_t *dims = kernel_input(ctx, 0)->dims;
    window->batches = dims[0];
    window->y.in = dims[1];
    window->x.in = dims[2];
    window->y.kernel = kernel_h;
    window->x.kernel = kernel_w;
    TRY(window_axis(ctx, &window->y, WINDOW_OPTION_STRIDE_H, dilation_field ? dilation_field + 1 : 0));
    return window_axis(ctx, &window->x, WINDOW_OPTION_STRIDE_W, dilation_field);
}

void window_in_place(kernel_ctx_t *ctx, const window_t *window) {
    if (window->y.pad == 0 && window->x.pad == 0) {
        kernel_in_place(ctx, 0, 0);
    }
}

void window_flatten(window_t *window) {
    window_axis_t *y = &window->y, *x = &window->x;
    if (y->kernel == 1 && x->kernel == 1 && y->stride == 1 && x->stride == 1) {
        x->in = x->out = window->batches * y->in * x->in;
        y->in = y->out = window->batches = 1;
    }
}

/* The taps of one output that lie inside the image. */
typedef struct {
    int32_t first, count; /* taps */
    int32_t in;           /* input position of the first tap */
} cut_t;

static cut_t cut(const window_axis_t *axis, int32_t out) {
    cut_t c = {0, axis->kernel, out * axis->stride - axis->pad};
    while (c.count > 0 && c.in < 0) {
        c.in += axis->dilation;
        c.first++;
        c.count--;
    }
    while (c.count > 0 && c.in + (c.count - 1) * axis->dilation >= axis->in) {
        c.count--;
    }
    return c;
}

/* How many outputs from `out` on have the same cut: all whose windows lie inside the image, else one. */
static int32_t strip_length(const window_axis_t *axis, int32_t out, cut_t c) {
    int32_t room = axis->in - 1 - (c.in + (axis->kernel - 1) * axis->dilation);
    if (c.count < axis->kernel || out + 1 >= axis->out) {
        return 1;
    }
    int32_t length = room / axis->stride + 1;
    return length < axis->out - out ? length : axis->out - out;
}

/* Distances are unsigned products: those that no window uses may wrap. */
static void set_distances(const window_t *window, inner_strip_t *strip) {
    uint32_t depth = (uint32_t)strip->x_step;
    strip->x_tap = (int32_t)(depth * (uint32_t)window->x.dilation);
    strip->x_row = (int32_t)(depth * (uint32_t)window->x.in * (uint32_t)window->y.dilation);
    strip->x_step = (int32_t)(depth * (uint32_t)window->x.stride);
    strip->w_row = window->x.kernel * strip->w_tap;
}

void window_walk(const window_t *window, inner_strip_t *strip, window_run_t *run, const void *arg) {
    const window_axis_t *axis = &window->x;
    uint32_t pixel_bytes = (uint32_t)(strip->x_step * inner_item_bytes(strip));
    const char *image = strip->x;
    const int8_t *w = strip->w;
    if (strip->out_step == 0 || window->y.out == 0 || axis->out == 0) {
        return; /* nothing to write: what is not empty may have any size */
    }
    set_distances(window, strip);
    for (int32_t batch = 0; batch < window->batches; batch++) {
        for (int32_t y = 0; y < window->y.out; y++) {
            cut_t rows = cut(&window->y, y);
            strip->rows = rows.count;
            for (int32_t x = 0; x < axis->out; x += strip->pixels) {
                cut_t taps = cut(axis, x);
                bool empty = rows.count == 0 || taps.count == 0; /* nothing is read */
                strip->taps = taps.count;
                strip->pixels = strip_length(axis, x, taps);
                strip->x = empty ? image : image + ((uint32_t)rows.in * axis->in + taps.in) * pixel_bytes;
                strip->w = w + (rows.first * axis->kernel + taps.first) * strip->w_tap;
                run(strip, arg);
                strip->out = (char *)strip->out + strip->pixels * strip->out_step * inner_item_bytes(strip);
            }
        }
        image += (uint32_t)window->y.in * axis->in * pixel_bytes;
    }
}
