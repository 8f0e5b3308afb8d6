/* SPDX-License-Identifier: MIT
 * Sorting in place: the elements of each line, or their indices. */
#ifndef ULAB_SORT_H
#define ULAB_SORT_H

#include "ndarray.h"

/* Sorts each line along `axis`; nan goes to the end. */
void sort_axis(const ndarray_t *array, unsigned axis);

/* Into each line of `order`, uint16 of the same shape, the indices that sort the line of `array`. */
void sort_indices(const ndarray_t *order, const ndarray_t *array, unsigned axis);

#endif
