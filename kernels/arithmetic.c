/* SPDX-License-Identifier: MIT
 * ADD, SUB, MUL and SQUARED_DIFFERENCE of two operands, quantised (int8, int16) or plain (int32, float32), and the
 * preparation that they share with the divisions. */
#include "arithmetic.h"

#include "clamp.h"
#include "inner/inner.h"

/* A function of numbers that are not quantised; unused ones would stay in a table. */
#define PLAIN(function) (MPYLITE_INT8_ONLY ? NULL : (function))

/* ---- shared --------------------------------------------------------------------------------------------------- */

status_t arithmetic_set_factor(const kernel_ctx_t *ctx, arithmetic_t *params, unsigned index, requant_t factor,
                               int32_t most) {
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

static bool has_type(const arithmetic_operator_t *op, unsigned type) {
    return type == TENSOR_INT8                 ? op->quantised != NULL
           : KERNEL_IS(type, TENSOR_INT16) ? op->s16
           : KERNEL_IS(type, TENSOR_INT32) ? op->integer != NULL
                                           : KERNEL_IS(type, TENSOR_FLOAT32);
}

status_t arithmetic_prepare(kernel_ctx_t *ctx, const arithmetic_operator_t *op, bool activation, arithmetic_t **result,
                            float *scale, bool *quantised) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    unsigned type = kernel_output(ctx, 0)->type;
    TRY(kernel_require_type(ctx, 0, type));
    TRY(kernel_require_type(ctx, 1, type));
    if (!has_type(op, type)) {
        return kernel_require_type(ctx, KERNEL_OUTPUT, op->quantised != NULL ? TENSOR_INT8 : TENSOR_INT32);
    }
    arithmetic_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    *result = params;
    TRY(broadcast_prepare(ctx, 2, &params->plan));
    *quantised = type == TENSOR_INT8 || KERNEL_IS(type, TENSOR_INT16);
    if (*quantised) {
        for (unsigned i = 0; i < 3; i++) {
            TRY(kernel_scale(ctx, i == 2 ? KERNEL_OUTPUT : i, &scale[i], &params->zero_point[i]));
        }
        if (activation) {
            return clamp_activation(ctx, 0, &params->low.integer, &params->high.integer);
        }
        clamp_type_range(type, &params->low.integer, &params->high.integer);
    } else if (KERNEL_IS(type, TENSOR_FLOAT32)) {
        set_real_bounds(activation ? kernel_option_byte(ctx, 0, ACTIVATION_NONE) : ACTIVATION_NONE, params);
    }
    return STATUS_OK;
}

/* What a row function needs. */
typedef struct {
    const arithmetic_t *params;
    const arithmetic_operator_t *op;
    bool wide; /* int16 */
} call_t;

static void quantised_row(const broadcast_row_t *row, const void *params) {
    const call_t call = *(const call_t *)params;
    int32_t first = 0, second = 0;
    for (int32_t i = 0; i < row->count; i++) {
        if (!MPYLITE_INT8_ONLY && call.wide) {
            const int16_t *a = row->in[0], *b = row->in[1];
            ((int16_t *)row->out)[i] = (int16_t)call.op->quantised(a[first], b[second], call.params);
        } else {
            const int8_t *a = row->in[0], *b = row->in[1];
            ((int8_t *)row->out)[i] = (int8_t)call.op->quantised(a[first], b[second], call.params);
        }
        first += row->step[0];
        second += row->step[1];
    }
}

static void integer_row(const broadcast_row_t *row, const void *params) {
    const call_t *call = params;
    const uint32_t *a = row->in[0], *b = row->in[1];
    for (int32_t i = 0; i < row->count; i++) {
        ((uint32_t *)row->out)[i] = call->op->integer(*a, *b);
        a += row->step[0];
        b += row->step[1];
    }
}

static void real_row(const broadcast_row_t *row, const void *params) {
    const call_t *call = params;
    const float *a = row->in[0], *b = row->in[1];
    float low = call->params->low.real, high = call->params->high.real;
    for (int32_t i = 0; i < row->count; i++) {
        float y = call->op->real(*a, *b);
        y = y < low ? low : y;
        ((float *)row->out)[i] = y > high ? high : y;
        a += row->step[0];
        b += row->step[1];
    }
}

status_t arithmetic_invoke(const kernel_ctx_t *ctx, const arithmetic_operator_t *op) {
    unsigned type = kernel_output(ctx, 0)->type;
    call_t call = {ctx->params, op, KERNEL_IS(type, TENSOR_INT16)};
    broadcast_function_t row = KERNEL_IS(type, TENSOR_INT32)     ? integer_row
                               : KERNEL_IS(type, TENSOR_FLOAT32) ? real_row
                                                                 : quantised_row;
    broadcast_run(ctx, call.params->plan, row, &call);
    return STATUS_OK;
}

/* Both inputs are brought to twice the larger scale, with `bits` more in front. */
static status_t set_input_factors(const kernel_ctx_t *ctx, arithmetic_t *params, const float *scale, int32_t bits,
                                  float *larger) {
    int32_t raw[2]; /* positive floats are ordered like these */
    memcpy(raw, scale, sizeof raw);
    *larger = scale[raw[0] > raw[1] ? 0 : 1];
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
    return clamp_sum(x, p->zero_point[2], p->low.integer, p->high.integer);
}

/* ---- ADD, SUB ------------------------------------------------------------------------------------------------- */

