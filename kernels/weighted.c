/* SPDX-License-Identifier: MIT
 * The common prepare of operators with weights: refuses float and hybrid models, checks the bias, and turns scales
 * into one multiplier a channel (or one for all). */
#include "weighted.h"

#include "clamp.h"
#include "requant.h"

status_t weighted_require_size(const kernel_ctx_t *ctx, unsigned port, unsigned axis, int32_t needs) {
    const tensor_t *tensor = port >= KERNEL_OUTPUT ? kernel_output(ctx, port - KERNEL_OUTPUT) : kernel_input(ctx, port);
    int32_t found = tensor->dims[axis];
    return found == needs ? STATUS_OK : kernel_fail(ctx, STATUS_SIZE, port, found, needs);
}

status_t weighted_types(const kernel_ctx_t *ctx, unsigned x_port, unsigned weights) {
    unsigned type = kernel_input(ctx, x_port)->type;
    if (type == TENSOR_FLOAT32 && kernel_input(ctx, WEIGHTS_PORT)->type == TENSOR_INT8) {
        return kernel_fail(ctx, STATUS_HYBRID, x_port, TENSOR_FLOAT32, TENSOR_INT8);
    }
    if (!KERNEL_IS(type, TENSOR_INT16)) {
        TRY(kernel_require_type(ctx, x_port, TENSOR_INT8));
    }
    TRY(kernel_require_type(ctx, WEIGHTS_PORT, weights));
    return kernel_require_type(ctx, KERNEL_OUTPUT, type);
}

static status_t check_bias(const kernel_ctx_t *ctx, const weighted_use_t *use, uint32_t channels, weighted_t *weighted) {
    const tensor_t *bias = kernel_input(ctx, use->bias_port);
    bool int16 = KERNEL_IS(kernel_input(ctx, use->x_port)->type, TENSOR_INT16);
    weighted->wide = int16;
    if (bias == NULL) {
        return STATUS_OK;
    }
    weighted->bias64 = int16 && bias->type != TENSOR_INT32;
    weighted->wide = int16 && (weighted->bias64 || !use->narrow_bias);
    TRY(kernel_require_type(ctx, use->bias_port, weighted->bias64 ? TENSOR_INT64 : TENSOR_INT32));
    return bias->count == channels
               ? STATUS_OK
               : kernel_fail(ctx, STATUS_ELEMENTS, use->bias_port, (int32_t)bias->count, (int32_t)channels);
}

static status_t require_zero(const kernel_ctx_t *ctx, unsigned port, int32_t zero_point) {
    return zero_point == 0 ? STATUS_OK : kernel_fail(ctx, STATUS_ZERO_POINT, port, zero_point, 0);
}

static status_t check_weights(const kernel_ctx_t *ctx, const weighted_use_t *use, uint32_t channels, const quant_t *quant) {
    if (quant->count == 0 || (quant->count != 1 && quant->count != channels)) {
        return kernel_fail(ctx, STATUS_QUANTISATION, WEIGHTS_PORT, (int32_t)quant->count, (int32_t)channels);
    }
    bool int16 = KERNEL_IS(kernel_output(ctx, 0)->type, TENSOR_INT16);
    for (uint32_t c = 0; c < quant->count; c++) {
        if (!use->dense || quant->count > 1 || int16) {
            TRY(require_zero(ctx, WEIGHTS_PORT, quant->zero_point[2 * c]));
        }
    }
    return STATUS_OK;
}

static status_t fill_scale(kernel_ctx_t *ctx, const quant_t *weights, float x_scale, float out_scale) {
    weighted_t *weighted = ctx->params;
    int32_t *multiplier = kernel_params(ctx, weights->count * 5);
    if (multiplier == NULL) {
        return STATUS_RECORDS;
    }
    int8_t *shift = (int8_t *)(multiplier + weights->count);
    bool one = weights->count == 1;
    requant_quotient_t quotient = requant_quotient(x_scale, out_scale);
    for (uint32_t c = 0; c < weights->count; c++) {
        requant_t factor = requant_times(&quotient, weights->scale[c]);
        if (factor.shift > (weighted->wide ? REQUANT_WIDE_MOST_SHIFT : REQUANT_MOST_SHIFT)) {
            return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0);
        }
        multiplier[c] = factor.multiplier;
        shift[c] = (int8_t)factor.shift;
    }
    weighted->scale.multiplier = multiplier;
    weighted->scale.shift = shift;
    weighted->scale.mask = one ? 0 : -1;
    weighted->w_offset = one ? -weights->zero_point[0] : 0;
    return STATUS_OK;
}

