/* SPDX-License-Identifier: MIT
 * L2_POOL_2D, which TFLite defines for float32 only: the root of the mean of squares in a window. Sums are made in the
 * reference's order, for the order decides the last bit. */
#include "clamp.h"
#include "kernel.h"
#include "real.h"
#include "window.h"

enum { OPTION_FILTER_W = 3, OPTION_FILTER_H = 4, OPTION_FUSED = 5 };

typedef struct {
    window_t window;
    float low, high;
} l2_pool_params_t;

static status_t read_activation(const kernel_ctx_t *ctx, l2_pool_params_t *p) {
    static const float bounds[][2] = {{-3.402823466e38f, 3.402823466e38f}, {0.0f, 3.402823466e38f}, {-1.0f, 1.0f}, {0.0f, 6.0f}};
    int32_t activation = kernel_option_byte(ctx, OPTION_FUSED, ACTIVATION_NONE);
    if (activation < ACTIVATION_NONE || activation > ACTIVATION_RELU6) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, activation, OPTION_FUSED);
    }
    p->low = bounds[activation][0];
    p->high = bounds[activation][1];
    return STATUS_OK;
}

status_t l2_pool_2d_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 1, 1, 1));
    TRY(kernel_require_type(ctx, 0, TENSOR_FLOAT32));
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_FLOAT32));
    l2_pool_params_t *p = kernel_params(ctx, sizeof *p);
    if (p == NULL) {
        return STATUS_RECORDS;
    }
    TRY(window_prepare(ctx, &p->window, kernel_option_int(ctx, OPTION_FILTER_H, 0),
                       kernel_option_int(ctx, OPTION_FILTER_W, 0), 0));
    TRY(read_activation(ctx, p));
    window_in_place(ctx, &p->window);
    int32_t shape[4] = {p->window.batches, p->window.y.out, p->window.x.out, kernel_input(ctx, 0)->dims[3]};
    return kernel_set_shape(ctx, 0, 4, shape);
}

static float root_mean(const inner_strip_t *s, const float *x) {
    float sum = 0.0f;
    for (int32_t row = 0; row < s->rows; row++) {
        for (int32_t tap = 0; tap < s->taps; tap++) {
            float value = x[row * s->x_row + tap * s->x_tap];
            sum += value * value;
        }
    }
    return real_sqrt(sum / (float)(s->rows * s->taps));
}

static void pool(inner_strip_t *s, const void *arg) {
    const l2_pool_params_t *p = arg;
    const float *x = s->x;
    float *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step, out += s->out_step) {
        for (int32_t c = 0; c < s->out_step; c++) {
            float y = root_mean(s, x + c);
            y = y < p->low ? p->low : y;
            out[c] = p->high < y ? p->high : y;
        }
    }
}

status_t l2_pool_2d_invoke(const kernel_ctx_t *ctx) {
    const l2_pool_params_t *p = ctx->params;
    inner_strip_t strip = {0};
    strip.x = kernel_input(ctx, 0)->data;
    strip.w = kernel_input(ctx, 0)->data;
    strip.out = kernel_output(ctx, 0)->data;
    strip.x_step = strip.out_step = kernel_input(ctx, 0)->dims[3];
    strip.item_bytes = sizeof(float);
    window_walk(&p->window, &strip, pool, p);
    return STATUS_OK;
}
