/* SPDX-License-Identifier: MIT
 * DEPTHWISE_CONV_2D for int8 and int16 activations with int8 weights: a walk of the window (window.c) over depth
 * strips (inner/). */
#include "weighted.h"
#include "window.h"

enum { OPTION_FUSED = 4, OPTION_DILATION_W = 5 };

typedef struct {
    weighted_t weighted;
    window_t window;
} depthwise_params_t;

static const weighted_use_t USE = {.params_bytes = sizeof(depthwise_params_t),
                                   .bias_port = 2,
                                   .fused_field = OPTION_FUSED,
                                   .rank = 4,
                                   .channel_axis = 3};

/* What all strips have in common, and the whole. */
static inner_layer_t depth_layer(const kernel_ctx_t *ctx, const depthwise_params_t *p) {
    const window_t *window = &p->window;
    inner_layer_t layer = {weighted_strip(ctx, &p->weighted), window->y, window->x, window->batches, p->weighted.whole_bytes, p->weighted.kept};
    inner_strip_t *strip = &layer.strip;
    strip->x_step = kernel_input(ctx, 0)->dims[3];
    strip->channels = strip->out_step = strip->w_tap = kernel_input(ctx, WEIGHTS_PORT)->dims[3];
    strip->fan = strip->channels / strip->x_step;
    strip->run = strip->w_channel = 1;
    return layer;
}

status_t depthwise_conv_2d_prepare(kernel_ctx_t *ctx) {
    TRY(weighted_prepare(ctx, &USE));
    depthwise_params_t *p = ctx->params;
    const int32_t *filter = kernel_input(ctx, WEIGHTS_PORT)->dims; /* (1,kh,kw,o) */
    TRY(window_prepare(ctx, &p->window, filter[1], filter[2], OPTION_DILATION_W));
    TRY(weighted_require_size(ctx, WEIGHTS_PORT, 0, 1));
    const int32_t *image = kernel_input(ctx, 0)->dims;
    if (image[3] < 1 || filter[3] < 1 || filter[3] % image[3] != 0) {
        return kernel_fail(ctx, STATUS_SIZE, WEIGHTS_PORT, filter[3], image[3]);
    }
    int32_t shape[4] = {image[0], p->window.y.out, p->window.x.out, filter[3]};
    TRY(kernel_set_shape(ctx, 0, 4, shape));
    ctx->macs = kernel_output(ctx, 0)->count * (uint32_t)(filter[1] * filter[2]);
    if (filter[3] == image[3]) {
        window_in_place(ctx, &p->window);
    }
    window_flatten(&p->window);
    inner_layer_t layer = depth_layer(ctx, p);
    return weighted_ask_whole(ctx, &layer);
}

static void convolve_depth(inner_strip_t *strip, const void *arg) {
    (void)arg;
    inner_strip(strip);
}

status_t depthwise_conv_2d_invoke(const kernel_ctx_t *ctx) {
    const depthwise_params_t *p = ctx->params;
    inner_layer_t layer = depth_layer(ctx, p);
    if (weighted_is_whole(&p->weighted)) {
        inner_layer(&layer);
    } else {
        window_walk(&p->window, &layer.strip, convolve_depth, p);
    }
    return STATUS_OK;
}
