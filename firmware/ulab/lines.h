/* SPDX-License-Identifier: MIT
 * The walk over one to three arrays of one (broadcast) shape, line by line. */
#ifndef ULAB_LINES_H
#define ULAB_LINES_H

#include "ndarray.h"

#define LINES_MAX_ARRAYS 3
#define LINES_LAST 255 /* as axis: whichever lines are longest, in C order */

/* After lines_next: `length` elements of array k lie at data[k], step[k] bytes apart. */
typedef struct {
    uint8_t *data[LINES_MAX_ARRAYS];
    int32_t step[LINES_MAX_ARRAYS];
    int32_t length;
    uint8_t count;
    uint8_t rank;
    bool started;
    int32_t shape[NDARRAY_MAX_RANK];
    int32_t index[NDARRAY_MAX_RANK];
    int32_t strides[LINES_MAX_ARRAYS][NDARRAY_MAX_RANK];
} lines_t;

/* Starts a walk along `axis` over `count` arrays: the first gives the shape, the others broadcast to it. False if they do
 * not. With LINES_LAST, lines are joined where the arrays allow it. */
bool lines_start(lines_t *lines, unsigned axis, unsigned count, const ndarray_t *const *arrays);

/* Goes to the first or next line; false after the last, and at once if there is no element. */
bool lines_next(lines_t *lines);

/* Copies with conversion; `from` broadcasts. False if it does not. The two must not overlap. */
bool lines_copy(const ndarray_t *to, const ndarray_t *from);

#endif
