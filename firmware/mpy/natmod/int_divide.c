/* SPDX-License-Identifier: MIT
 * Integer division for Cortex-M0, for native modules: the compiler's library unrolls it to seven times the size. As many
 * steps as the quotient has bits. */
#if defined(__ARM_ARCH_6M__)
#include <stdint.h>

/* Quotient in the low word, remainder in the high word: how the ABI returns the pair. */
uint64_t __aeabi_uidivmod(uint32_t a, uint32_t b);
uint64_t __aeabi_uidivmod(uint32_t a, uint32_t b) {
    uint32_t quotient = 0, bit = 1;
    if (b == 0) {
        return a; /* what the kernels divide by is checked; this only ends */
    }
    while (b < a && !(b >> 31)) {
        b <<= 1;
        bit <<= 1;
    }
    for (; bit != 0; bit >>= 1, b >>= 1) {
        if (a >= b) {
            a -= b;
            quotient |= bit;
        }
    }
    return (uint64_t)a << 32 | quotient;
}

/* Towards zero, the remainder with the sign of a. */
uint64_t __aeabi_idivmod(int32_t a, int32_t b);
uint64_t __aeabi_idivmod(int32_t a, int32_t b) {
    uint64_t pair = __aeabi_uidivmod(a < 0 ? 0 - (uint32_t)a : (uint32_t)a, b < 0 ? 0 - (uint32_t)b : (uint32_t)b);
    uint32_t quotient = (uint32_t)pair, rest = (uint32_t)(pair >> 32);
    quotient = (a ^ b) < 0 ? 0 - quotient : quotient;
    rest = a < 0 ? 0 - rest : rest;
    return (uint64_t)rest << 32 | quotient;
}

uint32_t __aeabi_uidiv(uint32_t a, uint32_t b);
uint32_t __aeabi_uidiv(uint32_t a, uint32_t b) {
    return (uint32_t)__aeabi_uidivmod(a, b);
}

int32_t __aeabi_idiv(int32_t a, int32_t b);
int32_t __aeabi_idiv(int32_t a, int32_t b) {
    return (int32_t)__aeabi_idivmod(a, b);
}
#endif
