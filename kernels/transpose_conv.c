/* SPDX-License-Identifier: MIT
 * TRANSPOSE_CONV for int8 and int16 activations with int8 weights. Each output pixel gathers the inputs that reach it,
 * as one strip of dot products (inner/): no sums have to be kept in memory. */
#include "dims.h"
#include "weighted.h"
#include "window.h"

enum { SHAPE_PORT = 0, X_PORT = 2, BIAS_PORT = 3, OPTION_FUSED = 3 };

typedef struct {
    weighted_t weighted;
    window_axis_t y, x; /* the convolution whose transpose this is: `in` is this operator's output */
} transpose_conv_params_t;

static const weighted_use_t USE = {.params_bytes = sizeof(transpose_conv_params_t),
                                   .x_port = X_PORT,
                                   .bias_port = BIAS_PORT,
                                   .fused_field = OPTION_FUSED,
                                   .rank = 4};

/* The output's shape from a constant shape tensor. A computed one is not looked at, as in TensorFlow Lite Micro: the
 * file's shape of the output counts. */
static status_t read_shape(const kernel_ctx_t *ctx, int32_t *shape) {
    const tensor_t *given = kernel_input(ctx, SHAPE_PORT), *out = kernel_output(ctx, 0);
    TRY(dims_require_integer(ctx, SHAPE_PORT));
    if (given->count != 4) {
        return kernel_fail(ctx, STATUS_ELEMENTS, SHAPE_PORT, (int32_t)given->count, 4);
    }
    if (!(given->flags & TENSOR_CONSTANT)) {
        TRY(kernel_require_rank(ctx, KERNEL_OUTPUT, 4, 4));
    }
    for (unsigned i = 0; i < 4; i++) {
        shape[i] = given->flags & TENSOR_CONSTANT ? dims_value(given, i) : out->dims[i];
        if (shape[i] < 0) {
            return kernel_fail(ctx, STATUS_SIZE, SHAPE_PORT, shape[i], 0);
        }
    }
    return STATUS_OK;
}

static status_t prepare_shape(kernel_ctx_t *ctx, transpose_conv_params_t *p) {
    int32_t shape[4];
    const int32_t *image = kernel_input(ctx, X_PORT)->dims;
    const int32_t *filter = kernel_input(ctx, WEIGHTS_PORT)->dims; /* (o,kh,kw,c) */
    TRY(read_shape(ctx, shape));
    TRY(weighted_require_size(ctx, WEIGHTS_PORT, 3, image[3]));
    if (shape[0] != image[0]) {
        return kernel_fail(ctx, STATUS_SIZE, SHAPE_PORT, shape[0], image[0]);
    }
    if (shape[3] != filter[0]) {
        return kernel_fail(ctx, STATUS_SIZE, SHAPE_PORT, shape[3], filter[0]);
    }
    p->y.in = shape[1];
    p->x.in = shape[2];
    p->y.kernel = filter[1];
    p->x.kernel = filter[2];
    TRY(window_axis(ctx, &p->y, WINDOW_OPTION_STRIDE_H, 0));
    TRY(window_axis(ctx, &p->x, WINDOW_OPTION_STRIDE_W, 0));
    TRY(kernel_set_shape(ctx, 0, 4, shape));
    uint32_t pixels = (uint32_t)image[0] * (uint32_t)image[1] * (uint32_t)image[2];
    ctx->macs = pixels * kernel_input(ctx, WEIGHTS_PORT)->count;
    return STATUS_OK;
}

status_t transpose_conv_prepare(kernel_ctx_t *ctx) {
    TRY(weighted_prepare(ctx, &USE));
    TRY(kernel_require_rank(ctx, X_PORT, 4, 4));
    return prepare_shape(ctx, ctx->params);
}

/* The taps that bring inputs to one output: tap first + j * stride reads input in - j, for j < count. */
typedef struct {
    int32_t first, count, in;
} reach_t;

static reach_t reach(const window_axis_t *axis, int32_t inputs, int32_t out) {
    reach_t r;
    r.in = (out + axis->pad) / axis->stride;
    r.first = out + axis->pad - r.in * axis->stride;
    if (r.in >= inputs) { /* beyond the last input: later taps only */
        int32_t skip = r.in - (inputs - 1);
        r.first = skip <= axis->kernel / axis->stride ? r.first + skip * axis->stride : axis->kernel;
        r.in = inputs - 1;
    }
    int32_t taps = r.first < axis->kernel ? (axis->kernel - 1 - r.first) / axis->stride + 1 : 0;
    r.count = taps < r.in + 1 ? taps : r.in + 1;
    return r;
}

static void gather_image(inner_strip_t *s, const transpose_conv_params_t *p, const int32_t *image) {
    const char *x_data = s->x;
    const int8_t *w = s->w;
    uint32_t depth = (uint32_t)s->run, item_bytes = (uint32_t)s->item_bytes;
    for (int32_t y = 0; y < p->y.in; y++) {
        reach_t rows = reach(&p->y, image[1], y);
        s->rows = rows.count;
        for (int32_t x = 0; x < p->x.in; x++) {
            reach_t taps = reach(&p->x, image[2], x);
            s->taps = taps.count;
            if (rows.count > 0 && taps.count > 0) {
                s->x = x_data + ((uint32_t)rows.in * (uint32_t)image[2] + (uint32_t)taps.in) * depth * item_bytes;
                s->w = w + ((uint32_t)rows.first * (uint32_t)p->x.kernel + (uint32_t)taps.first) * depth;
            }
            inner_strip(s);
            s->out = (char *)s->out + (uint32_t)s->channels * item_bytes;
        }
    }
    s->x = x_data + (uint32_t)image[1] * (uint32_t)image[2] * depth * item_bytes;
    s->w = w;
}

status_t transpose_conv_invoke(const kernel_ctx_t *ctx) {
    const transpose_conv_params_t *p = ctx->params;
    const int32_t *image = kernel_input(ctx, X_PORT)->dims;
    if (kernel_output(ctx, 0)->count == 0) {
        return STATUS_OK;
    }
    inner_strip_t strip;
    weighted_strip(ctx, &p->weighted, &strip);
    strip.pixels = 1;
    strip.run = image[3];
    strip.channels = kernel_input(ctx, WEIGHTS_PORT)->dims[0];
    strip.x_tap = -image[3];
    strip.x_row = -(int32_t)((uint32_t)image[2] * (uint32_t)image[3]);
    strip.w_tap = (int32_t)((uint32_t)p->x.stride * (uint32_t)image[3]);
    strip.w_row = (int32_t)((uint32_t)p->y.stride * (uint32_t)p->x.kernel * (uint32_t)image[3]);
    strip.w_channel = p->y.kernel * p->x.kernel * image[3];
    for (int32_t batch = 0; batch < image[0]; batch++) {
        gather_image(&strip, p, image);
    }
    return STATUS_OK;
}
