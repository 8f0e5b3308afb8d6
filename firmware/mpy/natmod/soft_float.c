/* SPDX-License-Identifier: MIT
 * Floats on cores without an FPU, for native modules: a third of the size of the compiler's library, whose division has
 * absolute addresses besides. Rounds to nearest, ties to even, like every FPU; tests/natmod compares it with one. */
#include <stdbool.h>
#include <stdint.h>

/* What the compiler calls the functions, and what its comparisons give. */
#if defined(SOFT_FLOAT_TEST)
#define SOFT_FLOAT
#define ADD soft_add
#define SUB soft_sub
#define MUL soft_mul
#define DIV soft_div
#define FROM_INT soft_from_int
#define FROM_UINT soft_from_uint
#define TO_INT soft_to_int
#define TO_UINT soft_to_uint
#define EXTEND soft_extend
#elif defined(__ARM_ARCH_6M__)
#define SOFT_FLOAT
#define ADD __aeabi_fadd
#define SUB __aeabi_fsub
#define MUL __aeabi_fmul
#define DIV __aeabi_fdiv
#define FROM_INT __aeabi_i2f
#define FROM_UINT __aeabi_ui2f
#define TO_INT __aeabi_f2iz
#define TO_UINT __aeabi_f2uiz
#elif (defined(__riscv) && defined(__riscv_float_abi_soft)) || defined(__XTENSA__) /* the ESP32-S2 has no FPU */
#define SOFT_FLOAT
#define ADD __addsf3
#define SUB __subsf3
#define MUL __mulsf3
#define DIV __divsf3
#define FROM_INT __floatsisf
#define FROM_UINT __floatunsisf
#define TO_INT __fixsfsi
#define TO_UINT __fixunssfsi
#define EXTEND __extendsfdf2
#endif

#if defined(SOFT_FLOAT)

#define SIGN 0x80000000u
#define INFINITE 0x7f800000u
#define NOT_A_NUMBER 0x7fc00000u
#define ONE 0x00800000u /* the mantissa's leading bit */
#define TOP 0x80000000u

typedef union {
    float value;
    uint32_t bits;
} float_bits_t;

static uint32_t bits_of(float value) {
    float_bits_t f = {value};
    return f.bits;
}

static float from_bits(uint32_t bits) {
    float_bits_t f = {.bits = bits};
    return f.value;
}

/* The float nearest to m * 2^(exponent - 127 - 31); the last bit of m may stand for all that follow it. */
static float pack(uint32_t sign, int32_t exponent, uint32_t m) {
    if (m == 0) {
        return from_bits(sign);
    }
    for (; !(m & TOP); m <<= 1) {
        exponent--;
    }
    for (; exponent < 1; exponent++) { /* too small for a leading bit */
        m = m >> 1 | (m & 1);
    }
    if (exponent >= 255) {
        return from_bits(sign | INFINITE);
    }
    uint32_t rest = m & 0xff;
    m >>= 8;
    m += rest > 0x80 || (rest == 0x80 && (m & 1));
    return from_bits(sign + ((uint32_t)(exponent - 1) << 23) + m); /* the leading bit makes the exponent right */
}

/* Mantissa in [2^23, 2^24) of a finite positive number other than 0, and its exponent. */
static uint32_t unpack(uint32_t bits, int32_t *exponent) {
    uint32_t m = bits & (ONE - 1);
    *exponent = (int32_t)(bits >> 23);
    if (bits >= ONE) {
        return m | ONE;
    }
    for (*exponent = 1; m < ONE; m <<= 1) {
        *exponent -= 1;
    }
    return m;
}

/* a * b / 2^16 of two mantissas, the last bit 1 if one that was dropped is. */
static uint32_t high_product(uint32_t a, uint32_t b) {
#if defined(__ARM_ARCH_6M__) /* the library's product of 64 bits takes more bytes */
    uint32_t a_low = a & 0xfff, b_low = b & 0xfff, low = a_low * b_low;
    uint32_t middle = (a >> 12) * b_low + a_low * (b >> 12) + (low >> 12);
    uint32_t dropped = (middle & 15) | (low & 0xfff);
    return (((a >> 12) * (b >> 12) << 8) + (middle >> 4)) | (dropped != 0);
#else
    uint64_t product = (uint64_t)a * b;
    return (uint32_t)(product >> 16) | ((product & 0xffff) != 0);
#endif
}

float ADD(float x, float y);
float ADD(float x, float y) {
    uint32_t a = bits_of(x), b = bits_of(y);
    if ((a & ~SIGN) < (b & ~SIGN)) {
        uint32_t swapped = a;
        a = b;
        b = swapped;
    }
    uint32_t large = a & ~SIGN, small = b & ~SIGN;
    bool opposite = ((a ^ b) & SIGN) != 0;
    if (large >= INFINITE) {
        return from_bits(large > INFINITE || (small == INFINITE && opposite) ? NOT_A_NUMBER : a);
    }
    if (small == 0) {
        return from_bits(large == 0 ? a & b : a);
    }
    int32_t exponent, other;
    uint32_t m = unpack(large, &exponent) << 7;
    uint32_t n = unpack(small, &other) << 7;
    for (; other < exponent && n > 1; other++) {
        n = n >> 1 | (n & 1);
    }
    m = opposite ? m - n : m + n;
    return pack(m ? a & SIGN : 0, exponent + 1, m);
}

float SUB(float x, float y);
float SUB(float x, float y) {
    return ADD(x, from_bits(bits_of(y) ^ SIGN));
}

