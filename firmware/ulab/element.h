/* SPDX-License-Identifier: MIT
 * Elements of any type, a strip at a time, as int32 or float: what all computing is written in. */
#ifndef ULAB_ELEMENT_H
#define ULAB_ELEMENT_H

#include "ndarray.h"

/* Elements in a strip: enough to make the choice of the type cheap, few enough for the stack. */
#define ELEMENT_STRIP 32

/* For the bodies of loops over a strip: inlined they would make one function with too many variables for the registers. */
#define ELEMENT_APART __attribute__((noinline))

typedef union {
    int32_t i;
    float f;
} element_t;

/* Reads `n` elements that lie `step` bytes apart; `real` tells as what. A float read as an integer is truncated. */
void element_read(element_t *to, const uint8_t *from, int32_t step, unsigned n, unsigned dtype, bool real);

/* Writes `n` elements `step` bytes apart; `real` tells what `from` holds, and is spoilt where the type differs. Integers
 * keep their low bits; of floats that fit no int32 the result is undefined; any non-zero is true. */
void element_write(uint8_t *to, int32_t step, element_t *from, unsigned n, unsigned dtype, bool real);

#endif
