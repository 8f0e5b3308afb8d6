/* SPDX-License-Identifier: MIT
 * AVERAGE_POOL_2D and MAX_POOL_2D for int8 and int16: a walk of the window (window.c) over pooled strips (inner/). */
#include "clamp.h"
#include "window.h"

enum { OPTION_FILTER_W = 3, OPTION_FILTER_H = 4, OPTION_FUSED = 5 };

typedef struct {
    bool average;
    uint8_t item_bytes;
    int32_t low, high;
    window_t window;
} pool_params_t;

/* Two converters' passes may compute one scale twice: a difference of 2^-13 is the same scale. */
static bool same_scale(float a, float b) {
    int32_t x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    return x - y <= 1024 && y - x <= 1024; /* positive floats are ordered like their bits */
}

static status_t check_tensors(const kernel_ctx_t *ctx) {
    float in_scale, out_scale;
    int32_t in_zero_point, out_zero_point;
    if (!KERNEL_IS(kernel_input(ctx, 0)->type, TENSOR_INT16)) {
        TRY(kernel_require_type(ctx, 0, TENSOR_INT8));
    }
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, kernel_input(ctx, 0)->type));
    TRY(kernel_scale(ctx, 0, &in_scale, &in_zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &out_scale, &out_zero_point));
    if (!same_scale(in_scale, out_scale)) {
        return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0);
    }
    return in_zero_point == out_zero_point
               ? STATUS_OK
               : kernel_fail(ctx, STATUS_ZERO_POINT, KERNEL_OUTPUT, out_zero_point, in_zero_point);
}

static status_t pool_prepare(kernel_ctx_t *ctx, bool average) {
    TRY(kernel_arity(ctx, 1, 1, 1));
    pool_params_t *p = kernel_params(ctx, sizeof *p);
    if (p == NULL) {
        return STATUS_RECORDS;
    }
    TRY(check_tensors(ctx));
    TRY(window_prepare(ctx, &p->window, kernel_option_int(ctx, OPTION_FILTER_H, 0),
                       kernel_option_int(ctx, OPTION_FILTER_W, 0), 0));
    TRY(clamp_activation(ctx, OPTION_FUSED, &p->low, &p->high));
    window_in_place(ctx, &p->window);
    p->average = average;
    p->item_bytes = KERNEL_IS(kernel_input(ctx, 0)->type, TENSOR_INT16) ? 2 : 1;
    int32_t shape[4] = {p->window.batches, p->window.y.out, p->window.x.out, kernel_input(ctx, 0)->dims[3]};
    return kernel_set_shape(ctx, 0, 4, shape);
}

status_t average_pool_2d_prepare(kernel_ctx_t *ctx) {
    return pool_prepare(ctx, true);
}

status_t max_pool_2d_prepare(kernel_ctx_t *ctx) {
    return pool_prepare(ctx, false);
}

static void pool(inner_strip_t *strip, const void *arg) {
    const pool_params_t *p = arg;
    inner_pool(strip, p->average);
}

static status_t pool_invoke(const kernel_ctx_t *ctx) {
    const pool_params_t *p = ctx->params;
    inner_strip_t strip = {0};
    strip.x = strip.w = kernel_input(ctx, 0)->data;
    strip.out = kernel_output(ctx, 0)->data;
    strip.x_step = strip.out_step = kernel_input(ctx, 0)->dims[3];
    strip.channels = strip.out_step;
    strip.item_bytes = p->item_bytes;
    strip.scale.low = p->low;
    strip.scale.high = p->high;
    window_walk(&p->window, &strip, pool, p);
    return STATUS_OK;
}

status_t average_pool_2d_invoke(const kernel_ctx_t *ctx) {
    return pool_invoke(ctx);
}

status_t max_pool_2d_invoke(const kernel_ctx_t *ctx) {
    return pool_invoke(ctx);
}
