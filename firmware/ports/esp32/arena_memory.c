/* SPDX-License-Identifier: MIT
 * In which memory of an ESP32 an arena lies: internal RAM first. */
#include "arena_memory.h"

#include "esp_heap_caps.h"

#define ALIGNMENT 16 /* of what kernels read in blocks */
#define INTERNAL (MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)
#define EXTERNAL (MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT)

void *arena_memory_take(size_t bytes) {
    size_t room = heap_caps_get_free_size(INTERNAL);
    void *memory = NULL;
    bytes = bytes ? bytes : 1;
    if (room > ARENA_MEMORY_KEPT && bytes <= room - ARENA_MEMORY_KEPT) {
        memory = heap_caps_aligned_alloc(ALIGNMENT, bytes, INTERNAL); /* NULL if no piece is long enough */
    }
    return memory ? memory : heap_caps_aligned_alloc(ALIGNMENT, bytes, EXTERNAL);
}

void arena_memory_give(void *memory) {
    heap_caps_free(memory);
}
