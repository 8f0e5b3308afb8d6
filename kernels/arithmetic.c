/* SPDX-License-Identifier: MIT
 * ADD, SUB and MUL: sums and products of two operands, quantised (int8, int16) or plain (int32, float32). */
#include "broadcast.h"
#include "clamp.h"
#include "kernel.h"
#include "requant.h"

typedef union {
    int32_t integer;
    float real;
} bound_t;

/* Index 0 and 1 are the inputs, 2 is the output. */
typedef struct {
    const broadcast_t *plan;
    int32_t multiplier[3];
    int32_t zero_point[3];
    bound_t low, high; /* of the output's type */
    int8_t shift[3];
    uint8_t left_shift; /* of inputs before a sum, to keep its precision */
} arithmetic_t;

/* The row functions of one operator. */
typedef struct {
    broadcast_function_t s8, s16, s32, f32;
} arithmetic_rows_t;

static status_t set_factor(const kernel_ctx_t *ctx, arithmetic_t *params, unsigned index, requant_t factor, int32_t most) {
    if (factor.shift > most) {
        return kernel_fail(ctx, STATUS_SCALES, index == 2 ? KERNEL_OUTPUT : index, factor.shift, most);
    }
    params->multiplier[index] = factor.multiplier;
    params->shift[index] = (int8_t)factor.shift;
    return STATUS_OK;
}

static void real_bounds(int32_t activation, arithmetic_t *params) {
    params->low.real = activation == ACTIVATION_NONE ? -3.402823466e38f : activation == ACTIVATION_RELU_N1_TO_1 ? -1.0f : 0.0f;
    params->high.real = activation == ACTIVATION_RELU_N1_TO_1 ? 1.0f : activation == ACTIVATION_RELU6 ? 6.0f : 3.402823466e38f;
}

/* Types, shapes, bounds; *scale gets three scales if *quantised. */
static status_t prepare(kernel_ctx_t *ctx, arithmetic_t **result, float *scale, bool *quantised) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    const tensor_t *output = kernel_output(ctx, 0);
    TRY(kernel_require_type(ctx, 0, output->type));
    TRY(kernel_require_type(ctx, 1, output->type));
    arithmetic_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    *result = params;
    TRY(broadcast_prepare(ctx, 2, &params->plan));
    *quantised = output->type == TENSOR_INT8 || output->type == TENSOR_INT16;
    if (*quantised) {
        for (unsigned i = 0; i < 3; i++) {
            TRY(kernel_scale(ctx, i == 2 ? KERNEL_OUTPUT : i, &scale[i], &params->zero_point[i]));
        }
        return clamp_activation(ctx, 0, &params->low.integer, &params->high.integer);
    }
    if (output->type == TENSOR_FLOAT32) {
        real_bounds(kernel_option_byte(ctx, 0, ACTIVATION_NONE), params);
        return STATUS_OK;
    }
    return kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT32);
}

static status_t invoke(const kernel_ctx_t *ctx, const arithmetic_rows_t *rows) {
    const arithmetic_t *params = ctx->params;
    broadcast_function_t function = rows->s8;
    switch (kernel_output(ctx, 0)->type) {
        case TENSOR_INT16:
            function = rows->s16;
            break;
        case TENSOR_INT32:
            function = rows->s32;
            break;
        case TENSOR_FLOAT32:
            function = rows->f32;
            break;
    }
    broadcast_run(ctx, params->plan, function, params);
    return STATUS_OK;
}

/* One row function: `expression` of a, b and the parameters p. */
#define ROW(name, type, expression)                                     \
    static void name(const broadcast_row_t *row, const void *params) {  \
        const arithmetic_t p = *(const arithmetic_t *)params;           \
        (void)p;                                                        \
        const type *first = row->in[0], *second = row->in[1];           \
        type *out = row->out;                                           \
        for (int32_t i = 0; i < row->count; i++) {                      \
            type a = *first, b = *second;                               \
            out[i] = (type)(expression);                                \
            first += row->step[0];                                      \
            second += row->step[1];                                     \
        }                                                               \
    }

