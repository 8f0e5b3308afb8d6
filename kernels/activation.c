/* SPDX-License-Identifier: MIT
 * RELU, RELU6, RELU_N1_TO_1, LEAKY_RELU and HARD_SWISH: activations made of straight lines. */
#include "clamp.h"
#include "fixed.h"
#include "map.h"

/* ---- RELU and its bounded brothers ---------------------------------------------------------------------------- */

static status_t relu_family_prepare(kernel_ctx_t *ctx, int32_t activation) {
    map_t map;
    TRY(map_begin(ctx, &map));
    unsigned type = kernel_input(ctx, 0)->type;
    clamp_quantised(type, map.output_scale, map.output_zero_point, activation, &map.low, &map.high);
    return map_end(ctx, &map, map_rescale);
}

status_t relu_prepare(kernel_ctx_t *ctx) {
    return relu_family_prepare(ctx, ACTIVATION_RELU);
}

static float relu_real(float x, const map_t *map) {
    (void)map;
    return x < 0.0f ? 0.0f : x;
}

status_t relu_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, map_rescale, relu_real);
}

status_t relu6_prepare(kernel_ctx_t *ctx) {
    return relu_family_prepare(ctx, ACTIVATION_RELU6);
}

static float relu6_real(float x, const map_t *map) {
    return x > 6.0f ? 6.0f : relu_real(x, map);
}

status_t relu6_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, map_rescale, relu6_real);
}

status_t relu_n1_to_1_prepare(kernel_ctx_t *ctx) {
    return relu_family_prepare(ctx, ACTIVATION_RELU_N1_TO_1);
}

static float relu_n1_to_1_real(float x, const map_t *map) {
    (void)map;
    return x > 1.0f ? 1.0f : x < -1.0f ? -1.0f : x;
}

status_t relu_n1_to_1_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, map_rescale, relu_n1_to_1_real);
}

/* ---- LEAKY_RELU ----------------------------------------------------------------------------------------------- */

static int32_t leaky_relu_stored(int32_t x, const map_t *map) {
    requant_t factor = x < map->input_zero_point ? map->other : map->factor;
    bool negative = factor.multiplier < 0; /* the sign comes last: it decides how halves are rounded */
    x = requant_apply(x - map->input_zero_point, negative ? -factor.multiplier : factor.multiplier, factor.shift);
    x = negative ? -x : x;
    return clamp_sum(x, map->output_zero_point, map->low, map->high);
}

static float leaky_relu_real(float x, const map_t *map) {
    return x > 0.0f ? x : x * map->alpha;
}

status_t leaky_relu_prepare(kernel_ctx_t *ctx) {
    map_t map;
    TRY(map_begin(ctx, &map));
    map.alpha = kernel_option_float(ctx, 0, 0.0f);
    if (kernel_input(ctx, 0)->type != TENSOR_FLOAT32) {
        /* the reference rounds these factors to float32 */
        map.factor = requant_ratio(map.input_scale / map.output_scale, 1.0f, 1.0f);
        float factor = map.input_scale * map.alpha / map.output_scale;
        map.other = requant_ratio(factor < 0.0f ? -factor : factor, 1.0f, 1.0f);
        map.other.multiplier = factor < 0.0f ? -map.other.multiplier : map.other.multiplier;
    }
    return map_end(ctx, &map, leaky_relu_stored);
}

status_t leaky_relu_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, leaky_relu_stored, leaky_relu_real);
}

/* ---- HARD_SWISH: x * relu6(x + 3) / 6, int8 on 16-bit fixed point ----------------------------------------------- */

static int32_t clamp_s16(int32_t x) {
    return requant_clamp(x, INT16_MIN, INT16_MAX);
}

/* Rounded doubling high product of 16-bit numbers. */
static int32_t high_mul_s16(int32_t a, int32_t b) {
    return clamp_s16((a * b + (1 << 14)) >> 15);
}

/* Rounding division by a power of two with a 16-bit mask, as the reference does it even for exponents over 15. */
static int32_t divide_pot_s16(int32_t x, int32_t exponent) {
    int16_t mask = (int16_t)((UINT32_C(1) << exponent) - 1);
    int32_t remainder = x & mask;
    return (x >> exponent) + (remainder > (mask >> 1) + (x < 0));
}

static int32_t hard_swish_stored(int32_t x, const map_t *map) {
    int32_t fine = (x - map->input_zero_point) * 128;
    int32_t value = high_mul_s16(fine, map->factor.multiplier);
    /* x in [-3, 3] brought to [-1, 1], saturating; the last doubling comes after the multiplication */
    int32_t exponent = map->other.shift;
    int32_t gate = exponent > 0 ? clamp_s16(fixed_shift_left(fine, exponent - 1)) : fine;
    gate = high_mul_s16(gate, map->other.multiplier);
    gate = exponent > 0 ? clamp_s16(2 * gate) : divide_pot_s16(gate, -exponent);
    gate = (gate + (1 << 15)) >> 1;
    int32_t product = gate * value / (1 << 15);
    int32_t y = (int16_t)(divide_pot_s16(product, -map->factor.shift) + map->output_zero_point);
    return requant_clamp(y, map->low, map->high);
}

static float hard_swish_real(float x, const map_t *map) {
    return x * relu6_real(x + 3.0f, map) / 6.0f;
}

static void narrow_to_s16(requant_t *factor) {
    bool saturates = factor->multiplier >= INT32_MAX - (1 << 15);
    factor->multiplier = saturates ? INT16_MAX : (factor->multiplier + (1 << 15)) >> 16;
}

status_t hard_swish_prepare(kernel_ctx_t *ctx) {
    map_t map;
    TRY(map_begin(ctx, &map));
    if (kernel_input(ctx, 0)->type != TENSOR_FLOAT32) {
        TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
        float fine_scale = map.input_scale * (1.0f / 128.0f);
        /* the reference rounds these factors to float32 */
        map.factor = requant_ratio(fine_scale / map.output_scale, 1.0f, 1.0f);
        map.other = requant_ratio(fine_scale / (3.0f / 32768.0f), 1.0f, 1.0f);
        if (map.factor.shift > 0) {
            return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, map.factor.shift, 0);
        }
        narrow_to_s16(&map.factor);
        narrow_to_s16(&map.other);
    }
    return map_end(ctx, &map, hard_swish_stored);
}

status_t hard_swish_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, hard_swish_stored, hard_swish_real);
}
