/* SPDX-License-Identifier: MIT
 * Places buffers that live for a span of operators so that those alive together never overlap. Knows no tensors. */
#ifndef MPYLITE_PLAN_H
#define MPYLITE_PLAN_H

#include <stdint.h>

/* Every offset is a multiple of this. */
#define PLAN_ALIGNMENT 16
#define PLAN_UNPLACED (-1)
#define PLAN_IMPOSSIBLE UINT32_MAX

typedef struct {
    uint32_t bytes; /* below 2^31 */
    uint16_t first; /* first and last operator that needs the buffer */
    uint16_t last;
    int32_t offset; /* PLAN_UNPLACED, or where a given plan wants it; where it lies, afterwards */
} plan_buffer_t;

/* Places the buffers that are unplaced round the others. Returns the bytes that all need together, a multiple of
 * PLAN_ALIGNMENT, or PLAN_IMPOSSIBLE: given offsets are negative, unaligned or overlap, or 2 GB are not enough. */
uint32_t plan_place(plan_buffer_t *buffers, uint32_t count);

#endif
