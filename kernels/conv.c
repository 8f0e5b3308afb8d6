/* SPDX-License-Identifier: MIT
 * CONV_2D (with groups) and DEPTHWISE_CONV_2D for int8 and int16 activations with int8 weights: a walk of the window
 * (window.c) over dot products or depth strips (inner/). */
#include "weighted.h"
#include "window.h"

enum { CONV_FUSED = 3, DEPTHWISE_FUSED = 4, DILATION_AFTER_FUSED = 1 };

typedef struct {
    weighted_t weighted;
    window_t window;
    int32_t groups; /* 0: depthwise */
} conv_params_t;

static const weighted_use_t CONV = {
    .params_bytes = sizeof(conv_params_t), .bias_port = 2, .fused_field = CONV_FUSED, .rank = 4, .narrow_bias = true};

static const weighted_use_t DEPTHWISE = {
    .params_bytes = sizeof(conv_params_t), .bias_port = 2, .fused_field = DEPTHWISE_FUSED, .rank = 4, .channel_axis = 3};

static const int32_t *filter_of(const kernel_ctx_t *ctx) {
    return kernel_input(ctx, WEIGHTS_PORT)->dims; /* (o,kh,kw,c / groups) or (1,kh,kw,o) */
}

/* What all strips have in common, and the whole. */
static void describe(const kernel_ctx_t *ctx, const conv_params_t *p, inner_layer_t *layer) {
    const window_t *window = &p->window;
    int32_t depth = kernel_input(ctx, 0)->dims[3], channels = kernel_output(ctx, 0)->dims[3];
    inner_strip_t *strip = &layer->strip;
    weighted_layer(ctx, &p->weighted, layer);
    if (INNER_HAS_LAYERS) {
        layer->y = window->y;
        layer->x = window->x;
        layer->batches = window->batches;
    }
    strip->x_step = depth;
    strip->out_step = channels;
    strip->w_tap = filter_of(ctx)[3];
    if (p->groups == 0) {
        strip->channels = channels;
        strip->fan = channels / depth;
        strip->run = strip->w_channel = 1;
    } else {
        strip->channels = channels / p->groups;
        strip->run = strip->w_tap;
        strip->w_channel = window->y.kernel * window->x.kernel * strip->w_tap;
    }
}

/* The beginning of both prepares. */
static status_t begin(kernel_ctx_t *ctx, const weighted_use_t *use) {
    TRY(weighted_prepare(ctx, use));
    conv_params_t *p = ctx->params;
    return window_prepare(ctx, &p->window, filter_of(ctx)[1], filter_of(ctx)[2], use->fused_field + DILATION_AFTER_FUSED);
}

/* And their end, with products a tap. */
static status_t finish(kernel_ctx_t *ctx, int32_t channels, int32_t products) {
    conv_params_t *p = ctx->params;
    const int32_t *image = kernel_input(ctx, 0)->dims;
    int32_t shape[4] = {image[0], p->window.y.out, p->window.x.out, channels};
    TRY(kernel_set_shape(ctx, 0, 4, shape));
    ctx->macs = kernel_output(ctx, 0)->count * (uint32_t)(p->window.y.kernel * p->window.x.kernel) * (uint32_t)products;
    if (p->groups == 0 && channels == image[3]) {
        window_in_place(ctx, &p->window);
    }
    window_flatten(&p->window);
    if (INNER_HAS_LAYERS && p->groups <= 1) {
        inner_layer_t layer;
        describe(ctx, p, &layer);
        TRY(weighted_ask_whole(ctx, &layer));
    }
    return STATUS_OK;
}

status_t conv_2d_prepare(kernel_ctx_t *ctx) {
    TRY(begin(ctx, &CONV));
    conv_params_t *p = ctx->params;
    int32_t depth = filter_of(ctx)[3], all = kernel_input(ctx, 0)->dims[3], channels = filter_of(ctx)[0];
    if (depth < 1 || all < depth || all % depth != 0) {
        return kernel_fail(ctx, STATUS_SIZE, WEIGHTS_PORT, depth, all);
    }
    p->groups = all / depth;
    if (channels % p->groups != 0) {
        return kernel_fail(ctx, STATUS_SIZE, WEIGHTS_PORT, channels, p->groups);
    }
    return finish(ctx, channels, depth);
}

status_t depthwise_conv_2d_prepare(kernel_ctx_t *ctx) {
    TRY(begin(ctx, &DEPTHWISE));
    TRY(weighted_require_size(ctx, WEIGHTS_PORT, 0, 1));
    int32_t depth = kernel_input(ctx, 0)->dims[3], channels = filter_of(ctx)[3];
    if (depth < 1 || channels < 1 || channels % depth != 0) {
        return kernel_fail(ctx, STATUS_SIZE, WEIGHTS_PORT, channels, depth);
    }
    return finish(ctx, channels, 1);
}

/* Makes the strip's arrays begin at the next group of channels. */
static void next_group(inner_strip_t *strip) {
    uint32_t channels = (uint32_t)strip->channels, item_bytes = (uint32_t)inner_item_bytes(strip);
    strip->x = (const char *)strip->x + (uint32_t)strip->run * item_bytes;
    strip->w += channels * (uint32_t)strip->w_channel;
    strip->out = (char *)strip->out + channels * item_bytes;
    if (strip->bias != NULL) {
        strip->bias = (const char *)strip->bias + channels * (!MPYLITE_INT8_ONLY && strip->bias64 ? 8 : 4);
    }
    strip->scale.multiplier += channels & (uint32_t)strip->scale.mask;
    strip->scale.shift += channels & (uint32_t)strip->scale.mask;
}

static void convolve(inner_strip_t *strip, const void *arg) {
    const conv_params_t *p = arg;
    inner_strip_t group = *strip;
    if (group.x_tap == group.run && p->groups == 1) { /* not dilated: the taps of a row lie side by side */
        group.run *= group.taps;
        group.taps = 1;
    }
    int32_t left = p->groups;
    do {
        inner_strip(&group);
        next_group(&group);
    } while (--left > 0);
}

status_t conv_2d_invoke(const kernel_ctx_t *ctx) {
    const conv_params_t *p = ctx->params;
    inner_layer_t layer;
    describe(ctx, p, &layer);
    if (weighted_is_whole(&p->weighted)) {
        inner_layer(&layer);
    } else {
        window_walk(&p->window, &layer.strip, convolve, p);
    }
    return STATUS_OK;
}

status_t depthwise_conv_2d_invoke(const kernel_ctx_t *ctx) {
    return conv_2d_invoke(ctx);
}
