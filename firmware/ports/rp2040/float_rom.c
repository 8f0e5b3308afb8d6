/* SPDX-License-Identifier: MIT
 * The compiler's float functions, by the bootrom's arithmetic. The ROM rounds ordinary numbers as IEEE 754 says, but knows
 * no NaN and takes liberties with infinities and signed zeros: those are decided here. Subnormal numbers count as zero. */
#include "float_rom.h"

#include "port.h"

/* Slots of the ROM's table of single precision functions. */
enum { ADD = 0, SUB, MUL, DIV, SQRT = 6, FROM_INT = 11, FROM_UINT = 13, COS = 15, SIN, TAN, EXP = 19, LN };

#define SIGN 0x80000000u
#define INFINITY_BITS 0x7f800000u
#define NAN_BITS 0x7fc00000u

typedef union {
    float f;
    uint32_t u;
} bits_t;

static const rom_function_t *table;

void float_rom_init(void) {
    table = rom_data('S', 'F');
}

static float from_bits(uint32_t u) {
    bits_t bits = {.u = u};
    return bits.f;
}

static uint32_t to_bits(float f) {
    bits_t bits = {.f = f};
    return bits.u;
}

static uint32_t exponent(uint32_t u) {
    return u >> 23 & 0xff;
}

/* Neither zero nor infinite nor NaN. */
static bool is_ordinary(uint32_t u) {
    return exponent(u) - 1 < 0xfe;
}

static bool is_zero(uint32_t u) {
    return exponent(u) == 0;
}

static bool is_nan(uint32_t u) {
    return (u & ~SIGN) > INFINITY_BITS;
}

static float call(unsigned slot, uint32_t a, uint32_t b) {
    return ((float (*)(float, float))table[slot])(from_bits(a), from_bits(b));
}

static float add(uint32_t a, uint32_t b) {
    if (is_ordinary(a) && is_ordinary(b)) {
        return call(ADD, a, b);
    }
    if (is_nan(a) || is_nan(b) || (exponent(a) == 0xff && exponent(b) == 0xff && a != b)) {
        return from_bits(NAN_BITS);
    }
    if (is_zero(a) && is_zero(b)) {
        return from_bits(a & b & SIGN);
    }
    return from_bits(exponent(a) == 0xff || is_zero(b) ? a : b);
}

float __aeabi_fadd(float a, float b) {
    return add(to_bits(a), to_bits(b));
}

float __aeabi_fsub(float a, float b) {
    return add(to_bits(a), to_bits(b) ^ SIGN);
}

float __aeabi_frsub(float a, float b) {
    return add(to_bits(b), to_bits(a) ^ SIGN);
}

/* Where one side at least is zero, infinite or NaN: `a * b`, or with `divides` a / b, which is a * (1 / b). */
static float product_of_extremes(uint32_t a, uint32_t b, bool divides) {
    bool infinite = exponent(a) == 0xff || (divides ? is_zero(b) : exponent(b) == 0xff);
    bool zero = is_zero(a) || (divides ? exponent(b) == 0xff : is_zero(b));
    if (is_nan(a) || is_nan(b) || (infinite && zero)) {
        return from_bits(NAN_BITS);
    }
    return from_bits(((a ^ b) & SIGN) | (infinite ? INFINITY_BITS : 0));
}

static float multiply(float a, float b, unsigned slot) {
    uint32_t ua = to_bits(a), ub = to_bits(b);
    return is_ordinary(ua) && is_ordinary(ub) ? call(slot, ua, ub) : product_of_extremes(ua, ub, slot == DIV);
}

float __aeabi_fmul(float a, float b) {
    return multiply(a, b, MUL);
}

float __aeabi_fdiv(float a, float b) {
    return multiply(a, b, DIV);
}

/* ---- comparisons --------------------------------------------------------------------------------------------- */

/* -1, 0, 1; 2: one is NaN. */
static int order(float a, float b) {
    int32_t x = (int32_t)to_bits(a), y = (int32_t)to_bits(b);
    if (is_nan((uint32_t)x) || is_nan((uint32_t)y)) {
        return 2;
    }
    x = x < 0 ? (int32_t)(SIGN - (uint32_t)x) : x; /* the numbers' order as integers */
    y = y < 0 ? (int32_t)(SIGN - (uint32_t)y) : y;
    return (x > y) - (x < y);
}

int __aeabi_fcmpeq(float a, float b) {
    return order(a, b) == 0;
}

int __aeabi_fcmplt(float a, float b) {
    return order(a, b) == -1;
}

int __aeabi_fcmple(float a, float b) {
    return order(a, b) <= 0;
}

int __aeabi_fcmpgt(float a, float b) {
    return order(a, b) == 1;
}

int __aeabi_fcmpge(float a, float b) {
    return (unsigned)order(a, b) <= 1;
}

int __aeabi_fcmpun(float a, float b) {
    return order(a, b) == 2;
}

/* ---- conversions --------------------------------------------------------------------------------------------- */

/* The whole part, without sign, saturated. */
static uint64_t magnitude(uint32_t u) {
    int shift = (int)exponent(u) - 127 - 23;
    uint64_t mantissa = (u & 0x7fffff) | 0x800000;
    if (is_nan(u)) {
        return 0;
    }
    if (shift < 0) {
        return shift < -23 ? 0 : mantissa >> -shift;
    }
    return shift > 40 ? UINT64_MAX : mantissa << shift;
}

