/* SPDX-License-Identifier: MIT
 * The walk over arrays line by line, and the simplest use of it, the copy. */
#include "lines.h"

#include <string.h>

#include "element.h"

/* Takes axis d out of the walk, to be the line. */
static void take_axis(lines_t *lines, unsigned d) {
    lines->length = lines->shape[d];
    lines->rank--;
    for (unsigned k = 0; k < lines->count; k++) {
        lines->step[k] = lines->strides[k][d];
        for (unsigned e = d; e < lines->rank; e++) {
            lines->strides[k][e] = lines->strides[k][e + 1];
        }
    }
    for (unsigned e = d; e < lines->rank; e++) {
        lines->shape[e] = lines->shape[e + 1];
    }
}

/* Joins the line with the axis before it, if all arrays go on in the same step. */
static bool join(lines_t *lines) {
    if (lines->rank == 0) {
        return false;
    }
    unsigned d = lines->rank - 1u;
    if (lines->length == 1) {
        take_axis(lines, d);
        return true;
    }
    for (unsigned k = 0; k < lines->count; k++) {
        if (lines->shape[d] != 1 && lines->strides[k][d] != lines->step[k] * lines->length) {
            return false;
        }
    }
    lines->length *= lines->shape[d];
    lines->rank--;
    return true;
}

bool lines_start(lines_t *lines, unsigned axis, unsigned count, const ndarray_t *const *arrays) {
    unsigned rank = arrays[0]->rank;
    lines->count = (uint8_t)count;
    lines->rank = (uint8_t)rank;
    lines->started = false;
    for (unsigned k = 0; k < count; k++) {
        const ndarray_t *array = arrays[k];
        lines->data[k] = array->data;
        unsigned skip = rank - array->rank;
        for (unsigned d = 0; d < rank; d++) {
            int32_t size = d < skip ? 1 : array->shape[d - skip];
            if (k == 0) {
                lines->shape[d] = size;
                lines->index[d] = 0;
            } else if (size != 1 && size != lines->shape[d]) {
                return false;
            }
            lines->strides[k][d] = size == 1 ? 0 : array->strides[d - skip];
        }
        if (array->rank > rank) {
            return false;
        }
    }
    if (rank == 0) { /* one element */
        lines->length = 1;
        memset(lines->step, 0, sizeof lines->step);
        return true;
    }
    take_axis(lines, axis == LINES_LAST ? rank - 1u : axis);
    if (axis == LINES_LAST) {
        while (join(lines)) {
        }
    }
    return true;
}

bool lines_next(lines_t *lines) {
    if (!lines->started) {
        lines->started = true;
        int32_t elements = lines->length;
        for (unsigned d = 0; d < lines->rank; d++) {
            elements *= lines->shape[d];
        }
        return elements != 0;
    }
    for (unsigned d = lines->rank; d-- > 0;) {
        bool wraps = ++lines->index[d] == lines->shape[d];
        int32_t steps = wraps ? 1 - lines->shape[d] : 1;
        for (unsigned k = 0; k < lines->count; k++) {
            lines->data[k] += steps * lines->strides[k][d];
        }
        if (!wraps) {
            return true;
        }
        lines->index[d] = 0;
    }
    return false;
}

static void copy_line(uint8_t *to, int32_t to_step, unsigned to_type, const uint8_t *from, int32_t from_step, unsigned from_type,
                      int32_t length) {
    element_t strip[ELEMENT_STRIP];
    bool real = to_type == DTYPE_FLOAT || from_type == DTYPE_FLOAT;
    while (length > 0) {
        unsigned n = length < ELEMENT_STRIP ? (unsigned)length : ELEMENT_STRIP;
        element_read(strip, from, from_step, n, from_type, real);
        element_write(to, to_step, strip, n, to_type, real);
        from += (int32_t)n * from_step;
        to += (int32_t)n * to_step;
        length -= (int32_t)n;
    }
}

bool lines_copy(const ndarray_t *to, const ndarray_t *from) {
    lines_t lines;
    const ndarray_t *arrays[] = {to, from};
    int32_t bytes = (int32_t)ndarray_item_bytes(to->dtype);
    if (!lines_start(&lines, LINES_LAST, 2, arrays)) {
        return false;
    }
    while (lines_next(&lines)) {
        if (to->dtype == from->dtype && lines.step[0] == bytes && lines.step[1] == bytes) {
            memcpy(lines.data[0], lines.data[1], (uint32_t)(lines.length * bytes));
        } else {
            copy_line(lines.data[0], lines.step[0], to->dtype, lines.data[1], lines.step[1], from->dtype, lines.length);
        }
    }
    return true;
}
