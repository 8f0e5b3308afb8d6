/* SPDX-License-Identifier: MIT
 * FULLY_CONNECTED for int8 and int16 activations with int8 weights, per tensor and per channel. */
#include "weighted.h"

enum { OPTION_FUSED = 0, OPTION_WEIGHTS_FORMAT = 1, OPTION_KEEP_NUM_DIMS = 2 };

typedef struct {
    weighted_t weighted;
    int32_t batches;
} dense_params_t;

static const weighted_use_t USE = {.params_bytes = sizeof(dense_params_t),
                                   .bias_port = 2,
                                   .fused_field = OPTION_FUSED,
                                   .rank = 2,
                                   .narrow_bias = true,
                                   .dense = true};

/* Rows times outputs, or the input's leading axes if they are kept. A shape in the file of another rank is left
 * alone where it holds the same rows: converters fold a RESHAPE into it. */
static status_t set_output_shape(kernel_ctx_t *ctx, int32_t batches, int32_t channels) {
    const tensor_t *x = kernel_input(ctx, 0), *out = kernel_output(ctx, 0);
    if (kernel_option_byte(ctx, OPTION_KEEP_NUM_DIMS, 0) && x->rank > 0) {
        int32_t shape[KERNEL_MAX_RANK];
        memcpy(shape, x->dims, x->rank * sizeof *shape);
        shape[x->rank - 1] = channels;
        TRY(weighted_require_size(ctx, 0, x->rank - 1u, kernel_input(ctx, WEIGHTS_PORT)->dims[1]));
        return kernel_set_shape(ctx, 0, x->rank, shape);
    }
    if (out->rank > 0 && out->dims[out->rank - 1] == channels && out->count == (uint32_t)batches * (uint32_t)channels) {
        return STATUS_OK;
    }
    int32_t shape[2] = {batches, channels};
    return kernel_set_shape(ctx, 0, 2, shape);
}

/* The one strip, and the same as an image of one row. */
static void describe(const kernel_ctx_t *ctx, const dense_params_t *p, inner_layer_t *layer) {
    const int32_t *filter = kernel_input(ctx, WEIGHTS_PORT)->dims;
    inner_strip_t *strip = &layer->strip;
    weighted_layer(ctx, &p->weighted, layer);
    if (INNER_HAS_LAYERS) {
        layer->y = layer->x = (inner_axis_t){1, 1, 1, 1, 1, 0};
        layer->x.in = layer->x.out = p->batches;
        layer->batches = 1;
    }
    strip->rows = strip->taps = 1;
    strip->run = strip->x_step = strip->w_channel = filter[1];
    strip->channels = strip->out_step = filter[0];
    strip->pixels = p->batches;
}

status_t fully_connected_prepare(kernel_ctx_t *ctx) {
    TRY(weighted_prepare(ctx, &USE));
    dense_params_t *p = ctx->params;
    const tensor_t *x = kernel_input(ctx, 0);
    const int32_t *filter = kernel_input(ctx, WEIGHTS_PORT)->dims; /* (o,k) */
    int32_t format = kernel_option_byte(ctx, OPTION_WEIGHTS_FORMAT, 0);
    if (format != 0) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, format, OPTION_WEIGHTS_FORMAT);
    }
    if (filter[1] < 1 || x->count % (uint32_t)filter[1] != 0) {
        return kernel_fail(ctx, STATUS_ELEMENTS, 0, (int32_t)x->count, filter[1]);
    }
    p->batches = (int32_t)(x->count / (uint32_t)filter[1]);
    TRY(set_output_shape(ctx, p->batches, filter[0]));
    ctx->macs = (uint32_t)p->batches * kernel_input(ctx, WEIGHTS_PORT)->count;
    if (INNER_HAS_LAYERS) {
        inner_layer_t layer;
        describe(ctx, p, &layer);
        TRY(weighted_ask_whole(ctx, &layer));
    }
    return STATUS_OK;
}

status_t fully_connected_invoke(const kernel_ctx_t *ctx) {
    const dense_params_t *p = ctx->params;
    inner_layer_t layer;
    describe(ctx, p, &layer);
    if (weighted_is_whole(&p->weighted)) {
        inner_layer(&layer);
    } else {
        inner_strip(&layer.strip);
    }
    return STATUS_OK;
}