status_t weighted_finish(kernel_ctx_t *ctx, const weighted_use_t *use, uint32_t channels) {
    float x_scale, out_scale;
    int32_t x_zero_point;
    weighted_t *weighted = ctx->params;
    quant_t weights = kernel_quant(ctx, WEIGHTS_PORT);
    TRY(check_bias(ctx, use, channels, weighted));
    TRY(kernel_scale(ctx, use->x_port, &x_scale, &x_zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &out_scale, &weighted->scale.zero_point));
    weighted->item_bytes = 1;
    if (KERNEL_IS(kernel_output(ctx, 0)->type, TENSOR_INT16)) {
        TRY(require_zero(ctx, use->x_port, x_zero_point));
        TRY(require_zero(ctx, KERNEL_OUTPUT, weighted->scale.zero_point));
        weighted->item_bytes = 2;
    }
    weighted->x_offset = -x_zero_point;
    weighted->x_port = use->x_port;
    weighted->bias_port = use->bias_port;
    TRY(clamp_activation(ctx, use->fused_field, &weighted->scale.low, &weighted->scale.high));
    TRY(check_weights(ctx, use, channels, &weights));
    return fill_scale(ctx, &weights, x_scale, out_scale);
}

status_t weighted_prepare(kernel_ctx_t *ctx, const weighted_use_t *use) {
    TRY(kernel_arity(ctx, use->bias_port, use->bias_port + 1u, 1));
    TRY(kernel_require_rank(ctx, WEIGHTS_PORT, use->rank, use->rank));
    const void *params = kernel_params(ctx, use->params_bytes);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    TRY(weighted_types(ctx, use->x_port, TENSOR_INT8));
    return weighted_finish(ctx, use, (uint32_t)kernel_input(ctx, WEIGHTS_PORT)->dims[use->channel_axis]);
}

void weighted_strip(const kernel_ctx_t *ctx, const weighted_t *weighted, inner_strip_t *strip) {
    const tensor_t *bias = kernel_input(ctx, weighted->bias_port);
    memset(strip, 0, sizeof *strip);
    strip->x = kernel_input(ctx, weighted->x_port)->data;
    strip->w = kernel_input(ctx, WEIGHTS_PORT)->data;
    strip->bias = bias ? bias->data : NULL;
    strip->out = kernel_output(ctx, 0)->data;
    strip->scratch = ctx->scratch;
    strip->scale = weighted->scale;
    strip->x_offset = weighted->x_offset;
    strip->w_offset = weighted->w_offset;
    strip->item_bytes = weighted->item_bytes;
    if (!MPYLITE_INT8_ONLY) {
        strip->wide = weighted->wide;
        strip->bias64 = weighted->bias64;
    }
}

void weighted_layer(const kernel_ctx_t *ctx, const weighted_t *weighted, inner_layer_t *layer) {
    weighted_strip(ctx, weighted, &layer->strip);
    if (INNER_HAS_LAYERS) {
        layer->scratch_bytes = weighted->whole_bytes;
        layer->kept = weighted->kept;
    }
}

status_t weighted_ask_whole(kernel_ctx_t *ctx, inner_layer_t *layer) {
    weighted_t *weighted = ctx->params;
    const tensor_t *bias = kernel_input(ctx, weighted->bias_port);
    bool constant = kernel_input(ctx, WEIGHTS_PORT)->flags & TENSOR_CONSTANT && (!bias || bias->flags & TENSOR_CONSTANT);
    if (!constant || weighted->item_bytes != 1 || weighted->w_offset != 0) {
        return STATUS_OK;
    }
    layer->scratch_bytes = kernel_scratch_most(ctx);
    weighted->whole_bytes = inner_layer_scratch(layer);
    if (weighted->whole_bytes == 0) {
        return STATUS_OK;
    }
    kernel_scratch(ctx, weighted->whole_bytes);
    uint32_t kept_bytes = inner_layer_kept(layer);
    if (kept_bytes) {
        weighted->kept = layer->kept = kernel_params(ctx, kept_bytes);
        if (layer->kept == NULL) {
            return STATUS_RECORDS;
        }
        inner_layer_keep(layer);
    }
    return STATUS_OK;
}
