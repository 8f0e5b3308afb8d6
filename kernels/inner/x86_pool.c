/* SPDX-License-Identifier: MIT
 * Pooling on x86-64, sixteen channels at once. SSE2 is always there. */
#include "x86.h"

#if defined __x86_64__ && defined __GNUC__
#include <emmintrin.h>
#include <string.h>

#define AT_ONCE 16
#define MOST_TAPS 256 /* whose bytes' sum fits 16 bits */

/* One pixel's window for 16 channels (or fewer, at whose end a load stops). */
typedef struct {
    const inner_strip_t *strip;
    const int8_t *x;
    int32_t channels;
} window_t;

static __m128i load(const window_t *window, const int8_t *at) {
    int8_t bytes[AT_ONCE] = {0};
    if (window->channels == AT_ONCE) {
        return _mm_loadu_si128((const __m128i *)(const void *)at);
    }
    memcpy(bytes, at, (size_t)window->channels);
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

/* As unsigned bytes: 128 more. */
static void pool_max(const window_t *window, int8_t *out) {
    const inner_strip_t *s = window->strip;
    const __m128i flip = _mm_set1_epi8((char)0x80);
    __m128i most = _mm_set1_epi8((char)(s->scale.low + 128)), high = _mm_set1_epi8((char)(s->scale.high + 128));
    for (int32_t row = 0; row < s->rows; row++) {
        const int8_t *at = window->x + row * s->x_row;
        for (int32_t tap = 0; tap < s->taps; tap++, at += s->x_tap) {
            most = _mm_max_epu8(most, _mm_xor_si128(load(window, at), flip));
        }
    }
    _mm_storeu_si128((__m128i *)(void *)out, _mm_xor_si128(_mm_min_epu8(most, high), flip));
}

/* Sums of unsigned bytes: 128 more for each tap. */
static void pool_sum(const window_t *window, uint32_t *sums) {
    const inner_strip_t *s = window->strip;
    const __m128i flip = _mm_set1_epi8((char)0x80), zero = _mm_setzero_si128();
    __m128i low = zero, high = zero;
    int32_t left = MOST_TAPS;
    memset(sums, 0, AT_ONCE * sizeof *sums);
    for (int32_t row = 0; row < s->rows; row++) {
        const int8_t *at = window->x + row * s->x_row;
        for (int32_t tap = 0; tap < s->taps; tap++, at += s->x_tap) {
            __m128i bytes = _mm_xor_si128(load(window, at), flip);
            low = _mm_add_epi16(low, _mm_unpacklo_epi8(bytes, zero));
            high = _mm_add_epi16(high, _mm_unpackhi_epi8(bytes, zero));
            bool last = row == s->rows - 1 && tap == s->taps - 1;
            if (--left == 0 || last) {
                uint16_t part[AT_ONCE];
                _mm_storeu_si128((__m128i *)(void *)part, low);
                _mm_storeu_si128((__m128i *)(void *)(part + 8), high);
                for (int32_t c = 0; c < AT_ONCE; c++) {
                    sums[c] += part[c];
                }
                low = high = zero;
                left = MOST_TAPS;
            }
        }
    }
}

static void pool_mean(const window_t *window, int8_t *out) {
    const inner_scale_t *scale = &window->strip->scale;
    uint32_t sums[AT_ONCE];
    int32_t count = window->strip->rows * window->strip->taps;
    pool_sum(window, sums);
    for (int32_t c = 0; c < window->channels; c++) {
        int32_t sum = (int32_t)(sums[c] - 128 * (uint32_t)count), half = sum > 0 ? count / 2 : -(count / 2);
        int32_t y = (int32_t)((uint32_t)sum + (uint32_t)half) / count;
        out[c] = (int8_t)(y < scale->low ? scale->low : y > scale->high ? scale->high : y);
    }
}

void inner_pool_s8(const inner_strip_t *s, int32_t mean) {
    const int8_t *x = s->x;
    int8_t *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step, out += s->out_step) {
        for (int32_t c = 0; c < s->channels; c += AT_ONCE) {
            window_t window = {s, x + c, s->channels - c < AT_ONCE ? s->channels - c : AT_ONCE};
            int8_t y[AT_ONCE];
            if (mean) {
                pool_mean(&window, y);
            } else {
                pool_max(&window, y);
            }
            memcpy(out + c, y, (size_t)window.channels);
        }
    }
}

#endif
