/* SPDX-License-Identifier: MIT
 * A block of memory handed out from the bottom upwards: records for good, temporaries until they are given back. Knows
 * nothing of what it holds. */
#ifndef MPYLITE_ARENA_H
#define MPYLITE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *base;
    uint32_t bytes;
    uint32_t low; /* bytes taken */
} arena_t;

/* Takes over `bytes` bytes at base, which need not be aligned. */
void arena_init(arena_t *arena, void *base, uint32_t bytes);

/* Zeroed memory, aligned for any scalar; NULL if there is no room. */
void *arena_take(arena_t *arena, uint32_t bytes);

/* Gives back what was taken last, and all since. */
void arena_give_back(arena_t *arena, const void *memory);

#endif
