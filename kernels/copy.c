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

#define SHORT_RUN 16 /* below this many bytes a call of memcpy costs more than it saves */

void copy_begin(copy_t *copy, uint32_t item_bytes) {
    memset(copy, 0, sizeof *copy);
    copy->axes = 1;
    copy->extent[0] = (int32_t)item_bytes;
    copy->from[0] = copy->to[0] = 1;
    copy->extent[1] = 1;
}

void copy_axis(copy_t *copy, int32_t extent, int32_t from, int32_t to) {
    if (extent == 1) {
        return;
    }
    uint32_t inner = copy->axes - 1;
    /* unsigned: sizes beside a zero-sized axis are not bounded by the memory of a tensor */
    uint32_t count = (uint32_t)copy->extent[inner];
    if ((uint32_t)copy->from[inner] * count == (uint32_t)from && (uint32_t)copy->to[inner] * count == (uint32_t)to) {
        copy->extent[inner] = (int32_t)(count * (uint32_t)extent);
        return;
    }
    copy->extent[copy->axes] = extent;
    copy->from[copy->axes] = from;
    copy->to[copy->axes] = to;
    copy->axes++;
}

/* Axes 0 and 1, moved in the widest unit that all addresses are a multiple of. */
static void copy_rows(const copy_t *copy, uint8_t *to, const uint8_t *from, uint32_t odd) {
    int32_t bytes = copy->extent[0], from_step = copy->from[1], to_step = copy->to[1];
    for (int32_t row = copy->extent[1]; row > 0; row--, to += to_step, from += from_step) {
        if (bytes >= SHORT_RUN) {
            memcpy(to, from, (size_t)bytes);
        } else if ((odd & 3) == 0) {
            for (int32_t i = 0; i < bytes; i += 4) {
                *(word_t *)(void *)(to + i) = *(const word_t *)(const void *)(from + i);
            }
        } else if ((odd & 1) == 0) {
            for (int32_t i = 0; i < bytes; i += 2) {
                *(half_t *)(void *)(to + i) = *(const half_t *)(const void *)(from + i);
            }
        } else {
            for (int32_t i = 0; i < bytes; i++) {
                to[i] = from[i];
            }
        }
    }
}

void copy_run(const copy_t *copy, void *to, const void *from) {
    int32_t index[COPY_MAX_AXES] = {0};
    uint8_t *target = to;
    const uint8_t *source = from;
    uint32_t odd = (uint32_t)(uintptr_t)to | (uint32_t)(uintptr_t)from | (uint32_t)copy->extent[0];
    for (uint32_t axis = 0; axis < copy->axes; axis++) {
        if (copy->extent[axis] <= 0) {
            return;
        }
        odd |= axis ? (uint32_t)copy->from[axis] | (uint32_t)copy->to[axis] : 0;
    }
    for (;;) {
        copy_rows(copy, target, source, odd);
        uint32_t axis = 2;
        for (; axis < copy->axes; axis++) {
            target += copy->to[axis];
            source += copy->from[axis];
            if (++index[axis] < copy->extent[axis]) {
                break;
            }
            index[axis] = 0;
            target -= (ptrdiff_t)copy->to[axis] * copy->extent[axis];
            source -= (ptrdiff_t)copy->from[axis] * copy->extent[axis];
        }
        if (axis >= copy->axes) {
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
