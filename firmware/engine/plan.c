/* SPDX-License-Identifier: MIT
 * Greedy placement: the largest buffer first, each at the lowest offset that is free during its life. */
#include "plan.h"

#include <stdbool.h>
#include <stddef.h>

static uint32_t aligned(uint32_t bytes) {
    return (bytes + PLAN_ALIGNMENT - 1) & ~(uint32_t)(PLAN_ALIGNMENT - 1);
}

/* A placed buffer that is alive together with `one` and overlaps it at `offset`; NULL if there is none. */
static const plan_buffer_t *conflict(const plan_buffer_t *buffers, uint32_t count, const plan_buffer_t *one, uint32_t offset) {
    for (const plan_buffer_t *other = buffers; other < buffers + count; other++) {
        if (other->offset != PLAN_UNPLACED && other != one && other->first <= one->last && one->first <= other->last &&
            (uint32_t)other->offset < offset + one->bytes && offset < (uint32_t)other->offset + other->bytes) {
            return other;
        }
    }
    return NULL;
}

/* The next buffer to place: largest, then longest-lived, then first; NULL when all are placed. */
static plan_buffer_t *next_to_place(plan_buffer_t *buffers, uint32_t count) {
    plan_buffer_t *best = NULL;
    for (plan_buffer_t *one = buffers; one < buffers + count; one++) {
        if (one->offset != PLAN_UNPLACED) {
            continue;
        }
        if (best == NULL || one->bytes > best->bytes ||
            (one->bytes == best->bytes && one->last - one->first > best->last - best->first)) {
            best = one;
        }
    }
    return best;
}

/* True if every given offset is sound by itself, so that the arithmetic on it cannot wrap. */
static bool given_are_sound(const plan_buffer_t *buffers, uint32_t count) {
    for (const plan_buffer_t *one = buffers; one < buffers + count; one++) {
        if (one->offset != PLAN_UNPLACED &&
            (one->offset < 0 || one->offset % PLAN_ALIGNMENT != 0 || one->bytes > INT32_MAX - (uint32_t)one->offset)) {
            return false;
        }
    }
    return true;
}

uint32_t plan_place(plan_buffer_t *buffers, uint32_t count) {
    uint32_t total = 0;
    plan_buffer_t *one;
    if (!given_are_sound(buffers, count)) {
        return PLAN_IMPOSSIBLE;
    }
    for (one = buffers; one < buffers + count; one++) {
        if (one->offset != PLAN_UNPLACED) {
            if (conflict(buffers, count, one, (uint32_t)one->offset) != NULL) {
                return PLAN_IMPOSSIBLE;
            }
            uint32_t end = (uint32_t)one->offset + one->bytes;
            total = end > total ? end : total;
        }
    }
    while ((one = next_to_place(buffers, count)) != NULL) {
        uint32_t offset = 0;
        const plan_buffer_t *other;
        while ((other = conflict(buffers, count, one, offset)) != NULL) {
            offset = aligned((uint32_t)other->offset + other->bytes);
            if (offset > INT32_MAX || one->bytes > INT32_MAX - offset) {
                return PLAN_IMPOSSIBLE;
            }
        }
        one->offset = (int32_t)offset;
        total = offset + one->bytes > total ? offset + one->bytes : total;
    }
    return aligned(total);
}
