/* SPDX-License-Identifier: MIT
 * Shifts and products of 64 bits for Xtensa's windowed calls: compilers that come with another ABI's library lack them. */
#if defined(__XTENSA__)
#include <stdint.h>

typedef union {
    uint64_t whole;
    struct {
        uint32_t low, high;
    } half;
} pair_t;

uint64_t __ashldi3(uint64_t value, int bits);
uint64_t __ashldi3(uint64_t value, int bits) {
    pair_t a = {value}, r = a;
    if (bits & 32) {
        r.half.high = a.half.low << (bits & 31);
        r.half.low = 0;
    } else if (bits != 0) {
        r.half.high = a.half.high << bits | a.half.low >> (32 - bits);
        r.half.low = a.half.low << bits;
    }
    return r.whole;
}

/* To the right, what comes in from above is `fill`. */
static uint64_t right(uint64_t value, int bits, uint32_t fill) {
    pair_t a = {value}, r = a;
    if (bits & 32) {
        a.half.low = a.half.high;
        a.half.high = fill;
        bits &= 31;
        r = a;
    }
    if (bits != 0) {
        r.half.low = a.half.low >> bits | a.half.high << (32 - bits);
        r.half.high = a.half.high >> bits | fill << (32 - bits);
    }
    return r.whole;
}

uint64_t __lshrdi3(uint64_t value, int bits);
uint64_t __lshrdi3(uint64_t value, int bits) {
    return right(value, bits, 0);
}

int64_t __ashrdi3(int64_t value, int bits);
int64_t __ashrdi3(int64_t value, int bits) {
    return (int64_t)right((uint64_t)value, bits, value < 0 ? UINT32_MAX : 0);
}

#if !__XCHAL_HAVE_MUL32_HIGH
uint64_t __umulsidi3(uint32_t a, uint32_t b);
uint64_t __umulsidi3(uint32_t a, uint32_t b) {
    uint32_t first = (a & 0xffff) * (b >> 16), second = (a >> 16) * (b & 0xffff), low = (a & 0xffff) * (b & 0xffff);
    uint32_t middle = (low >> 16) + (first & 0xffff) + (second & 0xffff);
    pair_t r = {.half = {a * b, (a >> 16) * (b >> 16) + (first >> 16) + (second >> 16) + (middle >> 16)}};
    return r.whole;
}
#endif

uint64_t __muldi3(uint64_t left, uint64_t right_factor);
uint64_t __muldi3(uint64_t left, uint64_t right_factor) {
    pair_t a = {left}, b = {right_factor};
    pair_t r = {(uint64_t)a.half.low * b.half.low};
    r.half.high += a.half.low * b.half.high + a.half.high * b.half.low;
    return r.whole;
}
#endif
