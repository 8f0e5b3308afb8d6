/* SPDX-License-Identifier: MIT
 * exp, log and the hyperbolic functions: range reduction by powers of two, then near-minimax polynomials (least squares at
 * Chebyshev nodes). */
#include "elementary.h"

#include "single.h"

#include <string.h>

#define LN2_HIGH 0.693145752f /* 15 bits, so that a multiple by an exponent is exact */
#define LN2_LOW 1.42860677e-6f
#define NAN_BITS 0x7fc00000u
#define INFINITY_BITS 0x7f800000u

static float from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* x * 2**n for -252 <= n <= 254 */
static float scale(float x, int32_t n) {
    int32_t half = n / 2;
    return x * from_bits((uint32_t)(half + 127) << 23) * from_bits((uint32_t)(n - half + 127) << 23);
}

/* exp(r) - 1 for |r| < 0.35 */
static float small_expm1(float r) {
    float tail = 0.5f + r * (1.666666672e-1f + r * (4.166646491e-2f + r * (8.333298470e-3f + r * (1.393365035e-3f + r * 1.989928509e-4f))));
    return r + r * r * tail;
}

float elementary_exp(float x) {
    if (x != x) {
        return x;
    }
    if (x > 88.73f) {
        return from_bits(INFINITY_BITS);
    }
    if (x < -104.0f) {
        return 0.0f;
    }
    int32_t n = (int32_t)single_floor(x * 1.44269504f + 0.5f);
    float r = x - (float)n * LN2_HIGH - (float)n * LN2_LOW;
    return scale(1.0f + small_expm1(r), n);
}

float elementary_expm1(float x) {
    return x > -0.35f && x < 0.35f ? small_expm1(x) : elementary_exp(x) - 1.0f;
}

/* log(x) = exponent * log(2) + log(1 + f); gives f, -0.2929 ... 0.4142 */
static float split(float x, int32_t *exponent) {
    uint32_t bits = bits_of(x);
    int32_t bias = 127;
    if (bits < 0x800000u) { /* subnormal */
        bits = bits_of(x * 8388608.0f);
        bias += 23;
    }
    bits += 0x3f800000u - 0x3f3504f3u; /* 1 - sqrt(1/2): the mantissa lies around 1 */
    *exponent = (int32_t)(bits >> 23) - bias;
    return from_bits((bits & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
}

/* exponent * (high + low) + log(1 + f), where low is small */
static float log_of(float f, float high, float low) {
    float s = f / (2.0f + f);
    float z = s * s;
    float half = 0.5f * f * f;
    float tail = z * (6.666666655e-1f + z * (4.000012244e-1f + z * (2.855076279e-1f + z * 2.333186513e-1f)));
    return s * (half + tail) + low - half + f + high;
}

/* Whether x is a positive finite number; if not, what its logarithm is. */
static int regular(float x, float *result) {
    if (x > 0.0f && bits_of(x) < INFINITY_BITS) {
        return 1;
    }
    *result = x == 0.0f ? -from_bits(INFINITY_BITS) : x < 0.0f ? from_bits(NAN_BITS) : x;
    return 0;
}

float elementary_log(float x) {
    float result;
    if (!regular(x, &result)) {
        return result;
    }
    int32_t n;
    float f = split(x, &n);
    return log_of(f, (float)n * LN2_HIGH, (float)n * LN2_LOW);
}

float elementary_log2(float x) {
    float result;
    if (!regular(x, &result)) {
        return result;
    }
    int32_t n;
    float f = split(x, &n);
    return log_of(f, 0.0f, 0.0f) * 1.44269504f + (float)n;
}

float elementary_log10(float x) {
    float result;
    if (!regular(x, &result)) {
        return result;
    }
    int32_t n;
    float f = split(x, &n);
    /* log10(2) in two parts, as above */
    return log_of(f, 0.0f, 0.0f) * 0.434294482f + (float)n * 4.60503907e-6f + (float)n * 0.301025391f;
}

/* log(1 + x) for x > -1 */
static float log_above(float x) {
    float whole = 1.0f + x;
    if (bits_of(whole) >= INFINITY_BITS) {
        return whole;
    }
    return whole == 1.0f ? x : elementary_log(whole) * (x / (whole - 1.0f));
}

static float absolute(float x) {
    return from_bits(bits_of(x) & 0x7fffffffu);
}

static float with_sign(float x, float sign) {
    return from_bits(bits_of(x) | (bits_of(sign) & 0x80000000u));
}

float elementary_sinh(float x) {
    float positive = absolute(x);
    if (positive > 20.0f) { /* half of it first: exp overflows a little earlier */
        float root = elementary_exp(positive * 0.5f);
        return with_sign(0.5f * root * root, x);
    }
    float e = elementary_expm1(positive);
    return with_sign(0.5f * (e + e / (e + 1.0f)), x);
}

float elementary_cosh(float x) {
    float root = elementary_exp(absolute(x) * 0.5f);
    float e = root * root;
    return absolute(x) > 20.0f ? 0.5f * root * root : 0.5f * (e + 1.0f / e);
}

float elementary_tanh(float x) {
    float positive = absolute(x);
    if (positive > 10.0f) {
        return with_sign(1.0f, x);
    }
    float e = elementary_expm1(2.0f * positive);
    return x == 0.0f || x != x ? x : with_sign(e / (e + 2.0f), x);
}

float elementary_asinh(float x) {
    float positive = absolute(x);
    if (positive > 1e9f) {
        return with_sign(elementary_log(positive) + 0.693147181f, x);
    }
    return with_sign(log_above(positive + positive * positive / (1.0f + single_sqrt(1.0f + positive * positive))), x);
}

float elementary_acosh(float x) {
    float above = x - 1.0f;
    if (x < 1.0f) {
        return from_bits(NAN_BITS);
    }
    return x > 1e9f ? elementary_log(x) + 0.693147181f : log_above(above + single_sqrt(above * (x + 1.0f)));
}

float elementary_atanh(float x) {
    float positive = absolute(x);
    if (positive > 1.0f) {
        return from_bits(NAN_BITS);
    }
    return with_sign(0.5f * log_above(2.0f * positive / (1.0f - positive)), x);
}
