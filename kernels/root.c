/* SPDX-License-Identifier: MIT
 * SQRT and RSQRT. The root of a negative number counts as that of 0: invoke has no error for a value. */
#include "clamp.h"
#include "fixed.h"
#include "map.h"
#include "real.h"
#include "steps.h"

/* ---- SQRT ----------------------------------------------------------------------------------------------------- */

/* Rounded down, as in the reference. */
static int32_t sqrt_stored(int32_t x, const map_t *map) {
    x -= map->input_zero_point;
    float y = real_sqrt(map->input_scale * (float)(x < 0 ? 0 : x)) / map->output_scale;
    int32_t steps = requant_clamp(steps_round(y), 0, 1 << 20);
    steps -= (float)steps > y;
    return clamp_sum(steps, map->output_zero_point, map->low, map->high);
}

static float sqrt_real(float x, const map_t *map) {
    (void)map;
    return real_sqrt(x);
}

status_t sqrt_prepare(kernel_ctx_t *ctx) {
    map_t map;
    TRY(map_begin(ctx, &map));
    return map_end(ctx, &map, sqrt_stored);
}

status_t sqrt_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, sqrt_stored, sqrt_real);
}

/* ---- RSQRT ---------------------------------------------------------------------------------------------------- */

#define EXTRA_BITS 20 /* after the point of an integer's inverse root */

static int32_t rsqrt_stored(int32_t x, const map_t *map) {
    x -= map->input_zero_point;
    if (x <= 0) {
        return map->high;
    }
    int32_t shift;
    int32_t multiplier = fixed_inverse_root(x, &shift);
    x = requant_apply(1, multiplier, shift + EXTRA_BITS);
    x = requant_apply(x, map->factor.multiplier, map->factor.shift);
    return clamp_sum(x, map->output_zero_point, map->low, map->high);
}

static float rsqrt_real(float x, const map_t *map) {
    (void)map;
    return 1.0f / real_sqrt(x);
}

/* numerator / denominator, both with their highest bit set and one bit before the point, 64 bits of quotient
 * normalised the same way. */
static uint64_t divide(uint64_t numerator, uint64_t denominator, int32_t *exponent) {
    uint64_t quotient = 0;
    bool carry = false;
    if (numerator < denominator) {
        carry = true;
        numerator <<= 1;
        *exponent -= 1;
    }
    for (int i = 0; i < 64; i++) {
        bool fits = carry || numerator >= denominator;
        numerator -= fits ? denominator : 0;
        quotient = quotient << 1 | fits;
        carry = numerator >> 63;
        numerator <<= 1;
    }
    return quotient;
}

/* 1 / (sqrt(input_scale) * output_scale) = sqrt(1 / input_scale / output_scale^2) */
static requant_t rsqrt_factor(float input_scale, float output_scale) {
    int32_t input_exponent, output_exponent;
    uint64_t input = real_split(input_scale, &input_exponent), output = real_split(output_scale, &output_exponent);
    int32_t exponent = -input_exponent - 2 * output_exponent;
    uint64_t square = divide(UINT64_C(1) << 63, input, &exponent);
    square = divide(divide(square, output, &exponent), output, &exponent);
    bool exact;
    uint64_t root = ((uint64_t)real_root(square >> !(exponent & 1), &exact) + 1) >> 1;
    requant_t factor = {(int32_t)root, (exponent >> 1) + 1};
    if (root >> 31) {
        factor.multiplier = 1 << 30;
        factor.shift++;
    }
    return factor;
}

status_t rsqrt_prepare(kernel_ctx_t *ctx) {
    map_t map;
    TRY(map_begin(ctx, &map));
    if (kernel_input(ctx, 0)->type != TENSOR_FLOAT32) {
        map.factor = rsqrt_factor(map.input_scale, map.output_scale);
        map.factor.shift -= EXTRA_BITS;
        if (map.factor.shift > 30 || map.factor.shift < -31) {
            return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, map.factor.shift, 30);
        }
    }
    return map_end(ctx, &map, rsqrt_stored);
}

status_t rsqrt_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, rsqrt_stored, rsqrt_real);
}
