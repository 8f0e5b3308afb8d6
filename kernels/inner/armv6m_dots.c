/* SPDX-License-Identifier: MIT
 * inner_dot_s8 and inner_dot_s16 on Cortex-M0 and M0+: aligned fours in assembly, the rest in C. */
#include "armv6m.h"

#ifdef INNER_DOTS

#define MOST 256 /* products of 22 bits whose sum fits 32 */

static int32_t whole_fours(const void *x, const int8_t *w, int32_t n) {
    return n > 0 && (((uintptr_t)x | (uintptr_t)w) & 3) == 0 ? n & ~3 : 0;
}

int32_t inner_dot_s8(const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset) {
    int32_t whole = whole_fours(x, w, n);
    uint32_t sum = whole ? (uint32_t)armv6m_dot_s8(x, w, whole, x_offset) : 0;
    for (int32_t i = whole; i < n; i++) {
        sum += (uint32_t)((x[i] + x_offset) * w[i]);
    }
    return (int32_t)sum;
}

int64_t inner_dot_s16(const int16_t *x, const int8_t *w, int32_t n) {
    int32_t whole = whole_fours(x, w, n);
    int64_t sum = 0;
    for (int32_t i = 0; i < n;) {
        int32_t end = n - i < MOST ? n : i + MOST, part = 0;
        if (i < whole) {
            end = end < whole ? end : whole;
            part = armv6m_dot_s16(x + i, w + i, end - i);
            i = end;
        }
        for (; i < end; i++) {
            part += x[i] * w[i];
        }
        sum += part;
    }
    return sum;
}

#endif
