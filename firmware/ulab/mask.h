/* SPDX-License-Identifier: MIT
 * Selection by a boolean array of the same shape. */
#ifndef ULAB_MASK_H
#define ULAB_MASK_H

#include "ndarray.h"

/* Selected elements. */
int32_t mask_count(const ndarray_t *mask);

/* Copies the selected elements of `array` to `packed`, elements of the same type `step` bytes apart; with `into`, from
 * there. False if the shapes differ. */
bool mask_move(const ndarray_t *array, const ndarray_t *mask, uint8_t *packed, int32_t step, bool into);

/* Copies `from` to `to` where the boolean `mask` is set; both broadcast to `to`. False if they do not. */
bool mask_copy(const ndarray_t *to, const ndarray_t *mask, const ndarray_t *from);

#endif
