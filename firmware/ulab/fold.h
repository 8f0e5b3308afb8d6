/* SPDX-License-Identifier: MIT
 * Many elements to one: sum, mean, deviation, extremes and their places, any, all. */
#ifndef ULAB_FOLD_H
#define ULAB_FOLD_H

#include "element.h"

typedef enum {
    FOLD_SUM,
    FOLD_MEAN,
    FOLD_STD,
    FOLD_MIN,
    FOLD_MAX,
    FOLD_ARGMIN,
    FOLD_ARGMAX,
    FOLD_ANY,
    FOLD_ALL,
} fold_op_t;

/* What has been seen so far. */
typedef struct {
    fold_op_t op;
    uint8_t dtype;
    int32_t count;
    int32_t place;    /* of `best` */
    element_t best;   /* as int32, or float for DTYPE_FLOAT */
    int64_t integers; /* sum */
    float sum;
    float lost; /* of the sum, by rounding */
    float mean;
    float squares; /* sum of (x - mean)**2 */
} fold_t;

void fold_start(fold_t *fold, fold_op_t op, unsigned dtype);

/* Takes in a line of elements. */
void fold_line(fold_t *fold, const uint8_t *data, int32_t step, int32_t length);

/* The type of the result in an array. */
unsigned fold_type(fold_op_t op, unsigned dtype);

/* The result, as a float if that is the type of the result, else as int32: a sum's low bits. */
element_t fold_result(const fold_t *fold, int32_t ddof);

/* Folds each line along `axis` into the next element of `to`, which is dense. */
void fold_axis(fold_op_t op, const ndarray_t *to, const ndarray_t *from, unsigned axis, int32_t ddof);

/* Folds all elements. */
void fold_all(fold_t *fold, fold_op_t op, const ndarray_t *from);

/* Sums that run along `axis`; `to` has the shape of `from`, and type int32 or float. */
void fold_running_sum(const ndarray_t *to, const ndarray_t *from, unsigned axis);

#endif
