/* SPDX-License-Identifier: MIT
 * One strided copy for all operators that only move elements; which strides make which operator is theirs. */
#include "copy.h"

#include <string.h>

#ifdef __GNUC__
#define ALIAS __attribute__((may_alias)) /* elements of any type pass through here as words */
#else
#define ALIAS
#endif
typedef uint32_t ALIAS word_t;
typedef uint16_t ALIAS half_t;

#define SHORT_ROW 8 /* below this many runs the way to the next row costs more than the row */

void copy_begin(copy_t *copy, uint32_t item_bytes) {
    memset(copy, 0, sizeof *copy);
    copy->axes = 1;
    copy->axis[0].extent = (int32_t)item_bytes;
    copy->axis[0].from = copy->axis[0].to = 1;
    copy->axis[1].extent = 1;
}

void copy_axis(copy_t *copy, int32_t extent, int32_t from, int32_t to) {
    if (extent == 1) {
        return;
    }
    copy_axis_t *axis = &copy->axis[copy->axes - 1];
    /* unsigned: sizes beside a zero-sized axis are not bounded by the memory of a tensor */
    uint32_t count = (uint32_t)axis->extent;
    if ((uint32_t)axis->from * count == (uint32_t)from && (uint32_t)axis->to * count == (uint32_t)to) {
        axis->extent = (int32_t)(count * (uint32_t)extent);
        return;
    }
    axis++;
    copy->axes++;
    axis->extent = extent;
    axis->from = from;
    axis->to = to;
}

#if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE_SIZE__)
#define UNROLL _Pragma("GCC unroll 4")
#else
#define UNROLL
#endif

/* Axis 1 for runs of one unit. */
#define COPY_UNITS(unit_t)                                               \
    UNROLL                                                               \
    for (; rows > 0; rows--, to += to_step, from += from_step) {         \
        *(unit_t *)(void *)to = *(const unit_t *)(const void *)from;     \
    }

/* Moves axes 0 and 1. `odd` has a bit set wherever an address or stride has one. */
static void copy_row(const copy_t *copy, uint8_t *to, const uint8_t *from, uint32_t odd) {
    int32_t bytes = copy->axis[0].extent, rows = copy->axis[1].extent;
    int32_t from_step = copy->axis[1].from, to_step = copy->axis[1].to;
    if (bytes == 1) {
        COPY_UNITS(uint8_t)
    } else if (bytes == 2 && !(odd & 1)) {
        COPY_UNITS(half_t)
    } else if (bytes == 4 && !(odd & 3)) {
        COPY_UNITS(word_t)
    } else {
        for (; rows > 0; rows--, to += to_step, from += from_step) {
            memcpy(to, from, (size_t)bytes);
        }
    }
}

void copy_run(copy_t *copy, void *to, const void *from) {
    int32_t index[COPY_MAX_AXES] = {0};
    uint8_t *target = to;
    const uint8_t *source = from;
    uint32_t odd = (uint32_t)(uintptr_t)to | (uint32_t)(uintptr_t)from, longest = 1;
    for (uint32_t i = 0; i < copy->axes; i++) {
        const copy_axis_t *axis = &copy->axis[i];
        if (axis->extent <= 0) {
            return;
        }
        if (i > 0) {
            odd |= (uint32_t)axis->from | (uint32_t)axis->to;
            longest = axis->extent > copy->axis[longest].extent ? i : longest;
        }
    }
    if (copy->axis[1].extent < SHORT_ROW) { /* the order of copying is free */
        copy_axis_t row = copy->axis[longest];
        copy->axis[longest] = copy->axis[1];
        copy->axis[1] = row;
    }
    for (;;) {
        copy_row(copy, target, source, odd);
        uint32_t i = 2;
        for (; i < copy->axes; i++) {
            const copy_axis_t *axis = &copy->axis[i];
            target += axis->to;
            source += axis->from;
            if (++index[i] < axis->extent) {
                break;
            }
            index[i] = 0;
            target -= (ptrdiff_t)axis->to * axis->extent;
            source -= (ptrdiff_t)axis->from * axis->extent;
        }
        if (i >= copy->axes) {
            return;
        }
    }
}

void copy_fill(void *to, const void *element, uint32_t item_bytes, uint32_t count) {
    if (item_bytes == 1) {
        memset(to, *(const uint8_t *)element, count);
        return;
    }
    copy_t copy;
    copy_begin(&copy, item_bytes);
    copy_axis(&copy, (int32_t)count, 0, (int32_t)item_bytes);
    copy_run(&copy, to, element);
}
