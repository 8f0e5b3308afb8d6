/* SPDX-License-Identifier: MIT
 * DIV, FLOOR_DIV and FLOOR_MOD. An int32 divisor of 0 is an error of the invocation; a quantised one saturates. */
#include "arithmetic.h"
#include "clamp.h"
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

static status_t prepare_plain(kernel_ctx_t *ctx, const arithmetic_operator_t *op) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    return arithmetic_prepare(ctx, op, false, &params, scale, &quantised);
}

static status_t invoke(const kernel_ctx_t *ctx, const arithmetic_operator_t *op) {
    TRY(check_divisors(ctx));
    return arithmetic_invoke(ctx, op);
}

/* Of int32, rounded down; the one overflow wraps. */
static uint32_t floor_divide(uint32_t a, uint32_t b) {
    if (b == UINT32_MAX) { /* -1 */
        return 0 - a;
    }
    int32_t quotient = (int32_t)a / (int32_t)b, rest = (int32_t)a % (int32_t)b;
    return (uint32_t)(quotient - (rest != 0 && (int32_t)(a ^ b) < 0));
}

/* ---- DIV ------------------------------------------------------------------------------------------------------ */

static int32_t headroom_of(int32_t x) {
    return fixed_leading_zeros((uint32_t)(x < 0 ? ~x : x)) - 1;
}

static int32_t div_quantised(int32_t a, int32_t b, const arithmetic_t *p) {
    a -= p->zero_point[0];
    b -= p->zero_point[1];
    if (b == 0) {
        return a == 0 ? clamp_sum(0, p->zero_point[2], p->low.integer, p->high.integer)
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
    return clamp_sum(quotient, p->zero_point[2], p->low.integer, p->high.integer);
}

static uint32_t div_integer(uint32_t a, uint32_t b) {
    return b == UINT32_MAX ? 0 - a : (uint32_t)((int32_t)a / (int32_t)b);
}

static float div_real(float a, float b) {
    return a / b;
}

static const arithmetic_operator_t div_operator = {div_quantised, div_integer, div_real, false};

status_t div_prepare(kernel_ctx_t *ctx) {
    arithmetic_t *params;
    float scale[3];
    bool quantised;
    TRY(arithmetic_prepare(ctx, &div_operator, true, &params, scale, &quantised));
    if (!quantised) {
        return STATUS_OK;
    }
    /* the reference computes this factor in float32 */
    float factor = scale[0] / (scale[1] * scale[2]);
    return arithmetic_set_factor(ctx, params, 2, requant_ratio(factor, 1.0f, 1.0f), 30);
}

status_t div_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, &div_operator);
}

/* ---- FLOOR_DIV ------------------------------------------------------------------------------------------------ */

static float floor_div_real(float a, float b) {
    return real_floor(a / b);
}

static const arithmetic_operator_t floor_div_operator = {NULL, floor_divide, floor_div_real, false};

status_t floor_div_prepare(kernel_ctx_t *ctx) {
    return prepare_plain(ctx, &floor_div_operator);
}

status_t floor_div_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, &floor_div_operator);
}

/* ---- FLOOR_MOD: the remainder has the divisor's sign ------------------------------------------------------------ */

static uint32_t floor_mod_integer(uint32_t a, uint32_t b) {
    return a - floor_divide(a, b) * b;
}

static float floor_mod_real(float a, float b) {
    float rest = real_remainder(a, b);
    return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
}

static const arithmetic_operator_t floor_mod_operator = {NULL, floor_mod_integer, floor_mod_real, false};

status_t floor_mod_prepare(kernel_ctx_t *ctx) {
    return prepare_plain(ctx, &floor_mod_operator);
}

status_t floor_mod_invoke(const kernel_ctx_t *ctx) {
    return invoke(ctx, &floor_mod_operator);
}
