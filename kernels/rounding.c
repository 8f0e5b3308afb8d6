/* SPDX-License-Identifier: MIT
 * ABS, NEG, SQUARE, CEIL, FLOOR and ROUND: simple functions of one number, the last four of float32 alone. */
#include "map.h"
#include "real.h"

/* ---- ABS, NEG: also quantised ------------------------------------------------------------------------------------ */

static int32_t abs_stored(int32_t x, const map_t *map) {
    int32_t zero = map->input_zero_point;
    return map_rescale(x < zero ? 2 * zero - x : x, map);
}

static float abs_real(float x, const map_t *map) {
    (void)map;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= 0x7fffffff;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static status_t rescaled_prepare(kernel_ctx_t *ctx, map_stored_t stored) {
    map_t map;
    TRY(map_begin(ctx, &map));
    return map_end(ctx, &map, stored);
}

status_t abs_prepare(kernel_ctx_t *ctx) {
    return rescaled_prepare(ctx, abs_stored);
}

status_t abs_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, abs_stored, abs_real);
}

static int32_t neg_stored(int32_t x, const map_t *map) {
    return map_rescale(2 * map->input_zero_point - x, map);
}

static float neg_real(float x, const map_t *map) {
    (void)map;
    return -x;
}

status_t neg_prepare(kernel_ctx_t *ctx) {
    return rescaled_prepare(ctx, neg_stored);
}

status_t neg_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, neg_stored, neg_real);
}

/* ---- SQUARE, CEIL, FLOOR, ROUND ---------------------------------------------------------------------------------- */

static status_t real_prepare(kernel_ctx_t *ctx) {
    map_t map;
    TRY(map_begin(ctx, &map));
    TRY(kernel_require_type(ctx, 0, TENSOR_FLOAT32));
    return STATUS_OK;
}

static float square_real(float x, const map_t *map) {
    (void)map;
    return x * x;
}

status_t square_prepare(kernel_ctx_t *ctx) {
    return real_prepare(ctx);
}

status_t square_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, NULL, square_real);
}

static float floor_real(float x, const map_t *map) {
    (void)map;
    return real_floor(x);
}

status_t floor_prepare(kernel_ctx_t *ctx) {
    return real_prepare(ctx);
}

status_t floor_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, NULL, floor_real);
}

static float ceil_real(float x, const map_t *map) {
    (void)map;
    return -real_floor(-x);
}

status_t ceil_prepare(kernel_ctx_t *ctx) {
    return real_prepare(ctx);
}

status_t ceil_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, NULL, ceil_real);
}

/* Halves go to the even neighbour. */
static float round_real(float x, const map_t *map) {
    (void)map;
    float low = real_floor(x), rest = x - low;
    bool even = real_floor(low * 0.5f) * 2.0f == low;
    return rest < 0.5f || (rest == 0.5f && even) ? low : low + 1.0f;
}

status_t round_prepare(kernel_ctx_t *ctx) {
    return real_prepare(ctx);
}

status_t round_invoke(const kernel_ctx_t *ctx) {
    return map_invoke(ctx, NULL, round_real);
}
