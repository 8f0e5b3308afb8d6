/* SPDX-License-Identifier: MIT
 * Operators on one and two arrays, element by element: ulab's rules for the type of a result, and the computing. */
#ifndef ULAB_UFUNC_H
#define ULAB_UFUNC_H

#include "ndarray.h"

/* In the order of MicroPython's operators, so that the binding subtracts and is done. */
typedef enum {
    UFUNC_LESS,
    UFUNC_MORE,
    UFUNC_EQUAL,
    UFUNC_LESS_EQUAL,
    UFUNC_MORE_EQUAL,
    UFUNC_NOT_EQUAL, /* the last comparison */
    UFUNC_OR,
    UFUNC_XOR,
    UFUNC_AND,
    UFUNC_LEFT_SHIFT,
    UFUNC_RIGHT_SHIFT, /* the last that is for integers only */
    UFUNC_ADD,
    UFUNC_SUBTRACT,
    UFUNC_MULTIPLY,
    UFUNC_MATRIX_MULTIPLY, /* not here */
    UFUNC_FLOOR_DIVIDE,
    UFUNC_DIVIDE, /* always float */
    UFUNC_MODULO,
    UFUNC_POWER, /* always float */
    UFUNC_MINIMUM,
    UFUNC_MAXIMUM,
    UFUNC_ABSOLUTE, /* of a; b is not looked at, nor below */
    UFUNC_CALL_ONE, /* the caller's function of a; always float, as the next */
    UFUNC_CALL,     /* the caller's function of a and b */
} ufunc_op_t;

/* A function of two numbers that the core has not: x**y, atan2(y, x) ... For CALL_ONE, UFUNC_ONE(one). */
typedef float (*ufunc_function_t)(float a, float b);
typedef float (*ufunc_one_t)(float a);
#define UFUNC_ONE(function) ((ufunc_function_t)(void (*)(void))(function))

/* The type that both types go into, by ulab's table. */
unsigned ufunc_promote(unsigned a, unsigned b);

/* The type of the result; 0 if the operator has no meaning for the types. */
unsigned ufunc_result_type(ufunc_op_t op, unsigned a, unsigned b);

/* to = a op b. `a` and `b` broadcast to `to`, whose type the caller chose: ufunc_result_type, or what an assignment in
 * place makes it. `function` serves POWER with other than small integer exponents, and CALL. False if they do not broadcast. */
bool ufunc_binary(ufunc_op_t op, const ndarray_t *to, const ndarray_t *a, const ndarray_t *b,
                       ufunc_function_t function);

#endif
