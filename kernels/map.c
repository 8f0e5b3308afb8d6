/* SPDX-License-Identifier: MIT
 * Tables, and loops over elements, for operators that are one function of one number. */
#include "map.h"

#include "clamp.h"
#include "unary.h"

status_t map_begin(kernel_ctx_t *ctx, map_t *map) {
    TRY(unary_prepare(ctx));
    unsigned type = kernel_input(ctx, 0)->type;
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, type));
    memset(map, 0, sizeof *map);
    if (type == TENSOR_FLOAT32) {
        return STATUS_OK;
    }
    if (type != TENSOR_INT16) {
        TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
    }
    TRY(kernel_scale(ctx, 0, &map->input_scale, &map->input_zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &map->output_scale, &map->output_zero_point));
    clamp_type_range(type, &map->low, &map->high);
    map->factor = requant_ratio(map->input_scale, 1.0f, map->output_scale);
    return STATUS_OK;
}

status_t map_end(kernel_ctx_t *ctx, const map_t *map, map_stored_t stored) {
    bool is_table = kernel_input(ctx, 0)->type == TENSOR_INT8;
    void *kept = kernel_params(ctx, is_table ? 256 : sizeof *map);
    if (kept == NULL) {
        return STATUS_RECORDS;
    }
    if (!is_table) {
        memcpy(kept, map, sizeof *map);
        return STATUS_OK;
    }
    for (int32_t x = INT8_MIN; x <= INT8_MAX; x++) {
        ((int8_t *)kept)[x & 255] = (int8_t)stored(x, map);
    }
    return STATUS_OK;
}

status_t map_invoke(const kernel_ctx_t *ctx, map_stored_t stored, map_real_t real) {
    const tensor_t *input = kernel_input(ctx, 0);
    const void *in = input->data;
    void *out = kernel_output(ctx, 0)->data;
    uint32_t n = input->count;
    if (input->type == TENSOR_INT8) {
        const int8_t *table = ctx->params;
        for (uint32_t i = 0; i < n; i++) {
            ((int8_t *)out)[i] = table[((const uint8_t *)in)[i]];
        }
    } else if (input->type == TENSOR_INT16) {
        for (uint32_t i = 0; i < n; i++) {
            ((int16_t *)out)[i] = (int16_t)stored(((const int16_t *)in)[i], ctx->params);
        }
    } else {
        for (uint32_t i = 0; i < n; i++) {
            ((float *)out)[i] = real(((const float *)in)[i], ctx->params);
        }
    }
    return STATUS_OK;
}

int32_t map_rescale(int32_t x, const map_t *map) {
    x = requant_apply(x - map->input_zero_point, map->factor.multiplier, map->factor.shift);
    return clamp_sum(x, map->output_zero_point, map->low, map->high);
}
