/* SPDX-License-Identifier: MIT
 * Greedy placement: the largest buffer first, each at the lowest offset that is free during its life. */
#include "plan.h"

#include <stdbool.h>
#include <stddef.h>

static uint32_t aligned(uint32_t bytes) {
    return (bytes + PLAN_ALIGNMENT - 1) & ~(uint32_t)(PLAN_ALIGNMENT - 1);
}

typedef struct {
    plan_buffer_t *buffers;
    plan_buffer_t *end;
    uint32_t bytes; /* that those placed need together */
} plan_t;

/* A placed buffer that is alive together with `one` and overlaps it at `offset`; NULL if there is none. */
static const plan_buffer_t *conflict(const plan_t *plan, const plan_buffer_t *one, uint32_t offset) {
    for (const plan_buffer_t *other = plan->buffers; other < plan->end; other++) {
        if (other->first <= one->last && one->first <= other->last && other != one && other->offset != PLAN_UNPLACED &&
            (uint32_t)other->offset < offset + one->bytes && offset < (uint32_t)other->offset + other->bytes) {
            return other;
        }
    }
    return NULL;
}

/* The next buffer to place: largest, then longest-lived, then first; NULL when all are placed. */
static plan_buffer_t *next_to_place(const plan_t *plan) {
    plan_buffer_t *best = NULL;
    for (plan_buffer_t *one = plan->buffers; one < plan->end; one++) {
        if (one->offset == PLAN_UNPLACED && (best == NULL || one->bytes > best->bytes ||
                                             (one->bytes == best->bytes && one->last - one->first > best->last - best->first))) {
            best = one;
        }
    }
    return best;
}

/* Places one at the offset, or if it is not given beyond what lies there. False if that cannot be. */
static bool place(plan_t *plan, plan_buffer_t *one, uint32_t offset, bool given) {
    for (;;) {
        uint32_t end = offset + one->bytes;
        if ((offset | end) > INT32_MAX || offset % PLAN_ALIGNMENT != 0) {
            return false;
        }
        const plan_buffer_t *other = conflict(plan, one, offset);
        if (other == NULL) {
            one->offset = (int32_t)offset;
            plan->bytes = end > plan->bytes ? end : plan->bytes;
            return true;
        }
        if (given) {
            return false;
        }
        offset = aligned((uint32_t)other->offset + other->bytes);
    }
}

uint32_t plan_place(plan_buffer_t *buffers, uint32_t count) {
    plan_t plan = {buffers, buffers + count, 0};
    plan_buffer_t *one;
    for (one = buffers; one < plan.end; one++) { /* beside an unsound offset the arithmetic may wrap: its own turn comes */
        if (one->offset != PLAN_UNPLACED && !place(&plan, one, (uint32_t)one->offset, true)) {
            return PLAN_IMPOSSIBLE;
        }
    }
    while ((one = next_to_place(&plan)) != NULL) {
        if (!place(&plan, one, 0, false)) {
            return PLAN_IMPOSSIBLE;
        }
    }
    return aligned(plan.bytes);
}