float MUL(float x, float y);
float MUL(float x, float y) {
    uint32_t a = bits_of(x), b = bits_of(y);
    uint32_t sign = (a ^ b) & SIGN;
    a &= ~SIGN;
    b &= ~SIGN;
    if (a >= INFINITE || b >= INFINITE) {
        return from_bits(a > INFINITE || b > INFINITE || a == 0 || b == 0 ? NOT_A_NUMBER : sign | INFINITE);
    }
    if (a == 0 || b == 0) {
        return from_bits(sign);
    }
    int32_t exponent, other;
    a = unpack(a, &exponent);
    b = unpack(b, &other);
    return pack(sign, exponent + other - 126, high_product(a, b));
}

float DIV(float x, float y);
float DIV(float x, float y) {
    uint32_t a = bits_of(x), b = bits_of(y);
    uint32_t sign = (a ^ b) & SIGN;
    a &= ~SIGN;
    b &= ~SIGN;
    if (a > INFINITE || b > INFINITE || (a == b && (a == 0 || a == INFINITE))) {
        return from_bits(NOT_A_NUMBER);
    }
    if (a == 0 || b == INFINITE) {
        return from_bits(sign);
    }
    if (b == 0 || a == INFINITE) {
        return from_bits(sign | INFINITE);
    }
    int32_t exponent, other;
    uint32_t rest = unpack(a, &exponent), divisor = unpack(b, &other), quotient = 0;
    for (int i = 0; i < 26; i++) { /* rest < 2 * divisor */
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        rest <<= 1;
    }
    return pack(sign, exponent - other + 127 + 5, quotient << 1 | (rest != 0));
}

float FROM_UINT(uint32_t number);
float FROM_UINT(uint32_t number) {
    return pack(0, 127 + 31, number);
}

float FROM_INT(int32_t number);
float FROM_INT(int32_t number) {
    return pack(number < 0 ? SIGN : 0, 127 + 31, number < 0 ? 0 - (uint32_t)number : (uint32_t)number);
}

#if defined(__XTENSA__) || defined(SOFT_FLOAT_TEST)
float __floatdisf(int64_t number);
float __floatdisf(int64_t number) {
    uint64_t m = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    int32_t exponent = 127 + 31;
    for (; m >> 32; exponent++) {
        m = m >> 1 | (m & 1);
    }
    return pack(number < 0 ? SIGN : 0, exponent, (uint32_t)m);
}
#endif

#if defined(__XTENSA__) || defined(SOFT_FLOAT_TEST)
/* The same number as double: for MicroPython's printf. */
double EXTEND(float value);
double EXTEND(float value) {
    uint32_t bits = bits_of(value), m = bits & (ONE - 1);
    int32_t exponent = (int32_t)(bits >> 23 & 0xff), other = 1023 - 127;
    if (exponent == 255) {
        exponent = 2047 - other;
    } else if (exponent == 0) {
        if (m != 0) {
            m = unpack(m, &exponent) & (ONE - 1);
        } else {
            other = 0;
        }
    }
    union {
        uint64_t bits;
        double value;
    } wide = {(uint64_t)((bits & SIGN) | (uint32_t)(exponent + other) << 20 | m >> 3) << 32 | m << 29};
    return wide.value;
}
#endif

/* |value| towards zero, `limit` where it is larger; 0 for what is not a number. */
static uint32_t magnitude(uint32_t bits, uint32_t limit) {
    bits &= ~SIGN;
    int32_t shift = 127 + 23 - (int32_t)(bits >> 23);
    uint32_t m = (bits & (ONE - 1)) | ONE;
    if (bits > INFINITE || shift > 23) {
        return 0;
    }
    if (shift < -8) {
        return limit;
    }
    m = shift < 0 ? m << -shift : m >> shift;
    return m < limit ? m : limit;
}

int32_t TO_INT(float value);
int32_t TO_INT(float value) {
    bool negative = bits_of(value) & SIGN;
    uint32_t m = magnitude(bits_of(value), 0x7fffffffu + negative);
    return (int32_t)(negative ? 0 - m : m);
}

uint32_t TO_UINT(float value);
uint32_t TO_UINT(float value) {
    return bits_of(value) & SIGN ? 0 : magnitude(bits_of(value), UINT32_MAX);
}

/* -1, 0 or 1 as x is below, equal to or above y; `unordered` if one is not a number. */
static int32_t compare(float x, float y, int32_t unordered) {
    uint32_t a = bits_of(x), b = bits_of(y);
    if ((a & ~SIGN) > INFINITE || (b & ~SIGN) > INFINITE) {
        return unordered;
    }
    int32_t p = (int32_t)(a & SIGN ? SIGN - a : a); /* -0 becomes 0 */
    int32_t q = (int32_t)(b & SIGN ? SIGN - b : b);
    return p < q ? -1 : p > q;
}

/* The names in either ABI; `test` is of the result of compare(), `unordered` what makes it fail. */
#define ORDER(name, unordered, test) \
    int name(float x, float y);      \
    int name(float x, float y) {     \
        int32_t order = compare(x, y, unordered); \
        return test;                 \
    }
#if defined(__ARM_ARCH_6M__)
ORDER(__aeabi_fcmpeq, 1, order == 0)
ORDER(__aeabi_fcmplt, 1, order < 0)
ORDER(__aeabi_fcmple, 1, order <= 0)
ORDER(__aeabi_fcmpgt, -1, order > 0)
ORDER(__aeabi_fcmpge, -1, order >= 0)
ORDER(__aeabi_fcmpun, 2, order == 2)
#else
ORDER(__eqsf2, 1, order)
ORDER(__nesf2, 1, order)
ORDER(__ltsf2, 1, order)
ORDER(__lesf2, 1, order)
ORDER(__gtsf2, -1, order)
ORDER(__gesf2, -1, order)
ORDER(__unordsf2, 2, order == 2)
#endif
#endif
