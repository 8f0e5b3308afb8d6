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
    if (op == UFUNC_DIVIDE || op == UFUNC_POWER || op >= UFUNC_CALL_ONE) {
        return DTYPE_FLOAT;
    }
    unsigned type = a == b && a == DTYPE_BOOL && op <= UFUNC_AND ? DTYPE_BOOL : ufunc_promote(a, b);
    return type == DTYPE_FLOAT && op <= UFUNC_RIGHT_SHIFT ? 0 : type;
}

ELEMENT_APART static int32_t floor_divide(int32_t a, int32_t b, bool modulo) {
    if (b == 0 || b == -1) { /* as numpy: 0; and INT32_MIN / -1 traps on some machines */
        return b == 0 || modulo ? 0 : (int32_t)(0u - (uint32_t)a);
    }
    int32_t quotient = a / b;
    int32_t rest = a % b;
    bool down = rest != 0 && (rest < 0) != (b < 0);
    return modulo ? rest + (down ? b : 0) : quotient - down;
}

ELEMENT_APART static float power(float a, float b, ufunc_function_t function) {
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

/* a op b. Wraps around instead of overflowing. */
ELEMENT_APART static int32_t compute_integer(ufunc_op_t op, int32_t a, int32_t b) {
    uint32_t bits = (uint32_t)a;
    uint32_t other = (uint32_t)b;
    switch (op) {
        case UFUNC_LESS:
            return a < b;
        case UFUNC_LESS_EQUAL:
            return a <= b;
        case UFUNC_EQUAL:
            return a == b;
        case UFUNC_NOT_EQUAL:
            return a != b;
        case UFUNC_OR:
            return a | b;
        case UFUNC_XOR:
            return a ^ b;
        case UFUNC_AND:
            return a & b;
        case UFUNC_LEFT_SHIFT:
            return other < 32 ? (int32_t)(bits << other) : 0;
        case UFUNC_RIGHT_SHIFT:
            return a >> (other < 32 ? other : 31);
        case UFUNC_ADD:
            return (int32_t)(bits + other);
        case UFUNC_SUBTRACT:
            return (int32_t)(bits - other);
        case UFUNC_MULTIPLY:
            return (int32_t)(bits * other);
        case UFUNC_FLOOR_DIVIDE:
        case UFUNC_MODULO:
            return floor_divide(a, b, op == UFUNC_MODULO);
        case UFUNC_MINIMUM:
            return a < b ? a : b;
        case UFUNC_MAXIMUM:
            return a > b ? a : b;
        default: /* UFUNC_ABSOLUTE */
            return a < 0 ? (int32_t)(0u - bits) : a;
    }
}

/* a = a op b; a comparison leaves an integer. */
ELEMENT_APART static void compute_float(ufunc_op_t op, element_t *a, float b, ufunc_function_t function) {
    float x = a->f;
    switch (op) {
        case UFUNC_LESS:
            a->i = x < b;
            break;
        case UFUNC_LESS_EQUAL:
            a->i = x <= b;
            break;
        case UFUNC_EQUAL:
            a->i = x == b;
            break;
        case UFUNC_NOT_EQUAL:
            a->i = x != b;
            break;
        case UFUNC_ADD:
            a->f = x + b;
            break;
        case UFUNC_SUBTRACT:
            a->f = x - b;
            break;
        case UFUNC_MULTIPLY:
            a->f = x * b;
            break;
        case UFUNC_FLOOR_DIVIDE:
            a->f = single_divide_floor(x, b, &b);
            break;
        case UFUNC_MODULO:
            single_divide_floor(x, b, &a->f);
            break;
        case UFUNC_MINIMUM:
            a->f = x < b || x != x ? x : b;
            break;
        case UFUNC_MAXIMUM:
            a->f = x > b || x != x ? x : b;
            break;
        case UFUNC_DIVIDE:
            a->f = x / b;
            break;
        case UFUNC_POWER:
            a->f = power(x, b, function);
            break;
        case UFUNC_ABSOLUTE:
            a->i &= INT32_MAX;
            break;
#if ULAB_ALL
        case UFUNC_CALL_ONE:
            a->f = ((ufunc_one_t)(void (*)(void))function)(x);
            break;
        default: /* UFUNC_CALL */
            a->f = function(x, b);
            break;
#else
        default:
            break;
#endif
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
            for (unsigned k = 0; k < n; k++) {
                if (real) {
                    compute_float(op, &left[k], right[k].f, function);
                } else {
                    left[k].i = compute_integer(op, left[k].i, right[k].i);
                }
            }
            element_write(lines.data[0] + done * lines.step[0], lines.step[0], left, n, to->dtype, real && !compares);
        }
    }
    return true;
}
