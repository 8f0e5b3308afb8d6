/* SPDX-License-Identifier: MIT
 * AVERAGE_POOL_2D and MAX_POOL_2D for int8 and int16: a walk of the window (window.c) over blocks of channels. */
#include "clamp.h"
#include "requant.h"
#include "window.h"

enum { OPTION_FILTER_W = 3, OPTION_FILTER_H = 4, OPTION_FUSED = 5 };

#define CHANNEL_BLOCK 32 /* sums that live on the stack at a time */

typedef struct {
    window_t window;
    int32_t low, high;
    int32_t depth;
    bool average;
    bool int16;
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
    if (kernel_input(ctx, 0)->type != TENSOR_INT16) {
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
    p->depth = kernel_input(ctx, 0)->dims[3];
    p->average = average;
    p->int16 = kernel_input(ctx, 0)->type == TENSOR_INT16;
    int32_t shape[4] = {p->window.batches, p->window.y.out, p->window.x.out, p->depth};
    return kernel_set_shape(ctx, 0, 4, shape);
}

status_t average_pool_2d_prepare(kernel_ctx_t *ctx) {
    return pool_prepare(ctx, true);
}

status_t max_pool_2d_prepare(kernel_ctx_t *ctx) {
    return pool_prepare(ctx, false);
}

static void add_s8(int32_t *sum, const int8_t *x, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        sum[i] = (int32_t)((uint32_t)sum[i] + (uint32_t)x[i]);
    }
}

static void add_s16(int32_t *sum, const int16_t *x, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        sum[i] = (int32_t)((uint32_t)sum[i] + (uint32_t)x[i]);
    }
}

static void max_s8(int32_t *top, const int8_t *x, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        top[i] = x[i] > top[i] ? x[i] : top[i];
    }
}

static void max_s16(int32_t *top, const int16_t *x, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        top[i] = x[i] > top[i] ? x[i] : top[i];
    }
}

/* Takes one tap's channels into the block. */
static void gather(const pool_params_t *p, int32_t *value, const void *x, int32_t first, int32_t n) {
    const int8_t *x8 = (const int8_t *)x + first;
    const int16_t *x16 = (const int16_t *)x + first;
    if (p->average) {
        if (p->int16) {
            add_s16(value, x16, n);
        } else {
            add_s8(value, x8, n);
        }
    } else if (p->int16) {
        max_s16(value, x16, n);
    } else {
        max_s8(value, x8, n);
    }
}

/* sum / count, rounded half away from zero. */
static int32_t mean(int32_t sum, int32_t count) {
    int32_t half = sum > 0 ? count / 2 : -(count / 2);
    return (int32_t)((uint32_t)sum + (uint32_t)half) / count;
}

static void pool_block(const inner_strip_t *s, const pool_params_t *p, const char *x, char *out, int32_t first, int32_t n) {
    int32_t value[CHANNEL_BLOCK];
    uint32_t item_bytes = p->int16 ? 2 : 1;
    for (int32_t i = 0; i < n; i++) {
        value[i] = p->average ? 0 : p->low;
    }
    for (int32_t row = 0; row < s->rows; row++) {
        for (int32_t tap = 0; tap < s->taps; tap++) {
            gather(p, value, x + (uint32_t)(row * s->x_row + tap * s->x_tap) * item_bytes, first, n);
        }
    }
    int32_t count = s->rows * s->taps;
    for (int32_t i = 0; i < n; i++) {
        int32_t y = requant_clamp(p->average ? mean(value[i], count) : value[i], p->low, p->high);
        if (p->int16) {
            ((int16_t *)(void *)out)[first + i] = (int16_t)y;
        } else {
            ((int8_t *)out)[first + i] = (int8_t)y;
        }
    }
}

static void pool(inner_strip_t *s, const void *arg) {
    const pool_params_t *p = arg;
    const char *x = s->x;
    char *out = s->out;
    uint32_t item_bytes = p->int16 ? 2 : 1;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--) {
        for (int32_t first = 0; first < p->depth; first += CHANNEL_BLOCK) {
            int32_t left = p->depth - first;
            pool_block(s, p, x, out, first, left < CHANNEL_BLOCK ? left : CHANNEL_BLOCK);
        }
        x += (uint32_t)s->x_step * item_bytes;
        out += (uint32_t)s->out_step * item_bytes;
    }
}

static status_t pool_invoke(const kernel_ctx_t *ctx) {
    const pool_params_t *p = ctx->params;
    inner_strip_t strip = {0};
    strip.x = strip.w = kernel_input(ctx, 0)->data;
    strip.out = kernel_output(ctx, 0)->data;
    strip.x_step = strip.out_step = p->depth;
    window_walk(&p->window, &strip, p->int16 ? 2 : 1, pool, p);
    return STATUS_OK;
}

status_t average_pool_2d_invoke(const kernel_ctx_t *ctx) {
    return pool_invoke(ctx);
}

status_t max_pool_2d_invoke(const kernel_ctx_t *ctx) {
    return pool_invoke(ctx);
}
