/* SPDX-License-Identifier: MIT
 * Operators on arrays, element by element: strips are brought to int32 or float, computed, and stored. */
#include "ufunc.h"

#include "element.h"
#include "lines.h"
#include "single.h"

unsigned ufunc_promote(unsigned a, unsigned b) {
    a = a == DTYPE_BOOL ? DTYPE_UINT8 : a;
    b = b == DTYPE_BOOL ? DTYPE_UINT8 : b;
    if (a == b) {
        return a;
    }
    if (a == DTYPE_FLOAT || b == DTYPE_FLOAT) {
        return DTYPE_FLOAT;
    }
    if (a == DTYPE_INT32 || b == DTYPE_INT32) {
        return DTYPE_INT32;
    }
    unsigned wide = a == DTYPE_UINT16 || a == DTYPE_INT16 ? a : b;
    unsigned other = wide == a ? b : a;
    if (ndarray_item_bytes(other) == 2) {
        return DTYPE_FLOAT; /* uint16 and int16 */
    }
    return ndarray_item_bytes(wide) == 2 ? wide : DTYPE_INT16; /* uint8 and int8 */
}

unsigned ufunc_result_type(ufunc_op_t op, unsigned a, unsigned b) {
    if (op <= UFUNC_NOT_EQUAL) {
        return DTYPE_BOOL;
    }
    if (op == UFUNC_DIVIDE || op == UFUNC_POWER || op == UFUNC_CALL) {
        return DTYPE_FLOAT;
    }
    unsigned type = a == b && a == DTYPE_BOOL && op <= UFUNC_AND ? DTYPE_BOOL : ufunc_promote(a, b);
    return type == DTYPE_FLOAT && op <= UFUNC_RIGHT_SHIFT ? 0 : type;
}

static int32_t floor_divide(int32_t a, int32_t b, bool modulo) {
    if (b == 0 || b == -1) { /* as numpy: 0; and INT32_MIN / -1 traps on some machines */
        return b == 0 || modulo ? 0 : (int32_t)(0u - (uint32_t)a);
    }
    int32_t quotient = a / b;
    int32_t rest = a % b;
    bool down = rest != 0 && (rest < 0) != (b < 0);
    return modulo ? rest + (down ? b : 0) : quotient - down;
}

static float power(float a, float b, ufunc_function_t function) {
    if (b >= -64.0f && b <= 64.0f && (float)(int32_t)b == b) {
        return single_power(a, (int32_t)b);
    }
    if (a == 0.0f && b < 0.0f) { /* where the caller's function may object */
        return 1.0f / a;
    }
    if (a < 0.0f && single_floor(b) != b) {
        return 0.0f / (a - a);
    }
    return function(a, b);
}

#define EACH(expression)                   \
    for (unsigned k = 0; k < n; k++) {   \
        expression;                        \
    }                                      \
    break

/* Wraps around instead of overflowing. */
#define WRAP(operator) EACH(a[k].i = (int32_t)((uint32_t)a[k].i operator (uint32_t)b[k].i))

/* a = a op b */
static void compute_integers(ufunc_op_t op, element_t *a, const element_t *b, unsigned n) {
    switch (op) {
        case UFUNC_LESS:
            EACH(a[k].i = a[k].i < b[k].i);
        case UFUNC_LESS_EQUAL:
            EACH(a[k].i = a[k].i <= b[k].i);
        case UFUNC_EQUAL:
            EACH(a[k].i = a[k].i == b[k].i);
        case UFUNC_NOT_EQUAL:
            EACH(a[k].i = a[k].i != b[k].i);
        case UFUNC_OR:
            WRAP(|);
        case UFUNC_XOR:
            WRAP(^);
        case UFUNC_AND:
            WRAP(&);
        case UFUNC_LEFT_SHIFT:
            EACH(a[k].i = (uint32_t)b[k].i < 32 ? (int32_t)((uint32_t)a[k].i << b[k].i) : 0);
        case UFUNC_RIGHT_SHIFT:
            EACH(a[k].i = a[k].i >> ((uint32_t)b[k].i < 32 ? b[k].i : 31));
        case UFUNC_ADD:
            WRAP(+);
        case UFUNC_SUBTRACT:
            WRAP(-);
        case UFUNC_MULTIPLY:
            WRAP(*);
        case UFUNC_FLOOR_DIVIDE:
        case UFUNC_MODULO:
            EACH(a[k].i = floor_divide(a[k].i, b[k].i, op == UFUNC_MODULO));
        case UFUNC_MINIMUM:
            EACH(a[k].i = a[k].i < b[k].i ? a[k].i : b[k].i);
        default: /* UFUNC_MAXIMUM */
            EACH(a[k].i = a[k].i > b[k].i ? a[k].i : b[k].i);
    }
}

