/* SPDX-License-Identifier: MIT
 * Selection by a boolean array of the same shape. */
#include "mask.h"

#include <string.h>

#include "fold.h"
#include "lines.h"

int32_t mask_count(const ndarray_t *mask) {
    fold_t fold;
    fold_all(&fold, FOLD_SUM, mask);
    return (int32_t)fold.integers;
}

bool mask_move(const ndarray_t *array, const ndarray_t *mask, uint8_t *packed, int32_t step, bool into) {
    const ndarray_t *arrays[] = {array, mask};
    lines_t lines;
    unsigned bytes = ndarray_item_bytes(array->dtype);
    if (ndarray_count(array) != ndarray_count(mask) || !lines_start(&lines, LINES_LAST, 2, arrays)) {
        return false;
    }
    while (lines_next(&lines)) {
        for (int32_t k = 0; k < lines.length; k++) {
            uint8_t *element = lines.data[0] + k * lines.step[0];
            if (lines.data[1][k * lines.step[1]]) {
                memcpy(into ? element : packed, into ? packed : element, bytes);
                packed += step;
            }
        }
    }
    return true;
}

bool mask_copy(const ndarray_t *to, const ndarray_t *mask, const ndarray_t *from) {
    const ndarray_t *arrays[] = {to, mask, from};
    lines_t lines;
    bool real = to->dtype == DTYPE_FLOAT;
    if (!lines_start(&lines, LINES_LAST, 3, arrays)) {
        return false;
    }
    while (lines_next(&lines)) {
        for (int32_t k = 0; k < lines.length; k++) {
            if (lines.data[1][k * lines.step[1]]) {
                element_t value;
                element_read(&value, lines.data[2] + k * lines.step[2], 0, 1, from->dtype, real);
                element_write(lines.data[0] + k * lines.step[0], 0, &value, 1, to->dtype, real);
            }
        }
    }
    return true;
}
