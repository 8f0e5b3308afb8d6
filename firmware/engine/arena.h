/* SPDX-License-Identifier: MIT
 * A block of memory handed out from both ends: records from the bottom, for good; temporaries from the top, until
 * arena_release. Knows nothing of what it holds. */
#ifndef MPYLITE_ARENA_H
#define MPYLITE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *base;
    uint32_t bytes;
    uint32_t low;  /* bytes taken from the bottom */
    uint32_t high; /* where the temporaries begin */
} arena_t;

/* Takes over `bytes` bytes at base, which need not be aligned. */
void arena_init(arena_t *arena, void *base, uint32_t bytes);

/* Zeroed memory, aligned for any scalar; NULL if there is no room. */
void *arena_take(arena_t *arena, uint32_t bytes);

/* The same from the top. */
void *arena_borrow(arena_t *arena, uint32_t bytes);

/* Gives all temporaries back. */
void arena_release(arena_t *arena);

#endif
