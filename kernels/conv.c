/* SPDX-License-Identifier: MIT
 * CONV_2D for int8 and int16 activations with int8 weights, with groups: a walk of the window (window.c) over dot
 * products (inner/). */
#include "weighted.h"
#include "window.h"

enum { OPTION_FUSED = 3, OPTION_DILATION_W = 4 };

typedef struct {
    weighted_t weighted;
    window_t window;
    int32_t groups;
    int32_t depth; /* input channels of a group */
} conv_params_t;

static const weighted_use_t USE = {
    .params_bytes = sizeof(conv_params_t), .bias_port = 2, .fused_field = OPTION_FUSED, .rank = 4, .narrow_bias = true};

/* What all strips have in common, and the whole. */
static inner_layer_t conv_layer(const kernel_ctx_t *ctx, const conv_params_t *p) {
    const window_t *window = &p->window;
    int32_t channels = kernel_input(ctx, WEIGHTS_PORT)->dims[0];
    inner_layer_t layer = {weighted_strip(ctx, &p->weighted), window->y, window->x, window->batches, p->weighted.whole_bytes, p->weighted.kept};
    layer.strip.x_step = p->depth * p->groups;
    layer.strip.w_tap = p->depth;
    layer.strip.w_channel = window->y.kernel * window->x.kernel * p->depth;
    layer.strip.out_step = channels;
    layer.strip.channels = channels / p->groups;
    return layer;
}

status_t conv_2d_prepare(kernel_ctx_t *ctx) {
    TRY(weighted_prepare(ctx, &USE));
    conv_params_t *p = ctx->params;
    const int32_t *filter = kernel_input(ctx, WEIGHTS_PORT)->dims; /* (o,kh,kw,c / groups) */
    TRY(window_prepare(ctx, &p->window, filter[1], filter[2], OPTION_DILATION_W));
    const int32_t *image = kernel_input(ctx, 0)->dims;
    p->depth = filter[3];
    if (p->depth < 1 || image[3] < p->depth || image[3] % p->depth != 0) {
        return kernel_fail(ctx, STATUS_SIZE, WEIGHTS_PORT, p->depth, image[3]);
    }
    p->groups = image[3] / p->depth;
    if (filter[0] % p->groups != 0) {
        return kernel_fail(ctx, STATUS_SIZE, WEIGHTS_PORT, filter[0], p->groups);
    }
    int32_t shape[4] = {image[0], p->window.y.out, p->window.x.out, filter[0]};
    TRY(kernel_set_shape(ctx, 0, 4, shape));
    ctx->macs = kernel_output(ctx, 0)->count * (uint32_t)(filter[1] * filter[2]) * (uint32_t)p->depth;
    window_flatten(&p->window);
    if (p->groups == 1) {
        inner_layer_t layer = conv_layer(ctx, p);
        TRY(weighted_ask_whole(ctx, &layer));
    }
    return STATUS_OK;
}

/* Makes the strip's arrays begin at the next group of channels. */
static void next_group(inner_strip_t *strip, const conv_params_t *p) {
    uint32_t channels = (uint32_t)strip->channels, item_bytes = (uint32_t)strip->item_bytes;
    strip->x = (const char *)strip->x + (uint32_t)p->depth * item_bytes;
    strip->w += channels * (uint32_t)strip->w_channel;
    strip->out = (char *)strip->out + channels * item_bytes;
    if (strip->bias != NULL) {
        strip->bias = (const char *)strip->bias + channels * (strip->bias64 ? 8 : 4);
    }
    strip->scale.multiplier += channels & (uint32_t)strip->scale.mask;
    strip->scale.shift += channels & (uint32_t)strip->scale.mask;
}

static void convolve(inner_strip_t *strip, const void *arg) {
    const conv_params_t *p = arg;
    inner_strip_t group = *strip;
    group.run = p->depth;
    if (group.x_tap == group.run) { /* one group, not dilated: the taps of a row lie side by side */
        group.run *= group.taps;
        group.taps = 1;
    }
    for (int32_t left = p->groups; left > 0; left--) {
        inner_strip(&group);
        next_group(&group, p);
    }
}

status_t conv_2d_invoke(const kernel_ctx_t *ctx) {
    const conv_params_t *p = ctx->params;
    inner_layer_t layer = conv_layer(ctx, p);
    if (weighted_is_whole(&p->weighted)) {
        inner_layer(&layer);
    } else {
        window_walk(&p->window, &layer.strip, convolve, p);
    }
    return STATUS_OK;
}