static void compute_floats(ufunc_op_t op, element_t *a, const element_t *b, unsigned n, ufunc_function_t function) {
    switch (op) {
        case UFUNC_LESS:
            EACH(a[k].i = a[k].f < b[k].f);
        case UFUNC_LESS_EQUAL:
            EACH(a[k].i = a[k].f <= b[k].f);
        case UFUNC_EQUAL:
            EACH(a[k].i = a[k].f == b[k].f);
        case UFUNC_NOT_EQUAL:
            EACH(a[k].i = a[k].f != b[k].f);
        case UFUNC_ADD:
            EACH(a[k].f += b[k].f);
        case UFUNC_SUBTRACT:
            EACH(a[k].f -= b[k].f);
        case UFUNC_MULTIPLY:
            EACH(a[k].f *= b[k].f);
        case UFUNC_FLOOR_DIVIDE:
            EACH(float rest; a[k].f = single_divide_floor(a[k].f, b[k].f, &rest));
        case UFUNC_MODULO:
            EACH(single_divide_floor(a[k].f, b[k].f, &a[k].f));
        case UFUNC_MINIMUM:
            EACH(a[k].f = a[k].f < b[k].f || a[k].f != a[k].f ? a[k].f : b[k].f);
        case UFUNC_MAXIMUM:
            EACH(a[k].f = a[k].f > b[k].f || a[k].f != a[k].f ? a[k].f : b[k].f);
        case UFUNC_DIVIDE:
            EACH(a[k].f /= b[k].f);
        case UFUNC_POWER:
            EACH(a[k].f = power(a[k].f, b[k].f, function));
        default: /* UFUNC_CALL */
            EACH(a[k].f = function(a[k].f, b[k].f));
    }
}

bool ufunc_binary(ufunc_op_t op, const ndarray_t *to, const ndarray_t *a, const ndarray_t *b,
                       ufunc_function_t function) {
    bool compares = op <= UFUNC_NOT_EQUAL;
    if (op == UFUNC_MORE || op == UFUNC_MORE_EQUAL) {
        const ndarray_t *swap = a;
        a = b;
        b = swap;
        op = op == UFUNC_MORE ? UFUNC_LESS : UFUNC_LESS_EQUAL;
    }
    bool real = compares ? a->dtype == DTYPE_FLOAT || b->dtype == DTYPE_FLOAT
                         : ufunc_result_type(op, a->dtype, b->dtype) == DTYPE_FLOAT;
    const ndarray_t *arrays[] = {to, a, b};
    lines_t lines;
    if (!lines_start(&lines, LINES_LAST, 3, arrays)) {
        return false;
    }
    element_t left[ELEMENT_STRIP], right[ELEMENT_STRIP];
    while (lines_next(&lines)) {
        for (int32_t done = 0; done < lines.length; done += ELEMENT_STRIP) {
            int32_t rest = lines.length - done;
            unsigned n = rest < ELEMENT_STRIP ? (unsigned)rest : ELEMENT_STRIP;
            element_read(left, lines.data[1] + done * lines.step[1], lines.step[1], n, a->dtype, real);
            element_read(right, lines.data[2] + done * lines.step[2], lines.step[2], n, b->dtype, real);
            if (real) {
                compute_floats(op, left, right, n, function);
            } else {
                compute_integers(op, left, right, n);
            }
            element_write(lines.data[0] + done * lines.step[0], lines.step[0], left, n, to->dtype, real && !compares);
        }
    }
    return true;
}

static void compute_one(ufunc_unary_op_t op, element_t *a, unsigned n, bool real, bool boolean, float (*function)(float)) {
    switch (op) {
        case UFUNC_NEGATIVE:
            if (real) {
                EACH(a[k].f = -a[k].f);
            }
            EACH(a[k].i = (int32_t)(0u - (uint32_t)a[k].i));
        case UFUNC_ABSOLUTE:
            if (real) {
                EACH(a[k].i &= 0x7fffffff);
            }
            EACH(a[k].i = a[k].i < 0 ? (int32_t)(0u - (uint32_t)a[k].i) : a[k].i);
        case UFUNC_INVERT:
            EACH(a[k].i = boolean ? !a[k].i : ~a[k].i);
        case UFUNC_SQUARE_ROOT:
            EACH(a[k].f = single_sqrt(a[k].f));
        case UFUNC_FLOOR:
            EACH(a[k].f = single_floor(a[k].f));
        case UFUNC_CEIL:
            EACH(a[k].f = -single_floor(-a[k].f));
        default: /* UFUNC_CALL_ONE */
            EACH(a[k].f = function(a[k].f));
    }
}

void ufunc_unary(ufunc_unary_op_t op, const ndarray_t *to, const ndarray_t *a, float (*function)(float)) {
    bool real = op >= UFUNC_SQUARE_ROOT || a->dtype == DTYPE_FLOAT;
    const ndarray_t *arrays[] = {to, a};
    lines_t lines;
    element_t strip[ELEMENT_STRIP];
    if (!lines_start(&lines, LINES_LAST, 2, arrays)) {
        return;
    }
    while (lines_next(&lines)) {
        for (int32_t done = 0; done < lines.length; done += ELEMENT_STRIP) {
            int32_t rest = lines.length - done;
            unsigned n = rest < ELEMENT_STRIP ? (unsigned)rest : ELEMENT_STRIP;
            element_read(strip, lines.data[1] + done * lines.step[1], lines.step[1], n, a->dtype, real);
            compute_one(op, strip, n, real, a->dtype == DTYPE_BOOL, function);
            element_write(lines.data[0] + done * lines.step[0], lines.step[0], strip, n, to->dtype, real);
        }
    }
}
