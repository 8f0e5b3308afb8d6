/* SPDX-License-Identifier: MIT
 * EXP, LOG and ELU: curves whose int8 and int16 tables the reference samples in float32. */
#include "map.h"
#include "real.h"
#include "steps.h"

/* ---- tables --------------------------------------------------------------------------------------------------- */

#define TABLE_STEPS 512 /* of an int16 table, 128 numbers wide */

static int32_t stored(int32_t x, const map_t *map) {
    float y = map->curve(map->input_scale * (float)(x - map->input_zero_point), map);
    int32_t steps = requant_clamp(steps_round(y * (1.0f / map->output_scale)), -STEPS_MOST, STEPS_MOST);
    return requant_clamp(steps + map->output_zero_point, map->low, map->high);
}

/* Entries are moved by half of the error that interpolation makes in the middle of their step. */
static void fill_table(int16_t *table, const map_t *map) {
    float low = map->input_scale * (float)(INT16_MIN - map->input_zero_point);
    float high = map->input_scale * (float)(INT16_MAX - map->input_zero_point);
    float output_low = map->output_scale * (float)(INT16_MIN - map->output_zero_point);
    float output_high = map->output_scale * (float)(INT16_MAX - map->output_zero_point);
    float step = (high - low) / TABLE_STEPS;
    float scale = 65536.0f / (output_high - output_low);
    for (int32_t i = 0; i < TABLE_STEPS; i++) {
        float x = low + (float)i * step;
        int32_t sample = steps_round(map->curve(x, map) * scale);
        int32_t middle = steps_round(map->curve(x + step / 2.0f, map) * scale);
        float next = map->curve(low + (float)(i + 1) * step, map) * scale;
        int32_t interpolated = steps_round((next + (float)sample) / 2.0f);
        int32_t bias = steps_round(((float)interpolated - (float)middle) / 2.0f);
        int64_t entry = (int64_t)sample - bias;
        table[i] = (int16_t)(entry < INT16_MIN ? INT16_MIN : entry > INT16_MAX ? INT16_MAX : entry);
    }
    table[TABLE_STEPS] = (int16_t)requant_clamp(steps_round(map->curve(high, map) * scale), INT16_MIN, INT16_MAX);
}

static status_t prepare(kernel_ctx_t *ctx, map_real_t curve) {
    map_t map;
    TRY(map_begin(ctx, &map));
    map.curve = curve;
    if (kernel_input(ctx, 0)->type != TENSOR_INT16) {
        return map_end(ctx, &map, stored);
    }
    int16_t *table = kernel_params(ctx, (TABLE_STEPS + 1) * sizeof *table);
    if (table == NULL) {
        return STATUS_RECORDS;
    }
    fill_table(table, &map);
    return STATUS_OK;
}

static status_t invoke(const kernel_ctx_t *ctx, map_real_t real) {
    const tensor_t *input = kernel_input(ctx, 0);
    if (input->type != TENSOR_INT16) {
        return map_invoke(ctx, NULL, real);
    }
    const int16_t *in = input->data, *table = ctx->params;
    int16_t *out = kernel_output(ctx, 0)->data;
    for (uint32_t i = 0; i < input->count; i++) {
        int32_t x = in[i] - INT16_MIN;
        const int16_t *entry = &table[x >> 7];
        out[i] = (int16_t)(entry[0] + ((((int32_t)entry[1] - entry[0]) * (x & 127) + 64) >> 7));
    }
    return STATUS_OK;
}

/* ---- the operators -------------------------------------------------------------------------------------------- */

static float exp_of(float x, const map_t *map) {
    (void)map;
    return real_exp(x);
}

status_t exp_prepare(kernel_ctx_t *ctx) {
    return prepare(ctx, exp_of);
}

status_t exp_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, exp_of);
}

static float log_of(float x, const map_t *map) {
    if (x <= 0.0f && map->output_scale > 0.0f) { /* a table holds the output's lowest number there */
        return map->output_scale * (float)(map->low - map->output_zero_point);
    }
    return real_log(x);
}

status_t log_prepare(kernel_ctx_t *ctx) {
    return prepare(ctx, log_of);
}

status_t log_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, log_of);
}

static float elu_of(float x, const map_t *map) {
    (void)map;
    return x < 0.0f ? real_exp(x) - 1.0f : x;
}

/* exp(x) - 1 without the bits that the difference loses. */
static float elu_real(float x, const map_t *map) {
    if (x < -0.5f || x >= 0.0f) {
        return elu_of(x, map);
    }
    float sum = 1.0f;
    for (int32_t k = 9; k > 1; k--) { /* x/1 * (1 + x/2 * (1 + ...)) */
        sum = 1.0f + x / (float)k * sum;
    }
    return x * sum;
}

status_t elu_prepare(kernel_ctx_t *ctx) {
    if (kernel_input(ctx, 0) != NULL && kernel_input(ctx, 0)->type == TENSOR_INT16) {
        return kernel_require_type(ctx, 0, TENSOR_INT8);
    }
    return prepare(ctx, elu_of);
}

status_t elu_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, elu_real);
}
