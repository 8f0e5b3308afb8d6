/* SPDX-License-Identifier: MIT
 * Sorting in place, by heap: no memory, and no bad case. */
#include "sort.h"

#include <stddef.h>

#include "element.h"
#include "lines.h"

/* What is sorted: the elements, or (`order`) indices of them. */
typedef struct {
    uint8_t *data;
    int32_t step;
    uint8_t *order;
    int32_t order_step;
    uint8_t dtype;
} heap_t;

static uint16_t *index_at(const heap_t *heap, int32_t k) {
    return (uint16_t *)(void *)(heap->order + k * heap->order_step);
}

static bool less(const heap_t *heap, int32_t a, int32_t b) {
    element_t left, right;
    bool real = heap->dtype == DTYPE_FLOAT;
    a = heap->order ? *index_at(heap, a) : a;
    b = heap->order ? *index_at(heap, b) : b;
    element_read(&left, heap->data + a * heap->step, 0, 1, heap->dtype, real);
    element_read(&right, heap->data + b * heap->step, 0, 1, heap->dtype, real);
    return real ? left.f < right.f || (right.f != right.f && left.f == left.f) : left.i < right.i;
}

static void swap(const heap_t *heap, int32_t a, int32_t b) {
    uint8_t *data = heap->order ? heap->order : heap->data;
    int32_t step = heap->order ? heap->order_step : heap->step;
    uint8_t *one = data + a * step;
    uint8_t *other = data + b * step;
    for (unsigned bytes = heap->order ? 2 : ndarray_item_bytes(heap->dtype); bytes > 0; bytes--) {
        uint8_t kept = *one;
        *one++ = *other;
        *other++ = kept;
    }
}

/* Lets element `top` sink to its place among the first `count`. */
static void sink(const heap_t *heap, int32_t top, int32_t count) {
    for (;;) {
        int32_t child = 2 * top + 1;
        if (child >= count) {
            return;
        }
        if (child + 1 < count && less(heap, child, child + 1)) {
            child++;
        }
        if (!less(heap, top, child)) {
            return;
        }
        swap(heap, top, child);
        top = child;
    }
}

static void sort_heap(const heap_t *heap, int32_t count) {
    for (int32_t k = count / 2; k-- > 0;) {
        sink(heap, k, count);
    }
    while (count-- > 1) {
        swap(heap, 0, count);
        sink(heap, 0, count);
    }
}

void sort_axis(const ndarray_t *array, unsigned axis) {
    lines_t lines;
    lines_start(&lines, axis, 1, &array);
    while (lines_next(&lines)) {
        heap_t heap = {lines.data[0], lines.step[0], NULL, 0, array->dtype};
        sort_heap(&heap, lines.length);
    }
}

void sort_indices(const ndarray_t *order, const ndarray_t *array, unsigned axis) {
    const ndarray_t *arrays[] = {array, order};
    lines_t lines;
    lines_start(&lines, axis, 2, arrays);
    while (lines_next(&lines)) {
        heap_t heap = {lines.data[0], lines.step[0], lines.data[1], lines.step[1], array->dtype};
        for (int32_t k = 0; k < lines.length; k++) {
            *index_at(&heap, k) = (uint16_t)k;
        }
        sort_heap(&heap, lines.length);
    }
}
