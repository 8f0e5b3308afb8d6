/* SPDX-License-Identifier: MIT
 * What all operators with weights decide alike in prepare: types, bias, scales of the outputs. */
#ifndef MPYLITE_WEIGHTED_H
#define MPYLITE_WEIGHTED_H

#include "inner/inner.h"
#include "kernel.h"

#define WEIGHTS_PORT 1
#define WEIGHTED_NONE 0x7f /* a bias port or option field of an operator without one */

/* How an operator uses its weights. */
typedef struct {
    uint8_t params_bytes; /* of the operator's params, which begin with a weighted_t */
    uint8_t x_port;
    uint8_t bias_port;    /* the operator's last input */
    uint8_t fused_field;  /* option with the fused activation */
    uint8_t rank;         /* of the weights */
    uint8_t channel_axis; /* of the weights: outputs that have a bias and may have a scale of their own */
    bool narrow_bias;     /* int16: an int32 bias makes the sums narrow, as TFLite does in some operators */
    bool dense;           /* matrix products: int8 weights of one scale may have a zero point */
} weighted_use_t;

/* What invoke needs. */
typedef struct {
    uint8_t item_bytes; /* of activations: 1 or 2 */
    uint8_t x_port;
    uint8_t bias_port;
    bool wide;   /* int16 with sums of 64 bits */
    bool bias64; /* the bias is int64 */
    inner_scale_t scale;
    int32_t x_offset;
    int32_t w_offset;
    uint32_t whole_bytes; /* scratch of a layer that is done at once; 0: by strips */
    void *kept;           /* what the architecture keeps for it */
} weighted_t;

/* The beginning of an operator's prepare: checks arity, types, bias and quantisation, gets ctx->params and fills the
 * weighted_t at their beginning. */
status_t weighted_prepare(kernel_ctx_t *ctx, const weighted_use_t *use);

/* Its parts. The check of types alone: the input is int8 or int16, the output too, the weights are as told. */
status_t weighted_types(const kernel_ctx_t *ctx, unsigned x_port, unsigned weights);

/* And what comes after arity, rank, types and params. */
status_t weighted_finish(kernel_ctx_t *ctx, const weighted_use_t *use, uint32_t channels);

/* A strip with arrays, scale and offsets set; everything else is 0. And a layer of such a strip, without its axes. */
void weighted_strip(const kernel_ctx_t *ctx, const weighted_t *weighted, inner_strip_t *strip);
void weighted_layer(const kernel_ctx_t *ctx, const weighted_t *weighted, inner_layer_t *layer);

/* Asks the architecture whether it does this layer at once, and for its scratch: the end of a prepare. */
status_t weighted_ask_whole(kernel_ctx_t *ctx, inner_layer_t *layer);

/* In invoke: whether it does. */
static inline bool weighted_is_whole(const weighted_t *weighted) {
    return INNER_HAS_LAYERS && weighted->whole_bytes != 0;
}

/* STATUS_OK if dimension `axis` of the tensor at the port is `needs`. */
status_t weighted_require_size(const kernel_ctx_t *ctx, unsigned port, unsigned axis, int32_t needs);

#endif
