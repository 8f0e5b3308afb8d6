/* SPDX-License-Identifier: MIT
 * ADD, SUB, MUL and SQUARED_DIFFERENCE of two operands, quantised (int8, int16) or plain (int32, float32), and the
 * preparation that they share with the divisions. */
#include "arithmetic.h"

#include "clamp.h"

/* ---- shared --------------------------------------------------------------------------------------------------- */

status_t arithmetic_set_factor(const kernel_ctx_t *ctx, arithmetic_t *params, unsigned index, requant_t factor, int32_t most) {
    if (factor.shift > most) {
        return kernel_fail(ctx, STATUS_SCALES, index == 2 ? KERNEL_OUTPUT : index, factor.shift, most);
    }
    params->multiplier[index] = factor.multiplier;
    params->shift[index] = (int8_t)factor.shift;
    return STATUS_OK;
}

static void set_real_bounds(int32_t activation, arithmetic_t *params) {
    const float most = 3.402823466e38f;
    bool one = activation == ACTIVATION_RELU_N1_TO_1;
    params->low.real = activation == ACTIVATION_NONE ? -most : one ? -1.0f : 0.0f;
    params->high.real = activation == ACTIVATION_RELU6 ? 6.0f : one ? 1.0f : most;
}

static broadcast_function_t row_of(const arithmetic_rows_t *rows, unsigned type) {
    switch (type) {
        case TENSOR_INT8:
            return rows->s8;
        case TENSOR_INT16:
            return rows->s16;
        case TENSOR_INT32:
            return rows->s32;
        case TENSOR_FLOAT32:
            return rows->f32;
        default:
            return NULL;
    }
}

status_t arithmetic_prepare(kernel_ctx_t *ctx, const arithmetic_rows_t *rows, bool activation, arithmetic_t **result,
                            float *scale, bool *quantised) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    unsigned type = kernel_output(ctx, 0)->type;
    TRY(kernel_require_type(ctx, 0, type));
    TRY(kernel_require_type(ctx, 1, type));
    if (row_of(rows, type) == NULL) {
        return kernel_require_type(ctx, KERNEL_OUTPUT, rows->s8 != NULL ? TENSOR_INT8 : TENSOR_INT32);
    }
    arithmetic_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    *result = params;
    TRY(broadcast_prepare(ctx, 2, &params->plan));
    *quantised = type == TENSOR_INT8 || type == TENSOR_INT16;
    if (*quantised) {
        for (unsigned i = 0; i < 3; i++) {
            TRY(kernel_scale(ctx, i == 2 ? KERNEL_OUTPUT : i, &scale[i], &params->zero_point[i]));
        }
        if (activation) {
            return clamp_activation(ctx, 0, &params->low.integer, &params->high.integer);
        }
        clamp_type_range(type, &params->low.integer, &params->high.integer);
    } else if (type == TENSOR_FLOAT32) {
        set_real_bounds(activation ? kernel_option_byte(ctx, 0, ACTIVATION_NONE) : ACTIVATION_NONE, params);
    }
    return STATUS_OK;
}

status_t arithmetic_invoke(const kernel_ctx_t *ctx, const arithmetic_rows_t *rows) {
    const arithmetic_t *params = ctx->params;
    broadcast_run(ctx, params->plan, row_of(rows, kernel_output(ctx, 0)->type), params);
    return STATUS_OK;
}

float arithmetic_clamp_real(float x, const arithmetic_t *params) {
    x = x < params->low.real ? params->low.real : x;
    return x > params->high.real ? params->high.real : x;
}

/* Both inputs are brought to twice the larger scale, with `bits` more in front. */
static status_t set_input_factors(const kernel_ctx_t *ctx, arithmetic_t *params, const float *scale, int32_t bits,
                                  float *larger) {
    *larger = scale[0] > scale[1] ? scale[0] : scale[1];
    params->left_shift = (uint8_t)bits;
    TRY(arithmetic_set_factor(ctx, params, 0, requant_ratio(scale[0], 0.5f, *larger), 0));
    return arithmetic_set_factor(ctx, params, 1, requant_ratio(scale[1], 0.5f, *larger), 0);
}

static int32_t scaled(int32_t x, const arithmetic_t *p, unsigned index) {
    return requant_divide_pot(requant_high_mul(x, p->multiplier[index]), -p->shift[index]);
}

/* The operand in units of twice the larger scale. */
static int32_t operand(int32_t x, const arithmetic_t *p, unsigned index) {
    return scaled((x - p->zero_point[index]) * (1 << p->left_shift), p, index);
}

static int32_t finish(int32_t x, const arithmetic_t *p) {
    return requant_clamp(x + p->zero_point[2], p->low.integer, p->high.integer);
}

/* ---- ADD, SUB ------------------------------------------------------------------------------------------------- */

