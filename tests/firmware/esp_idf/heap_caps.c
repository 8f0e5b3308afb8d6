/* SPDX-License-Identifier: MIT
 * Two memories that count: stands in for ESP-IDF's allocator. */
#include "esp_heap_caps.h"

#include <stdlib.h>

enum { INTERNAL, EXTERNAL, HEAD = 32 };

size_t heap_free[2]; /* the test sets what each memory has */
size_t heap_longest[2];

static int memory_of(uint32_t caps) {
    return caps & MALLOC_CAP_INTERNAL ? INTERNAL : EXTERNAL;
}

size_t heap_caps_get_free_size(uint32_t caps) {
    return heap_free[memory_of(caps)];
}

void *heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps) {
    int which = memory_of(caps);
    if (size > heap_longest[which] || size > heap_free[which] || !(caps & MALLOC_CAP_8BIT)) {
        return NULL;
    }
    size_t *head = aligned_alloc(alignment < HEAD ? HEAD : alignment, (HEAD + size + HEAD - 1) / HEAD * HEAD);
    heap_free[which] -= size;
    head[0] = (size_t)which;
    head[1] = size;
    return (char *)head + HEAD;
}

void heap_caps_free(void *memory) {
    if (memory != NULL) {
        size_t *head = (size_t *)((char *)memory - HEAD);
        heap_free[head[0]] += head[1];
        free(head);
    }
}
