/* SPDX-License-Identifier: MIT
 * Many elements to one. Floats are summed strip by strip, which keeps the rounding error small; the deviation takes one
 * pass, merging the moments of the strips (Chan, Golub, LeVeque: Updating Formulae and a Pairwise Algorithm). */
#include "fold.h"

#include "lines.h"
#include "single.h"

#include <string.h>

void fold_start(fold_t *fold, fold_op_t op, unsigned dtype) {
    memset(fold, 0, sizeof *fold);
    fold->op = op;
    fold->dtype = (uint8_t)dtype;
}

static float float_of(int64_t value) {
    /* the lower half exact, or the sum of a small negative number would lose it */
    return (float)(int32_t)(value >> 24) * 16777216.0f + (float)(int32_t)(value & 0xFFFFFF);
}

ELEMENT_APART static void sum_strip(fold_t *fold, const element_t *strip, unsigned n) {
    float sum = 0.0f;
    for (unsigned k = 0; k < n; k++) {
        if (fold->dtype == DTYPE_FLOAT) {
            sum += strip[k].f;
        } else {
            fold->integers += strip[k].i;
        }
    }
    /* with the rounding error of the last addition (Kahan) */
    float added = sum - fold->lost;
    float total = fold->sum + added;
    fold->lost = total - total == 0.0f ? (total - fold->sum) - added : 0.0f;
    fold->sum = total;
}

ELEMENT_APART static void spread_strip(fold_t *fold, const element_t *strip, unsigned n) {
    float before = (float)fold->count;
    float added = (float)n;
    float mean = 0.0f;
    float squares = 0.0f;
    for (unsigned k = 0; k < n; k++) {
        mean += strip[k].f;
    }
    mean /= added;
    for (unsigned k = 0; k < n; k++) {
        float from_mean = strip[k].f - mean;
        squares += from_mean * from_mean;
    }
    float apart = mean - fold->mean;
    fold->mean += apart * added / (before + added);
    fold->squares += squares + apart * apart * before * added / (before + added);
}

ELEMENT_APART static void extreme_strip(fold_t *fold, const element_t *strip, unsigned n) {
    bool largest = fold->op == FOLD_MAX || fold->op == FOLD_ARGMAX;
    for (unsigned k = 0; k < n; k++) {
        const element_t *low = largest ? &fold->best : &strip[k];
        const element_t *high = largest ? &strip[k] : &fold->best;
        /* of floats the first nan is both the least and the largest */
        bool better = fold->dtype == DTYPE_FLOAT ? !(low->f >= high->f) && fold->best.f == fold->best.f : low->i < high->i;
        if (better || fold->count + (int32_t)k == 0) {
            fold->best = strip[k];
            fold->place = fold->count + (int32_t)k;
        }
    }
}

ELEMENT_APART static void truth_strip(fold_t *fold, const element_t *strip, unsigned n) {
    for (unsigned k = 0; k < n; k++) {
        bool is_true = fold->dtype == DTYPE_FLOAT ? strip[k].f != 0.0f : strip[k].i != 0;
        fold->best.i |= is_true == (fold->op == FOLD_ANY); /* ANY: a true one; ALL: a false one */
    }
}

void fold_line(fold_t *fold, const uint8_t *data, int32_t step, int32_t length) {
    element_t strip[ELEMENT_STRIP];
    bool real = fold->dtype == DTYPE_FLOAT || fold->op == FOLD_STD;
    for (; length > 0; length -= ELEMENT_STRIP) {
        unsigned n = length < ELEMENT_STRIP ? (unsigned)length : ELEMENT_STRIP;
        element_read(strip, data, step, n, fold->dtype, real);
        if (fold->op <= FOLD_MEAN) {
            sum_strip(fold, strip, n);
        } else if (fold->op == FOLD_STD) {
            spread_strip(fold, strip, n);
        } else if (fold->op <= FOLD_ARGMAX) {
            extreme_strip(fold, strip, n);
        } else {
            truth_strip(fold, strip, n);
        }
        fold->count += (int32_t)n;
        data += (int32_t)n * step;
    }
}

unsigned fold_type(fold_op_t op, unsigned dtype) {
    switch (op) {
        case FOLD_MEAN:
        case FOLD_STD:
            return DTYPE_FLOAT;
        case FOLD_ARGMIN:
        case FOLD_ARGMAX:
            return DTYPE_INT16;
        case FOLD_ANY:
        case FOLD_ALL:
            return DTYPE_BOOL;
        default:
            return op == FOLD_SUM && dtype == DTYPE_BOOL ? DTYPE_UINT8 : dtype;
    }
}

element_t fold_result(const fold_t *fold, int32_t ddof) {
    element_t result = fold->best;
    switch (fold->op) {
        case FOLD_SUM:
            result.i = (int32_t)fold->integers;
            if (fold->dtype == DTYPE_FLOAT) {
                result.f = fold->sum;
            }
            break;
        case FOLD_MEAN:
            result.f = (fold->dtype == DTYPE_FLOAT ? fold->sum : float_of(fold->integers)) / (float)fold->count;
            break;
        case FOLD_STD:
            result.f = fold->count > ddof ? single_sqrt(fold->squares / (float)(fold->count - ddof)) : 0.0f;
            break;
        case FOLD_ARGMIN:
        case FOLD_ARGMAX:
            result.i = fold->place;
            break;
        case FOLD_ALL:
            result.i ^= 1;
            break;
        default:
            break;
    }
    return result;
}

void fold_axis(fold_op_t op, const ndarray_t *to, const ndarray_t *from, unsigned axis, int32_t ddof) {
    lines_t lines;
    uint8_t *next = to->data;
    fold_t fold;
    lines_start(&lines, axis, 1, &from);
    for (int32_t left = ndarray_count(to); left > 0; left--) {
        lines_next(&lines); /* false where lines are empty; there may be many of these */
        fold_start(&fold, op, from->dtype);
        fold_line(&fold, lines.data[0], lines.step[0], lines.length);
        element_t result = fold_result(&fold, ddof);
        element_write(next, 0, &result, 1, to->dtype, to->dtype == DTYPE_FLOAT);
        next += ndarray_item_bytes(to->dtype);
    }
}

void fold_all(fold_t *fold, fold_op_t op, const ndarray_t *from) {
    lines_t lines;
    fold_start(fold, op, from->dtype);
    lines_start(&lines, LINES_LAST, 1, &from);
    while (lines_next(&lines)) {
        fold_line(fold, lines.data[0], lines.step[0], lines.length);
    }
}

void fold_running_sum(const ndarray_t *to, const ndarray_t *from, unsigned axis) {
    const ndarray_t *arrays[] = {to, from};
    lines_t lines;
    bool real = to->dtype == DTYPE_FLOAT;
    lines_start(&lines, axis, 2, arrays);
    while (lines_next(&lines)) {
        element_t sum = {0};
        for (int32_t k = 0; k < lines.length; k++) {
            element_t value;
            element_read(&value, lines.data[1] + k * lines.step[1], 0, 1, from->dtype, real);
            if (real) {
                sum.f += value.f;
            } else {
                sum.i = (int32_t)((uint32_t)sum.i + (uint32_t)value.i);
            }
            element_write(lines.data[0] + k * lines.step[0], 0, &sum, 1, to->dtype, real);
        }
    }
}
