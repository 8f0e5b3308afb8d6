/* SPDX-License-Identifier: MIT
 * EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL: one comparison of two operands, six readings of it. */
#include "broadcast.h"
#include "kernel.h"
#include "requant.h"

/* A comparison comes out as 0: less, 1: equal, 2: greater, 3: unordered (NaN). An operator is the set of those for
 * which it answers true, a bit each. */
enum { LESS = 1, EQUAL = 2, GREATER = 4, UNORDERED = 8 };

/* int8 and int16 operands are brought to one scale. */
typedef struct {
    const broadcast_t *plan;
    int32_t multiplier[2];
    int32_t zero_point[2];
    int8_t shift[2];
    uint8_t answer;
} compare_t;

#define LEFT_SHIFT 8

static status_t set_scales(const kernel_ctx_t *ctx, compare_t *params) {
    requant_t factor[2];
    int32_t excess = 0;
    for (unsigned k = 0; k < 2; k++) {
        float scale;
        TRY(kernel_scale(ctx, k, &scale, &params->zero_point[k]));
        factor[k] = requant_ratio(scale, 1.0f, 1.0f);
        excess = factor[k].shift > excess ? factor[k].shift : excess;
    }
    for (unsigned k = 0; k < 2; k++) { /* the reference knows scales below 1 alone; others are halved together */
        int32_t shift = factor[k].shift - excess;
        params->multiplier[k] = shift < -31 ? 0 : factor[k].multiplier;
        params->shift[k] = (int8_t)(shift < -31 ? -31 : shift);
    }
    return STATUS_OK;
}

/* The reference orders int16 operands as they are, so their scales must agree. Equality of int16 goes by set_scales,
 * however coarse that is for small scales: so does the reference. */
static status_t set_order_s16(const kernel_ctx_t *ctx, compare_t *params) {
    float scale[2];
    int32_t zero_point[2];
    for (unsigned k = 0; k < 2; k++) {
        TRY(kernel_scale(ctx, k, &scale[k], &zero_point[k]));
        params->multiplier[k] = 1 << 30; /* exact: 2^8 / 2 */
    }
    bool same = memcmp(&scale[0], &scale[1], sizeof scale[0]) == 0 && zero_point[0] == zero_point[1];
    return same ? STATUS_OK : kernel_fail(ctx, STATUS_SCALES, 1, 0, 0);
}

static status_t compare_prepare(kernel_ctx_t *ctx, uint8_t answer) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    unsigned type = kernel_input(ctx, 0)->type;
    TRY(kernel_require_type(ctx, 1, type));
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_BOOL));
    compare_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    params->answer = answer;
    switch (type) {
        case TENSOR_INT8:
            TRY(set_scales(ctx, params));
            break;
        case TENSOR_INT16:
            /* an ordering: less and greater are answered differently */
            TRY(((answer >> 2) ^ answer) & LESS ? set_order_s16(ctx, params) : set_scales(ctx, params));
            break;
        case TENSOR_BOOL:
        case TENSOR_INT32:
        case TENSOR_INT64:
        case TENSOR_FLOAT32:
            break;
        default:
            return kernel_require_type(ctx, 0, TENSOR_INT8);
    }
    return broadcast_prepare(ctx, 2, &params->plan);
}

static int32_t scaled(int32_t x, const compare_t *p, unsigned k) {
    x = (x - p->zero_point[k]) * (1 << LEFT_SHIFT);
    return requant_divide_pot(requant_high_mul(x, p->multiplier[k]), -p->shift[k]);
}

/* One row function: the operands as `work`, from expressions of what first and second point at. */
#define ROW(name, type, work, a_value, b_value, unordered)                                 \
    static void name(const broadcast_row_t *row, const void *params) {                     \
        const compare_t p = *(const compare_t *)params;                                    \
        const type *first = row->in[0], *second = row->in[1];                              \
        const int32_t first_step = row->step[0], second_step = row->step[1], n = row->count; \
        uint8_t *out = row->out;                                                           \
        for (int32_t i = 0; i < n; i++) {                                                  \
            work a = a_value, b = b_value;                                                 \
            int order = unordered ? 3 : 1 + (a > b) - (a < b);                             \
            out[i] = (p.answer >> order) & 1;                                              \
            first += first_step;                                                           \
            second += second_step;                                                         \
        }                                                                                  \
    }

ROW(compare_s8, int8_t, int32_t, scaled(*first, &p, 0), scaled(*second, &p, 1), false)
ROW(compare_bool, uint8_t, bool, *first, *second, false)
ROW(compare_s16, int16_t, int32_t, scaled(*first, &p, 0), scaled(*second, &p, 1), false)
ROW(compare_s32, int32_t, int32_t, *first, *second, false)
ROW(compare_s64, int64_t, int64_t, *first, *second, false)
ROW(compare_f32, float, float, *first, *second, !(a <= b || a > b))

static status_t compare_invoke(const kernel_ctx_t *ctx) {
    const compare_t *params = ctx->params;
    broadcast_function_t function = compare_s8;
    switch (kernel_input(ctx, 0)->type) {
        case TENSOR_BOOL:
            function = compare_bool;
            break;
        case TENSOR_INT16:
            function = compare_s16;
            break;
        case TENSOR_INT32:
            function = compare_s32;
            break;
        case TENSOR_INT64:
            function = compare_s64;
            break;
        case TENSOR_FLOAT32:
            function = compare_f32;
            break;
    }
    broadcast_run(ctx, params->plan, function, params);
    return STATUS_OK;
}

#define OPERATOR(name, answer)                          \
    status_t name##_prepare(kernel_ctx_t *ctx) {        \
        return compare_prepare(ctx, answer);            \
    }                                                   \
    status_t name##_invoke(const kernel_ctx_t *ctx) {   \
        return compare_invoke(ctx);                     \
    }

OPERATOR(equal, EQUAL)
OPERATOR(not_equal, LESS | GREATER | UNORDERED)
OPERATOR(greater, GREATER)
OPERATOR(greater_equal, GREATER | EQUAL)
OPERATOR(less, LESS)
OPERATOR(less_equal, LESS | EQUAL)
