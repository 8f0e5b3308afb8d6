/* SPDX-License-Identifier: MIT
 * Sine, cosine, tangent and their inverses. Every angle is reduced exactly, by as many bits of 2/pi as it needs (Payne and
 * Hanek: Radian Reduction for Trigonometric Functions); then near-minimax polynomials. */
#include "elementary.h"

#include "single.h"

#include <string.h>

#define PI 3.14159265f

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

/* |x| <= pi/4 */
static float small_sin(float x) {
    float z = x * x;
    return x + x * z * (-1.666666666e-1f + z * (8.333331831e-3f + z * (-1.984006340e-4f + z * 2.724690732e-6f)));
}

static float small_cos(float x) {
    float z = x * x;
    return 1.0f - (0.5f * z - z * z * (4.166666666e-2f + z * (-1.388888764e-3f + z * (2.480058086e-5f - z * 2.729843524e-7f))));
}

void elementary_turn(uint64_t turn, float *sine, float *cosine) {
    uint64_t quarter = (turn + (UINT64_C(1) << 61)) >> 62; /* nearest */
    int64_t rest = (int64_t)(turn << 2); /* from there, in 2**-64 of a quarter */
    float high = (float)(int32_t)(rest >> 32) * (1.0f / 4294967296.0f);
    float angle = (high + (float)(uint32_t)rest * (1.0f / 18446744073709551616.0f)) * (PI * 0.5f);
    float s = small_sin(angle);
    float c = small_cos(angle);
    *sine = quarter & 1 ? c : s;
    *cosine = quarter & 1 ? s : c;
    *sine = quarter & 2 ? -*sine : *sine;
    *cosine = ((quarter >> 1) ^ quarter) & 1 ? -*cosine : *cosine;
}

/* |x| as a fraction of a turn: its 24 bits times a window of 2/pi, whose bits of whole turns are left out. */
static uint64_t turn_of(uint32_t bits) {
    static const uint32_t two_over_pi[] = {0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561};
    uint32_t mantissa = (bits & 0x7fffffu) | 0x800000u;
    uint32_t first = (bits >> 23) - 127u - 23u - 2u + 32u; /* bit of the table that weighs half a turn times the mantissa */
    const uint32_t *word = two_over_pi + first / 32u;
    uint32_t shift = first % 32u;
    uint32_t window[3];
    for (unsigned k = 0; k < 3; k++) {
        window[k] = (uint32_t)((((uint64_t)word[k] << 32) | word[k + 1]) >> (32u - shift));
    }
    return ((uint64_t)(mantissa * window[0]) << 32) + (uint64_t)mantissa * window[1] + (((uint64_t)mantissa * window[2]) >> 32);
}

static void sine_and_cosine(float x, float *sine, float *cosine) {
    uint32_t bits = bits_of(x) & 0x7fffffffu;
    if (bits >= 0x7f800000u) {
        *sine = *cosine = x - x;
        return;
    }
    if (bits < 0x3f490fdbu) { /* pi/4 */
        *sine = small_sin(x);
        *cosine = small_cos(x);
        return;
    }
    elementary_turn(turn_of(bits), sine, cosine);
    *sine = x < 0.0f ? -*sine : *sine;
}

float elementary_sin(float x) {
    float sine, cosine;
    sine_and_cosine(x, &sine, &cosine);
    return sine;
}

float elementary_cos(float x) {
    float sine, cosine;
    sine_and_cosine(x, &sine, &cosine);
    return cosine;
}

float elementary_tan(float x) {
    float sine, cosine;
    sine_and_cosine(x, &sine, &cosine);
    return sine / cosine;
}

/* 0 <= x <= 1 */
static float small_atan(float x) {
    float offset = 0.0f;
    if (x > 0.414213562f) { /* tan(pi/8) */
        x = (x - 1.0f) / (x + 1.0f);
        offset = PI * 0.25f;
    }
    float z = x * x;
    float tail = -3.333333174e-1f + z * (1.999953343e-1f + z * (-1.426365346e-1f + z * (1.074002939e-1f - z * 6.438600848e-2f)));
    return offset + (x + x * z * tail);
}

float elementary_atan2(float y, float x) {
    if (x != x || y != y) {
        return x + y;
    }
    uint32_t sign = bits_of(y) & 0x80000000u;
    uint32_t left = bits_of(x) >> 31;
    float high = from_bits(bits_of(y) & 0x7fffffffu);
    float wide = from_bits(bits_of(x) & 0x7fffffffu);
    float angle;
    if (high == wide) {
        angle = high == 0.0f ? 0.0f : PI * 0.25f;
    } else {
        angle = high < wide ? small_atan(high / wide) : PI * 0.5f - small_atan(wide / high);
    }
    angle = left ? PI - angle : angle;
    return from_bits(bits_of(angle) | sign);
}

float elementary_atan(float x) {
    return elementary_atan2(x, 1.0f);
}

float elementary_asin(float x) {
    return elementary_atan2(x, single_sqrt((1.0f - x) * (1.0f + x)));
}

float elementary_acos(float x) {
    return elementary_atan2(single_sqrt((1.0f - x) * (1.0f + x)), x);
}