static float clamp_real(float x, const arithmetic_t *p) {
    x = x < p->low.real ? p->low.real : x;
    return x > p->high.real ? p->high.real : x;
}

/* Sums: both inputs are brought to twice the larger scale. */
static status_t sum_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    TRY(prepare(ctx, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    bool wide = kernel_output(ctx, 0)->type == TENSOR_INT16;
    float larger = scale[0] > scale[1] ? scale[0] : scale[1];
    params->left_shift = wide ? 15 : 20;
    TRY(set_factor(ctx, params, 0, requant_ratio(scale[0], 0.5f, larger), 0));
    TRY(set_factor(ctx, params, 1, requant_ratio(scale[1], 0.5f, larger), 0));
    return set_factor(ctx, params, 2, requant_ratio(larger, wide ? 0x1p-14f : 0x1p-19f, scale[2]), 0);
}

static int32_t scaled(int32_t x, const arithmetic_t *p, unsigned index) {
    return requant_divide_pot(requant_high_mul(x, p->multiplier[index]), -p->shift[index]);
}

/* sign: 0 for a sum, -1 for a difference. */
static int32_t quantised_sum(int32_t a, int32_t b, int32_t sign, const arithmetic_t *p) {
    a = scaled((a - p->zero_point[0]) * (1 << p->left_shift), p, 0);
    b = scaled((b - p->zero_point[1]) * (1 << p->left_shift), p, 1);
    int32_t sum = scaled(a + ((b ^ sign) - sign), p, 2);
    return requant_clamp(sum + p->zero_point[2], p->low.integer, p->high.integer);
}

ROW(add_s8, int8_t, quantised_sum(a, b, 0, &p))
ROW(add_s16, int16_t, quantised_sum(a, b, 0, &p))
ROW(add_s32, uint32_t, a + b)
ROW(add_f32, float, clamp_real(a + b, &p))

status_t add_prepare(kernel_ctx_t *ctx) {
    return sum_prepare(ctx);
}

status_t add_invoke(const kernel_ctx_t *ctx) {
    static const arithmetic_rows_t rows = {add_s8, add_s16, add_s32, add_f32};
    return invoke(ctx, &rows);
}

ROW(sub_s8, int8_t, quantised_sum(a, b, -1, &p))
ROW(sub_s16, int16_t, quantised_sum(a, b, -1, &p))
ROW(sub_s32, uint32_t, a - b)
ROW(sub_f32, float, clamp_real(a - b, &p))

status_t sub_prepare(kernel_ctx_t *ctx) {
    return sum_prepare(ctx);
}

status_t sub_invoke(const kernel_ctx_t *ctx) {
    static const arithmetic_rows_t rows = {sub_s8, sub_s16, sub_s32, sub_f32};
    return invoke(ctx, &rows);
}

static int32_t quantised_product(int32_t a, int32_t b, const arithmetic_t *p) {
    int32_t product = (a - p->zero_point[0]) * (b - p->zero_point[1]);
    product = requant_apply(product, p->multiplier[2], p->shift[2]);
    return requant_clamp(product + p->zero_point[2], p->low.integer, p->high.integer);
}

ROW(mul_s8, int8_t, quantised_product(a, b, &p))
ROW(mul_s16, int16_t, quantised_product(a, b, &p))
ROW(mul_s32, uint32_t, a * b)
ROW(mul_f32, float, clamp_real(a * b, &p))

status_t mul_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    TRY(prepare(ctx, &params, scale, &quantised));
    return quantised ? set_factor(ctx, params, 2, requant_ratio(scale[0], scale[1], scale[2]), 30) : STATUS_OK;
}

status_t mul_invoke(const kernel_ctx_t *ctx) {
    static const arithmetic_rows_t rows = {mul_s8, mul_s16, mul_s32, mul_f32};
    return invoke(ctx, &rows);
}
