/* SPDX-License-Identifier: MIT
 * DIV, FLOOR_DIV and FLOOR_MOD. An int32 divisor of 0 is an error of the invocation; a quantised one saturates. */
#include "arithmetic.h"
#include "fixed.h"
#include "real.h"

/* Divisions by 0 are not defined in C. Broadcasting does not matter here. */
static status_t check_divisors(const kernel_ctx_t *ctx) {
    const tensor_t *divisor = kernel_input(ctx, 1);
    if (divisor->type == TENSOR_INT32) {
        for (uint32_t i = 0; i < divisor->count; i++) {
            if (((const int32_t *)divisor->data)[i] == 0) {
                return kernel_fail(ctx, STATUS_DIVISION, 1, 0, 1);
            }
        }
    }
    return STATUS_OK;
}

static status_t prepare_plain(kernel_ctx_t *ctx, const arithmetic_rows_t *rows) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    return arithmetic_prepare(ctx, rows, false, &params, scale, &quantised);
}

static status_t invoke(const kernel_ctx_t *ctx, const arithmetic_rows_t *rows) {
    TRY(check_divisors(ctx));
    return arithmetic_invoke(ctx, rows);
}

/* Rounded down; the one overflow wraps. */
static int32_t floor_divide(int32_t a, int32_t b) {
    if (b == -1) {
        return (int32_t)(0 - (uint32_t)a);
    }
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* ---- DIV ------------------------------------------------------------------------------------------------------ */

static int32_t headroom_of(int32_t x) {
    return fixed_leading_zeros((uint32_t)(x < 0 ? ~x : x)) - 1;
}

static int32_t quantised_quotient(int32_t a, int32_t b, const arithmetic_t *p) {
    a -= p->zero_point[0];
    b -= p->zero_point[1];
    if (b == 0) {
        return a == 0 ? requant_clamp(p->zero_point[2], p->low.integer, p->high.integer)
               : a > 0 ? p->high.integer : p->low.integer;
    }
    a = b < 0 ? -a : a;
    b = b < 0 ? -b : b;
    int32_t bits_over_unit;
    int32_t inverse = fixed_reciprocal((uint32_t)b, 31, &bits_over_unit);
    int32_t headroom = a == 0 ? 31 : headroom_of(a);
    int32_t quotient = requant_high_mul(requant_shift_left(a, headroom), inverse);
    int32_t right = -(p->shift[2] - bits_over_unit - headroom);
    quotient = requant_high_mul(quotient, p->multiplier[2]);
    quotient = right > 31 ? 0 : right < 0 ? fixed_shift_left(quotient, -right) : requant_divide_pot(quotient, right);
    quotient = requant_clamp(quotient, -(1 << 30), 1 << 30);
    return requant_clamp(quotient + p->zero_point[2], p->low.integer, p->high.integer);
}

ARITHMETIC_ROW(div_s8, int8_t, quantised_quotient(a, b, &p))
ARITHMETIC_ROW(div_s32, int32_t, b == -1 ? (int32_t)(0 - (uint32_t)a) : a / b)
ARITHMETIC_ROW(div_f32, float, arithmetic_clamp_real(a / b, &p))

static const arithmetic_rows_t div_rows = {div_s8, NULL, div_s32, div_f32};

status_t div_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    TRY(arithmetic_prepare(ctx, &div_rows, true, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    /* the reference computes this factor in float32 */
    float factor = scale[0] / (scale[1] * scale[2]);
    return arithmetic_set_factor(ctx, params, 2, requant_ratio(factor, 1.0f, 1.0f), 30);
}

status_t div_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, &div_rows);
}

/* ---- FLOOR_DIV ------------------------------------------------------------------------------------------------ */

ARITHMETIC_ROW(floor_div_s32, int32_t, floor_divide(a, b))
ARITHMETIC_ROW(floor_div_f32, float, real_floor(a / b))

static const arithmetic_rows_t floor_div_rows = {NULL, NULL, floor_div_s32, floor_div_f32};

status_t floor_div_prepare(kernel_ctx_t *ctx) {
    return prepare_plain(ctx, &floor_div_rows);
}

status_t floor_div_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, &floor_div_rows);
}

/* ---- FLOOR_MOD: the remainder has the divisor's sign ------------------------------------------------------------ */

static float real_floor_mod(float a, float b) {
    float rest = real_remainder(a, b);
    return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
}

ARITHMETIC_ROW(floor_mod_s32, int32_t, (int32_t)((uint32_t)a - (uint32_t)floor_divide(a, b) * (uint32_t)b))
ARITHMETIC_ROW(floor_mod_f32, float, real_floor_mod(a, b))

static const arithmetic_rows_t floor_mod_rows = {NULL, NULL, floor_mod_s32, floor_mod_f32};

status_t floor_mod_prepare(kernel_ctx_t *ctx) {
    return prepare_plain(ctx, &floor_mod_rows);
}

status_t floor_mod_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, &floor_mod_rows);
}
