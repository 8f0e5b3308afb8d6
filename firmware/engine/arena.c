/* SPDX-License-Identifier: MIT
 * A block of memory handed out from the bottom. */
#include "arena.h"

#include <string.h>

enum { ALIGNMENT = sizeof(int64_t) };

void arena_init(arena_t *arena, void *base, uint32_t bytes) {
    uint32_t skip = (uint32_t)(0 - (uintptr_t)base) & (ALIGNMENT - 1);
    skip = skip > bytes ? bytes : skip;
    arena->base = base == NULL ? NULL : (uint8_t *)base + skip;
    arena->bytes = (bytes - skip) & ~(uint32_t)(ALIGNMENT - 1);
    arena->low = 0;
}

/* Rounds up; gives a size that cannot be met where rounding would wrap. */
static uint32_t rounded(uint32_t bytes) {
    return bytes > INT32_MAX ? INT32_MAX : (bytes + ALIGNMENT - 1) & ~(uint32_t)(ALIGNMENT - 1);
}

void *arena_take(arena_t *arena, uint32_t bytes) {
    bytes = rounded(bytes);
    if (bytes > arena->bytes - arena->low) {
        return NULL;
    }
    void *memory = arena->base + arena->low;
    arena->low += bytes;
    return memset(memory, 0, bytes);
}

void arena_give_back(arena_t *arena, const void *memory) {
    arena->low = (uint32_t)((const uint8_t *)memory - arena->base);
}
