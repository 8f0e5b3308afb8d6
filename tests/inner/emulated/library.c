/* SPDX-License-Identifier: MIT
 * The functions of the C library that the engine calls, where there is no such library. */
#include <stdint.h>
#include <string.h>

#define PLAIN __attribute__((optimize("no-tree-loop-distribute-patterns")))

PLAIN static void *copy(void *target, const void *source, size_t bytes) {
    uint8_t *to = target;
    const uint8_t *from = source;
    if (to <= from) {
        if (((uintptr_t)to | (uintptr_t)from) % 4 == 0) {
            for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
                *(uint32_t *)(void *)to = *(const uint32_t *)(const void *)from;
            }
        }
        for (; bytes > 0; bytes--) {
            *to++ = *from++;
        }
    } else {
        while (bytes-- > 0) {
            to[bytes] = from[bytes];
        }
    }
    return target;
}

void *memmove(void *target, const void *source, size_t bytes) {
    return copy(target, source, bytes);
}

void *memcpy(void *restrict target, const void *restrict source, size_t bytes) {
    return copy(target, source, bytes);
}

PLAIN void *memset(void *target, int value, size_t bytes) {
    for (uint8_t *to = target; bytes > 0; bytes--) {
        *to++ = (uint8_t)value;
    }
    return target;
}

PLAIN int memcmp(const void *left, const void *right, size_t bytes) {
    const uint8_t *a = left, *b = right;
    for (; bytes > 0; bytes--, a++, b++) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}

PLAIN size_t strlen(const char *text) {
    const char *end = text;
    while (*end) {
        end++;
    }
    return (size_t)(end - text);
}
