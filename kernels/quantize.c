/* SPDX-License-Identifier: MIT
 * QUANTIZE and DEQUANTIZE: between real and stored numbers, and between stored numbers of different scales. */
#include "clamp.h"
#include "kernel.h"
#include "requant.h"
#include "steps.h"
#include "unary.h"

typedef struct {
    int32_t multiplier;
    int32_t shift;
    int32_t input_zero_point;
    int32_t output_zero_point;
    float scale; /* output's for float32 input */
} quantize_t;

static bool is_quantised_type(unsigned type) {
    return type == TENSOR_INT8 || type == TENSOR_UINT8 || KERNEL_IS(type, TENSOR_INT16) || KERNEL_IS(type, TENSOR_INT32);
}

/* Builds for int8 alone know two types here, both of a byte. */
static void load(int32_t *to, const tensor_t *from, uint32_t at, uint32_t n) {
    if (!MPYLITE_INT8_ONLY) {
        unary_load(to, from, at, n);
        return;
    }
    int32_t sign = from->type == TENSOR_INT8 ? 0x80 : 0;
    for (uint32_t i = 0; i < n; i++) {
        to[i] = (((const uint8_t *)from->data)[at + i] ^ sign) - sign;
    }
}

static void store(const tensor_t *to, const int32_t *from, uint32_t at, uint32_t n) {
    if (!MPYLITE_INT8_ONLY) {
        unary_store(to, from, at, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        ((uint8_t *)to->data)[at + i] = (uint8_t)from[i];
    }
}

/* STATUS_OK if the type at the port is one that QUANTIZE knows. */
static status_t require_quantised(const kernel_ctx_t *ctx, unsigned port, const tensor_t *tensor) {
    return is_quantised_type(tensor->type) ? STATUS_OK : kernel_require_type(ctx, port, TENSOR_INT8);
}

status_t quantize_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(require_quantised(ctx, KERNEL_OUTPUT, kernel_output(ctx, 0)));
    quantize_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &params->scale, &params->output_zero_point));
    if (input->type == TENSOR_FLOAT32) {
        bool refused = kernel_output(ctx, 0)->type == TENSOR_INT32;
        return refused ? kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT8) : STATUS_OK;
    }
    TRY(require_quantised(ctx, 0, input));
    float input_scale;
    TRY(kernel_scale(ctx, 0, &input_scale, &params->input_zero_point));
    requant_t factor = requant_ratio(input_scale, 1.0f, params->scale);
    if (factor.shift > 30) {
        return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, factor.shift, 30);
    }
    params->multiplier = factor.multiplier;
    params->shift = factor.shift;
    return STATUS_OK;
}

status_t quantize_invoke(const kernel_ctx_t *ctx) {
    const quantize_t *params = ctx->params;
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    int32_t chunk[UNARY_CHUNK], low, high;
    clamp_type_range(output->type, &low, &high);
    for (uint32_t at = 0; at < input->count; at += UNARY_CHUNK) {
        uint32_t n = input->count - at < UNARY_CHUNK ? input->count - at : UNARY_CHUNK;
        if (input->type == TENSOR_FLOAT32) {
            const float *real = (const float *)input->data + at;
            for (uint32_t i = 0; i < n; i++) {
                chunk[i] = clamp_stored(real[i], params->scale, params->output_zero_point, low, high);
            }
        } else {
            load(chunk, input, at, n);
            for (uint32_t i = 0; i < n; i++) {
                /* int32 may wrap, as in the reference */
                uint32_t steps = (uint32_t)chunk[i] - (uint32_t)params->input_zero_point;
                steps = (uint32_t)requant_apply((int32_t)steps, params->multiplier, params->shift);
                chunk[i] = requant_clamp((int32_t)(steps + (uint32_t)params->output_zero_point), low, high);
            }
        }
        store(output, chunk, at, n);
    }
    return STATUS_OK;
}

typedef struct {
    float scale;
    int32_t zero_point;
} dequantize_t;

status_t dequantize_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_FLOAT32));
    if (input->type == TENSOR_INT32) {
        return kernel_require_type(ctx, 0, TENSOR_INT8);
    }
    TRY(require_quantised(ctx, 0, input));
    dequantize_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    return kernel_scale(ctx, 0, &params->scale, &params->zero_point);
}

status_t dequantize_invoke(const kernel_ctx_t *ctx) {
    const dequantize_t *params = ctx->params;
    const tensor_t *input = kernel_input(ctx, 0);
    float *out = kernel_output(ctx, 0)->data;
    int32_t chunk[UNARY_CHUNK];
    for (uint32_t at = 0; at < input->count; at += UNARY_CHUNK) {
        uint32_t n = input->count - at < UNARY_CHUNK ? input->count - at : UNARY_CHUNK;
        load(chunk, input, at, n);
        for (uint32_t i = 0; i < n; i++) {
            out[at + i] = steps_to_real(chunk[i] - params->zero_point, params->scale);
        }
    }
    return STATUS_OK;
}
