/* SPDX-License-Identifier: MIT
 * One strided copy between two arrays of up to seven dimensions: what all operators that only move elements share.
 * Knows bytes and strides, no tensor. */
#ifndef MPYLITE_COPY_H
#define MPYLITE_COPY_H

#include <stddef.h>
#include <stdint.h>

#define COPY_MAX_AXES 8 /* the bytes of an element are an axis too */

/* Strides are bytes; `from` may be 0 or negative. */
typedef struct {
    int32_t extent;
    int32_t from;
    int32_t to;
} copy_axis_t;

/* axis[0] is the innermost: a run of bytes that is contiguous on both sides. */
typedef struct {
    uint32_t axes;
    copy_axis_t axis[COPY_MAX_AXES];
} copy_t;

/* Starts a copy of elements of this many bytes. */
void copy_begin(copy_t *copy, uint32_t item_bytes);

/* Adds the next outer axis; merges it with the one inside where both sides allow it, so a plain block ends as one
 * memcpy. At most seven such calls. */
void copy_axis(copy_t *copy, int32_t extent, int32_t from, int32_t to);

/* Moves the elements, in any order. The copy is used up. */
void copy_run(copy_t *copy, void *to, const void *from);

/* Writes one element of item_bytes count times. */
void copy_fill(void *to, const void *element, uint32_t item_bytes, uint32_t count);

#endif