int64_t __aeabi_f2lz(float a) {
    uint32_t u = to_bits(a);
    uint64_t whole = magnitude(u);
    if (whole > INT64_MAX) {
        return u & SIGN ? INT64_MIN : INT64_MAX;
    }
    return u & SIGN ? -(int64_t)whole : (int64_t)whole;
}

uint64_t __aeabi_f2ulz(float a) {
    uint32_t u = to_bits(a);
    return u & SIGN ? 0 : magnitude(u);
}

int32_t __aeabi_f2iz(float a) {
    int64_t whole = __aeabi_f2lz(a);
    return whole > INT32_MAX ? INT32_MAX : whole < INT32_MIN ? INT32_MIN : (int32_t)whole;
}

uint32_t __aeabi_f2uiz(float a) {
    uint64_t whole = __aeabi_f2ulz(a);
    return whole > UINT32_MAX ? UINT32_MAX : (uint32_t)whole;
}

float __aeabi_i2f(int32_t a) {
    return ((float (*)(int32_t))table[FROM_INT])(a);
}

float __aeabi_ui2f(uint32_t a) {
    return ((float (*)(uint32_t))table[FROM_UINT])(a);
}

/* Keeps 32 leading bits, the last one standing for all that are cut off, so that one rounding is left. */
float __aeabi_ul2f(uint64_t a) {
    unsigned shift = 0;
    while (a >> 32) {
        a = a >> 1 | (a & 1);
        shift++;
    }
    uint32_t u = to_bits(__aeabi_ui2f((uint32_t)a));
    return from_bits(u + (shift << 23));
}

float __aeabi_l2f(int64_t a) {
    float f = __aeabi_ul2f(a < 0 ? -(uint64_t)a : (uint64_t)a);
    return a < 0 ? from_bits(to_bits(f) | SIGN) : f;
}

/* ---- what the C library would bring -------------------------------------------------------------------------- */

float copysignf(float a, float b) {
    return from_bits((to_bits(a) & ~SIGN) | (to_bits(b) & SIGN));
}

float nanf(const char *payload) {
    (void)payload;
    return from_bits(NAN_BITS);
}

float truncf(float a) {
    int32_t cut = 127 + 23 - (int32_t)exponent(to_bits(a)); /* bits behind the point */
    uint32_t u = to_bits(a);
    return cut <= 0 ? a : from_bits(cut > 23 ? u & SIGN : u >> cut << cut);
}

float floorf(float a) {
    float whole = truncf(a);
    return whole > a ? whole - 1 : whole;
}

float ceilf(float a) {
    float whole = truncf(a);
    return whole < a ? copysignf(whole + 1, a) : whole;
}

/* Half to even. */
float nearbyintf(float a) {
    float big = copysignf(8388608.0f, a);
    return exponent(to_bits(a)) >= 127 + 23 ? a : copysignf(a + big - big, a);
}

float sqrtf(float a) {
    uint32_t u = to_bits(a);
    if (is_ordinary(u) && !(u & SIGN)) {
        return call(SQRT, u, 0);
    }
    return is_nan(u) || (u & SIGN && !is_zero(u)) ? from_bits(NAN_BITS) : a;
}

/* Overflow and underflow beyond these; the ROM's own edges are not IEEE 754's. */
float expf(float a) {
    uint32_t u = to_bits(a);
    if (is_nan(u) || u == INFINITY_BITS) {
        return a;
    }
    if (order(a, 88.72284f) > 0) {
        return from_bits(INFINITY_BITS);
    }
    return order(a, -87.33655f) < 0 ? 0 : is_zero(u) ? 1 : call(EXP, u, 0);
}

float logf(float a) {
    uint32_t u = to_bits(a);
    if (is_ordinary(u) && !(u & SIGN)) {
        return call(LN, u, 0);
    }
    if (is_zero(u)) {
        return from_bits(INFINITY_BITS | SIGN);
    }
    return u == INFINITY_BITS ? a : from_bits(NAN_BITS);
}

/* The remainder of a long division, bit by bit: exact. */
float fmodf(float a, float b) {
    uint32_t ua = to_bits(a) & ~SIGN, ub = to_bits(b) & ~SIGN;
    if (exponent(ua) == 0xff || is_nan(ub) || is_zero(ub)) {
        return from_bits(NAN_BITS);
    }
    if (ua < ub) {
        return a;
    }
    uint32_t rest = (ua & 0x7fffff) | 0x800000, step = (ub & 0x7fffff) | 0x800000;
    uint32_t power = exponent(ua), last = exponent(ub);
    for (;; power--, rest <<= 1) {
        rest -= rest >= step ? step : 0;
        if (power == last || rest == 0) {
            break;
        }
    }
    while (rest && !(rest & 0x800000) && last > 1) {
        rest <<= 1;
        last--;
    }
    uint32_t result = rest & 0x800000 ? (rest & 0x7fffff) | last << 23 : 0;
    return from_bits(result | (to_bits(a) & SIGN));
}
