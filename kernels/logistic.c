/* SPDX-License-Identifier: MIT
 * LOGISTIC and TANH: int8 in gemmlowp's fixed point, int16 by table, float32. */
#include "fixed.h"
#include "map.h"
#include "real.h"
#include "sigmoid.h"

#define INPUT_BITS 4 /* integer bits of the fixed-point argument */

/* int8 alone has a fixed zero point: one step is 2^-bits there, 2^-15 for int16. */
static status_t prepare(kernel_ctx_t *ctx, map_t *map, int32_t bits, int32_t zero_point) {
    TRY(map_begin(ctx, map));
    unsigned type = kernel_input(ctx, 0)->type;
    if (type == TENSOR_FLOAT32) {
        return STATUS_OK;
    }
    bool wide = type == TENSOR_INT16;
    zero_point = wide ? 0 : zero_point;
    if (map->output_zero_point != zero_point) {
        return kernel_fail(ctx, STATUS_ZERO_POINT, KERNEL_OUTPUT, map->output_zero_point, zero_point);
    }
    if (wide && map->input_zero_point != 0) {
        return kernel_fail(ctx, STATUS_ZERO_POINT, 0, map->input_zero_point, 0);
    }
    if (!sigmoid_near_power_of_two(map->output_scale, wide ? -15 : -bits)) {
        return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0);
    }
    map->factor = requant_ratio(map->input_scale, (float)(1 << (31 - INPUT_BITS)), 1.0f);
    return STATUS_OK;
}

static int32_t curve_s8(int32_t x, const map_t *map, int32_t (*curve)(int32_t a), int32_t bits) {
    x -= map->input_zero_point;
    int32_t shift = map->factor.shift;
    int32_t radius = (15 << (31 - INPUT_BITS)) >> (shift > 0 ? shift : 0); /* beyond it the curve is flat */
    if (x <= -radius || x >= radius) {
        return x <= -radius ? INT8_MIN : INT8_MAX;
    }
    x = curve(requant_apply(x, map->factor.multiplier, shift));
    return requant_clamp(requant_divide_pot(x, 31 - bits) + map->output_zero_point, INT8_MIN, INT8_MAX);
}

/* int16 keeps the way onto the table's steps, int8 its table, float32 nothing. */
static status_t finish(kernel_ctx_t *ctx, const map_t *map, map_stored_t stored, bool tanh) {
    if (kernel_input(ctx, 0)->type != TENSOR_INT16) {
        return map_end(ctx, map, stored);
    }
    sigmoid_scale_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    *params = sigmoid_scale(map->input_scale, tanh);
    return STATUS_OK;
}

static status_t invoke(const kernel_ctx_t *ctx, map_real_t real, bool tanh) {
    const tensor_t *input = kernel_input(ctx, 0);
    if (input->type != TENSOR_INT16) {
        return map_invoke(ctx, NULL, real);
    }
    const sigmoid_scale_t *scale = ctx->params;
    sigmoid_row(kernel_output(ctx, 0)->data, input->data, input->count, *scale, tanh);
    return STATUS_OK;
}

/* ---- LOGISTIC ------------------------------------------------------------------------------------------------- */

static int32_t logistic_s8(int32_t x, const map_t *map) {
    return curve_s8(x, map, fixed_logistic, 8);
}

static float logistic_real(float x, const map_t *map) {
    (void)map;
    if (x > 16.619047164916992188f) { /* 1 in float32 from here on */
        return 1.0f;
    }
    return x < -9.0f ? real_exp(x) : 1.0f / (1.0f + real_exp(-x));
}

status_t logistic_prepare(kernel_ctx_t *ctx) {
    map_t map;
    TRY(prepare(ctx, &map, 8, INT8_MIN));
    return finish(ctx, &map, logistic_s8, false);
}

status_t logistic_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, logistic_real, false);
}

/* ---- TANH ----------------------------------------------------------------------------------------------------- */

static int32_t tanh_s8(int32_t x, const map_t *map) {
    return curve_s8(x, map, fixed_tanh, 7);
}

static float tanh_real(float x, const map_t *map) {
    (void)map;
    float square = x * x;
    if (square < 0.0225f) { /* the series keeps the bits that 1 - exp() would lose */
        return x - x * square * (1.0f / 3.0f - square * (2.0f / 15.0f - square * (17.0f / 315.0f)));
    }
    float e = real_exp(x < 0.0f ? 2.0f * x : -2.0f * x);
    float y = (1.0f - e) / (1.0f + e);
    return x < 0.0f ? -y : y;
}

status_t tanh_prepare(kernel_ctx_t *ctx) {
    map_t map;
    TRY(prepare(ctx, &map, 7, 0));
    return finish(ctx, &map, tanh_s8, true);
}

status_t tanh_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, tanh_real, true);
}