static status_t sum_prepare(kernel_ctx_t *ctx, const arithmetic_rows_t *rows) {
    arithmetic_t *params;
    float scale[3], larger;
    bool quantised;
    TRY(arithmetic_prepare(ctx, rows, true, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    bool wide = kernel_output(ctx, 0)->type == TENSOR_INT16;
    TRY(set_input_factors(ctx, params, scale, wide ? 15 : 20, &larger));
    return arithmetic_set_factor(ctx, params, 2, requant_ratio(larger, wide ? 0x1p-14f : 0x1p-19f, scale[2]), 0);
}

/* sign: 0 for a sum, -1 for a difference. */
static int32_t quantised_sum(int32_t a, int32_t b, int32_t sign, const arithmetic_t *p) {
    b = (operand(b, p, 1) ^ sign) - sign;
    return finish(scaled(operand(a, p, 0) + b, p, 2), p);
}

ARITHMETIC_ROW(add_s8, int8_t, quantised_sum(a, b, 0, &p))
ARITHMETIC_ROW(add_s16, int16_t, quantised_sum(a, b, 0, &p))
ARITHMETIC_ROW(add_s32, uint32_t, a + b)
ARITHMETIC_ROW(add_f32, float, arithmetic_clamp_real(a + b, &p))

static const arithmetic_rows_t add_rows = {add_s8, add_s16, add_s32, add_f32};

status_t add_prepare(kernel_ctx_t *ctx) {
    return sum_prepare(ctx, &add_rows);
}

status_t add_invoke(const kernel_ctx_t *ctx) {
    return arithmetic_invoke(ctx, &add_rows);
}

ARITHMETIC_ROW(sub_s8, int8_t, quantised_sum(a, b, -1, &p))
ARITHMETIC_ROW(sub_s16, int16_t, quantised_sum(a, b, -1, &p))
ARITHMETIC_ROW(sub_s32, uint32_t, a - b)
ARITHMETIC_ROW(sub_f32, float, arithmetic_clamp_real(a - b, &p))

static const arithmetic_rows_t sub_rows = {sub_s8, sub_s16, sub_s32, sub_f32};

status_t sub_prepare(kernel_ctx_t *ctx) {
    return sum_prepare(ctx, &sub_rows);
}

status_t sub_invoke(const kernel_ctx_t *ctx) {
    return arithmetic_invoke(ctx, &sub_rows);
}

/* ---- SQUARED_DIFFERENCE --------------------------------------------------------------------------------------- */

static int32_t quantised_square(int32_t a, int32_t b, const arithmetic_t *p) {
    a = operand(a, p, 0) - operand(b, p, 1);
    return finish(requant_apply(a * a, p->multiplier[2], p->shift[2]), p);
}

ARITHMETIC_ROW(squared_difference_s8, int8_t, quantised_square(a, b, &p))
ARITHMETIC_ROW(squared_difference_s16, int16_t, quantised_square(a, b, &p))
ARITHMETIC_ROW(squared_difference_s32, uint32_t, (a - b) * (a - b))
ARITHMETIC_ROW(squared_difference_f32, float, (a - b) * (a - b))

static const arithmetic_rows_t squared_difference_rows = {squared_difference_s8, squared_difference_s16,
                                                          squared_difference_s32, squared_difference_f32};

status_t squared_difference_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3], larger;
    bool quantised;
    TRY(arithmetic_prepare(ctx, &squared_difference_rows, false, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    bool wide = kernel_output(ctx, 0)->type == TENSOR_INT16;
    for (unsigned i = 0; wide && i < 3; i++) { /* a difference of 17 bits would overflow when squared */
        if (params->zero_point[i] != 0) {
            return kernel_fail(ctx, STATUS_ZERO_POINT, i == 2 ? KERNEL_OUTPUT : i, params->zero_point[i], 0);
        }
    }
    TRY(set_input_factors(ctx, params, scale, wide ? 0 : 7, &larger));
    larger *= wide ? 2.0f : 2.0f / 128.0f;
    return arithmetic_set_factor(ctx, params, 2, requant_ratio(larger, larger, scale[2]), 30);
}

status_t squared_difference_invoke(const kernel_ctx_t *ctx) {
    return arithmetic_invoke(ctx, &squared_difference_rows);
}

/* ---- MUL ------------------------------------------------------------------------------------------------------ */

static int32_t quantised_product(int32_t a, int32_t b, const arithmetic_t *p) {
    /* int16 with zero points of its ends may wrap, as in the reference */
    uint32_t product = (uint32_t)(a - p->zero_point[0]) * (uint32_t)(b - p->zero_point[1]);
    a = requant_apply((int32_t)product, p->multiplier[2], p->shift[2]);
    return finish(requant_clamp(a, -(1 << 30), 1 << 30), p);
}

ARITHMETIC_ROW(mul_s8, int8_t, quantised_product(a, b, &p))
ARITHMETIC_ROW(mul_s16, int16_t, quantised_product(a, b, &p))
ARITHMETIC_ROW(mul_s32, uint32_t, a * b)
ARITHMETIC_ROW(mul_f32, float, arithmetic_clamp_real(a * b, &p))

static const arithmetic_rows_t mul_rows = {mul_s8, mul_s16, mul_s32, mul_f32};

status_t mul_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    TRY(arithmetic_prepare(ctx, &mul_rows, true, &params, scale, &quantised));
    return quantised ? arithmetic_set_factor(ctx, params, 2, requant_ratio(scale[0], scale[1], scale[2]), 30) : STATUS_OK;
}

status_t mul_invoke(const kernel_ctx_t *ctx) {
    return arithmetic_invoke(ctx, &mul_rows);
}
