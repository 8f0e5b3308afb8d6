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
    int8_t shift[3];
    uint8_t left_shift; /* of inputs before a sum, to keep its precision */
    bool by_tables;     /* a sum of int8 for which scratch was asked */
    int32_t multiplier[3];
    int32_t zero_point[3];
    arithmetic_bound_t low, high; /* of the output's type */
    const broadcast_t *plan;
} arithmetic_t;

/* What an operator does with two elements; NULL for types that it has not. */
typedef struct {
    int32_t (*quantised)(int32_t a, int32_t b, const arithmetic_t *params); /* int8, gives numbers inside the bounds */
    uint32_t (*integer)(uint32_t a, uint32_t b);                            /* int32, wraps */
    float (*real)(float a, float b);                                        /* bounds are applied afterwards */
    bool s16;                                                               /* quantised int16 too */
} arithmetic_operator_t;

/* Checks operands of one type that the operator has, sets the shape, fills plan, zero points and bounds (fused
 * activation from option field 0 if `activation`). Gives the three scales where *quantised. */
status_t arithmetic_prepare(kernel_ctx_t *ctx, const arithmetic_operator_t *op, bool activation, arithmetic_t **params,
                            float *scale, bool *quantised);

/* Sets multiplier and shift; STATUS_SCALES if the factor is 2^most or more. */
status_t arithmetic_set_factor(const kernel_ctx_t *ctx, arithmetic_t *params, unsigned index, requant_t factor,
                               int32_t most);

status_t arithmetic_invoke(const kernel_ctx_t *ctx, const arithmetic_operator_t *op);

#endif
