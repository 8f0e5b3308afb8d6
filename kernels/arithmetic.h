/* SPDX-License-Identifier: MIT
 * What operators that compute with two operands share: parameters, preparation, rows by type. */
#ifndef MPYLITE_ARITHMETIC_H
#define MPYLITE_ARITHMETIC_H

#include "broadcast.h"
#include "requant.h"

typedef union {
    int32_t integer;
    float real;
} arithmetic_bound_t;

/* Index 0 and 1 are the inputs, 2 is the output. */
typedef struct {
    const broadcast_t *plan;
    int32_t multiplier[3];
    int32_t zero_point[3];
    arithmetic_bound_t low, high; /* of the output's type */
    int8_t shift[3];
    uint8_t left_shift; /* of inputs before a sum, to keep its precision */
} arithmetic_t;

/* The row functions of one operator; NULL for a type that it has not. */
typedef struct {
    broadcast_function_t s8, s16, s32, f32;
} arithmetic_rows_t;

/* Checks operands of one type that `rows` has, sets the shape, fills plan, zero points and bounds (fused activation
 * from option field 0 if `activation`). Gives the three scales where *quantised. */
status_t arithmetic_prepare(kernel_ctx_t *ctx, const arithmetic_rows_t *rows, bool activation, arithmetic_t **params,
                            float *scale, bool *quantised);

/* Sets multiplier and shift; STATUS_SCALES if the factor is 2^most or more. */
status_t arithmetic_set_factor(const kernel_ctx_t *ctx, arithmetic_t *params, unsigned index, requant_t factor, int32_t most);

status_t arithmetic_invoke(const kernel_ctx_t *ctx, const arithmetic_rows_t *rows);

/* x between the real bounds. */
float arithmetic_clamp_real(float x, const arithmetic_t *params);

/* One row function: `expression` of a, b and the parameters p. */
#define ARITHMETIC_ROW(name, type, expression)                         \
    static void name(const broadcast_row_t *row, const void *params) { \
        const arithmetic_t p = *(const arithmetic_t *)params;          \
        (void)p;                                                       \
        const type *first = row->in[0], *second = row->in[1];          \
        type *out = row->out;                                          \
        for (int32_t i = 0; i < row->count; i++) {                     \
            type a = *first, b = *second;                              \
            out[i] = (type)(expression);                               \
            first += row->step[0];                                     \
            second += row->step[1];                                    \
        }                                                              \
    }

#endif