static status_t sum_prepare(kernel_ctx_t *ctx, const arithmetic_operator_t *op) {
    arithmetic_t *params;
    float scale[3], larger;
    bool quantised;
    TRY(arithmetic_prepare(ctx, op, true, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    bool wide = KERNEL_IS(kernel_output(ctx, 0)->type, TENSOR_INT16);
    TRY(set_input_factors(ctx, params, scale, wide ? 15 : 20, &larger));
    TRY(arithmetic_set_factor(ctx, params, 2, requant_ratio(larger, wide ? 0x1p-14f : 0x1p-19f, scale[2]), 0));
    uint32_t scratch_bytes = !INNER_HAS_LAYERS || wide || params->shift[2] >= 0 ? 0 : inner_sum_scratch(kernel_scratch_most(ctx));
    params->by_tables = scratch_bytes != 0;
    kernel_scratch(ctx, scratch_bytes);
    return STATUS_OK;
}

static int32_t sub_quantised(int32_t a, int32_t b, const arithmetic_t *p) {
    return finish(scaled(operand(a, p, 0) - operand(b, p, 1), p, 2), p);
}

static uint32_t sub_integer(uint32_t a, uint32_t b) {
    return a - b;
}

static float sub_real(float a, float b) {
    return a - b;
}

static const arithmetic_operator_t sub_operator = {sub_quantised, PLAIN(sub_integer), PLAIN(sub_real), true};

/* Every operand's value, by its byte. */
static void fill_table(int32_t *table, const arithmetic_t *p, unsigned index, bool negative) {
    bool half = p->multiplier[index] == 1 << 30 && p->shift[index] == 0; /* the operand of the larger scale */
    for (int32_t byte = 0; byte < 256; byte++) {
        int32_t x = (int8_t)byte;
        int32_t value = half ? (x - p->zero_point[index]) * (1 << (p->left_shift - 1)) : operand(x, p, index);
        table[byte] = negative ? -value : value;
    }
}

typedef struct {
    const arithmetic_t *params;
    int32_t *tables;
} table_call_t;

static void table_row(const broadcast_row_t *row, const void *arg) {
    const table_call_t *call = arg;
    const arithmetic_t *p = call->params;
    inner_sum_t sum = {call->tables, call->tables + 256, row->in[0], row->in[1], row->out, call->tables + 512, row->count,
                       {&p->multiplier[2], &p->shift[2], 0, p->zero_point[2], p->low.integer, p->high.integer}};
    inner_sum_s8(&sum);
}

static status_t sum_invoke(const kernel_ctx_t *ctx, const arithmetic_operator_t *op) {
    table_call_t call = {ctx->params, ctx->scratch};
    const broadcast_axis_t *row = call.params->plan->axis;
    if (!INNER_HAS_LAYERS || !call.params->by_tables || row->step[0] != 1 || row->step[1] != 1) {
        return arithmetic_invoke(ctx, op);
    }
    fill_table(call.tables, call.params, 0, false);
    fill_table(call.tables + 256, call.params, 1, op == &sub_operator);
    broadcast_run(ctx, call.params->plan, table_row, &call);
    return STATUS_OK;
}

static int32_t add_quantised(int32_t a, int32_t b, const arithmetic_t *p) {
    return finish(scaled(operand(a, p, 0) + operand(b, p, 1), p, 2), p);
}

static uint32_t add_integer(uint32_t a, uint32_t b) {
    return a + b;
}

static float add_real(float a, float b) {
    return a + b;
}

static const arithmetic_operator_t add_operator = {add_quantised, PLAIN(add_integer), PLAIN(add_real), true};

status_t add_prepare(kernel_ctx_t *ctx) {
    return sum_prepare(ctx, &add_operator);
}

status_t add_invoke(const kernel_ctx_t *ctx) {
    return sum_invoke(ctx, &add_operator);
}

status_t sub_prepare(kernel_ctx_t *ctx) {
    return sum_prepare(ctx, &sub_operator);
}

status_t sub_invoke(const kernel_ctx_t *ctx) {
    return sum_invoke(ctx, &sub_operator);
}

/* ---- SQUARED_DIFFERENCE --------------------------------------------------------------------------------------- */

static int32_t squared_quantised(int32_t a, int32_t b, const arithmetic_t *p) {
    a = operand(a, p, 0) - operand(b, p, 1);
    return finish(requant_apply(a * a, p->multiplier[2], p->shift[2]), p);
}

static uint32_t squared_integer(uint32_t a, uint32_t b) {
    return (a - b) * (a - b);
}

static float squared_real(float a, float b) {
    return (a - b) * (a - b);
}

static const arithmetic_operator_t squared_operator = {squared_quantised, PLAIN(squared_integer), PLAIN(squared_real), true};

status_t squared_difference_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3], larger;
    bool quantised;
    TRY(arithmetic_prepare(ctx, &squared_operator, false, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    bool wide = KERNEL_IS(kernel_output(ctx, 0)->type, TENSOR_INT16);
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
    return arithmetic_invoke(ctx, &squared_operator);
}

/* ---- MUL ------------------------------------------------------------------------------------------------------ */

static int32_t mul_quantised(int32_t a, int32_t b, const arithmetic_t *p) {
    /* int16 with zero points of its ends may wrap, as in the reference */
    uint32_t product = (uint32_t)(a - p->zero_point[0]) * (uint32_t)(b - p->zero_point[1]);
    return finish(requant_apply((int32_t)product, p->multiplier[2], p->shift[2]), p);
}

static uint32_t mul_integer(uint32_t a, uint32_t b) {
    return a * b;
}

static float mul_real(float a, float b) {
    return a * b;
}

static const arithmetic_operator_t mul_operator = {mul_quantised, PLAIN(mul_integer), PLAIN(mul_real), true};

status_t mul_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    TRY(arithmetic_prepare(ctx, &mul_operator, true, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    return arithmetic_set_factor(ctx, params, 2, requant_ratio(scale[0], scale[1], scale[2]), 30);
}

status_t mul_invoke(const kernel_ctx_t *ctx) {
    return arithmetic_invoke(ctx, &mul_operator);
}
