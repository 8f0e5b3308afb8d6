/* SPDX-License-Identifier: MIT
 * The five functions of the C library that a compiler may call by itself; a native module is linked without a library.
 * MicroPython lends two of its own: they lie in the board's flash and are faster than any loop here. */
#include "py/dynruntime.h"

/* MicroPython's headers map these names onto its table. */
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen

void *memcpy(void *restrict target, const void *restrict source, size_t bytes) {
    return mp_fun_table.memmove_(target, source, bytes);
}

void *memmove(void *target, const void *source, size_t bytes) {
    return mp_fun_table.memmove_(target, source, bytes);
}

void *memset(void *target, int value, size_t bytes) {
    return mp_fun_table.memset_(target, value, bytes);
}

int memcmp(const void *left, const void *right, size_t bytes) {
    const uint8_t *a = left;
    const uint8_t *b = right;
    for (; bytes != 0; bytes--, a++, b++) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}

/* Without the attribute the compiler sees that the loop is strlen, and calls it. */
__attribute__((optimize("no-tree-loop-distribute-patterns"))) size_t strlen(const char *text) {
    const char *end = text;
    while (*end) {
        end++;
    }
    return (size_t)(end - text);
}
