/* SPDX-License-Identifier: MIT
 * Elements of any type to and from int32 or float: one loop for each type and direction. */
#include "element.h"

#define EACH(statement)                  \
    for (unsigned k = 0; k < n; k++) { \
        statement;                       \
    }

#define READ(type) EACH(to[k].i = *(const type *)(const void *)from; from += step) break

void element_read(element_t *to, const uint8_t *from, int32_t step, unsigned n, unsigned dtype, bool real) {
    switch (dtype) {
        case DTYPE_INT8:
            READ(int8_t);
        case DTYPE_UINT16:
            READ(uint16_t);
        case DTYPE_INT16:
            READ(int16_t);
        case DTYPE_INT32:
        case DTYPE_FLOAT:
            READ(int32_t);
        default:
            READ(uint8_t);
    }
    if (real == (dtype == DTYPE_FLOAT)) {
        return;
    }
    if (real) {
        EACH(to[k].f = (float)to[k].i)
    } else {
        EACH(to[k].i = (int32_t)to[k].f)
    }
}

#define WRITE(type) EACH(*(type *)(void *)to = (type)from[k].i; to += step) break

void element_write(uint8_t *to, int32_t step, element_t *from, unsigned n, unsigned dtype, bool real) {
    if (dtype == DTYPE_BOOL) {
        EACH(from[k].i = real ? from[k].f != 0.0f : from[k].i != 0)
    } else if (real && dtype != DTYPE_FLOAT) {
        EACH(from[k].i = (int32_t)from[k].f)
    } else if (!real && dtype == DTYPE_FLOAT) {
        EACH(from[k].f = (float)from[k].i)
    }
    switch (ndarray_item_bytes(dtype)) {
        case 1:
            WRITE(uint8_t);
        case 2:
            WRITE(uint16_t);
        default:
            WRITE(int32_t);
    }
}
