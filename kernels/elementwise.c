/* SPDX-License-Identifier: MIT
 * Operators that choose or combine elements and never rescale: MINIMUM, MAXIMUM, LOGICAL_AND, LOGICAL_OR,
 * LOGICAL_NOT, SELECT_V2. */
#include "broadcast.h"
#include "kernel.h"
#include "unary.h"

typedef struct {
    const broadcast_t *plan;
    bool maximum;
} elementwise_t;

/* Inputs `first` and later have the output's type. */
static status_t prepare(kernel_ctx_t *ctx, unsigned inputs, unsigned first, bool maximum) {
    TRY(kernel_arity(ctx, inputs, inputs, 1));
    for (unsigned k = first; k < inputs; k++) {
        TRY(kernel_require_type(ctx, k, kernel_output(ctx, 0)->type));
    }
    elementwise_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    params->maximum = maximum;
    return broadcast_prepare(ctx, inputs, &params->plan);
}

static status_t invoke(const kernel_ctx_t *ctx, broadcast_function_t function) {
    const elementwise_t *params = ctx->params;
    broadcast_run(ctx, params->plan, function, params);
    return STATUS_OK;
}

#define ROW(name, type, result)                                        \
    static void name(const broadcast_row_t *row, const void *params) { \
        const bool maximum = ((const elementwise_t *)params)->maximum; \
        (void)maximum;                                                 \
        const type *first = row->in[0], *second = row->in[1];          \
        type *out = row->out;                                          \
        for (int32_t i = 0; i < row->count; i++) {                     \
            type a = *first, b = *second;                              \
            out[i] = result;                                           \
            first += row->step[0];                                     \
            second += row->step[1];                                    \
        }                                                              \
    }

/* ---- MINIMUM, MAXIMUM ------------------------------------------------------------------------------------------ */

/* where NaN is involved: b, as in the reference */
#define EXTREME ((maximum ? a > b : a < b) ? a : b)

ROW(extreme_s8, int8_t, EXTREME)
ROW(extreme_s16, int16_t, EXTREME)
ROW(extreme_s32, int32_t, EXTREME)
ROW(extreme_s64, int64_t, EXTREME)
ROW(extreme_f32, float, EXTREME)

static broadcast_function_t extreme_row(unsigned type) {
    switch (type) {
        case TENSOR_INT8:
            return extreme_s8;
        case TENSOR_INT16:
            return extreme_s16;
        case TENSOR_INT32:
            return extreme_s32;
        case TENSOR_INT64:
            return extreme_s64;
        case TENSOR_FLOAT32:
            return extreme_f32;
        default:
            return NULL;
    }
}

static status_t extreme_prepare(kernel_ctx_t *ctx, bool maximum) {
    TRY(prepare(ctx, 2, 0, maximum));
    return extreme_row(kernel_output(ctx, 0)->type) ? STATUS_OK : kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT8);
}

static status_t extreme_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, extreme_row(kernel_output(ctx, 0)->type));
}

status_t minimum_prepare(kernel_ctx_t *ctx) {
    return extreme_prepare(ctx, false);
}

status_t minimum_invoke(const kernel_ctx_t *ctx) {
    return extreme_invoke(ctx);
}

status_t maximum_prepare(kernel_ctx_t *ctx) {
    return extreme_prepare(ctx, true);
}

status_t maximum_invoke(const kernel_ctx_t *ctx) {
    return extreme_invoke(ctx);
}

/* ---- LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT ----------------------------------------------------------------------- */

ROW(and_bool, uint8_t, (a != 0) & (b != 0))
ROW(or_bool, uint8_t, (a | b) != 0)

static status_t logical_prepare(kernel_ctx_t *ctx) {
    TRY(prepare(ctx, 2, 0, false));
    return kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_BOOL);
}

status_t logical_and_prepare(kernel_ctx_t *ctx) {
    return logical_prepare(ctx);
}

status_t logical_and_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, and_bool);
}

status_t logical_or_prepare(kernel_ctx_t *ctx) {
    return logical_prepare(ctx);
}

status_t logical_or_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, or_bool);
}

status_t logical_not_prepare(kernel_ctx_t *ctx) {
    TRY(unary_prepare(ctx));
    TRY(kernel_require_type(ctx, 0, TENSOR_BOOL));
    return kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_BOOL);
}

status_t logical_not_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0);
    const uint8_t *in = input->data;
    uint8_t *out = kernel_output(ctx, 0)->data;
    for (uint32_t i = 0; i < input->count; i++) {
        out[i] = in[i] == 0;
    }
    return STATUS_OK;
}

/* ---- SELECT_V2: where(condition, a, b), by the size of an element ----------------------------------------------- */

#define SELECT_ROW(name, type)                                         \
    static void name(const broadcast_row_t *row, const void *params) { \
        (void)params;                                                  \
        const uint8_t *condition = row->in[0];                         \
        const type *first = row->in[1], *second = row->in[2];          \
        type *out = row->out;                                          \
        for (int32_t i = 0; i < row->count; i++) {                     \
            out[i] = *condition ? *first : *second;                    \
            condition += row->step[0];                                 \
            first += row->step[1];                                     \
            second += row->step[2];                                    \
        }                                                              \
    }

SELECT_ROW(select_1, uint8_t)
SELECT_ROW(select_2, uint16_t)
SELECT_ROW(select_4, uint32_t)
SELECT_ROW(select_8, uint64_t)

status_t select_v2_prepare(kernel_ctx_t *ctx) {
    TRY(prepare(ctx, 3, 1, false));
    return kernel_require_type(ctx, 0, TENSOR_BOOL);
}

status_t select_v2_invoke(const kernel_ctx_t *ctx) {
    switch (kernel_output(ctx, 0)->item_bytes) {
        case 1:
            return invoke(ctx, select_1);
        case 2:
            return invoke(ctx, select_2);
        case 4:
            return invoke(ctx, select_4);
        default:
            return invoke(ctx, select_8);
    }
}
