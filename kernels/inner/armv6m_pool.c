/* SPDX-License-Identifier: MIT
 * Pooled int8 strips on Cortex-M0 and M0+: the largest of four pixels at a time, all channels after one another; means
 * channel by channel. */
#include "armv6m.h"

/* The largest of each channel over one window; `out` may be its first pixel. */
static void max_window(const inner_strip_t *s, const int8_t *x, int8_t *out) {
    const int8_t *four[4] = {x, x, x, x};
    int32_t filled = 0;
    for (int32_t row = 0; row < s->rows; row++) {
        const int8_t *at = x + row * s->x_row;
        for (int32_t tap = 0; tap < s->taps; tap++, at += s->x_tap) {
            four[filled++] = at;
            if (filled == 4) {
                armv6m_max4(four, out, s->channels);
                four[0] = four[1] = four[2] = four[3] = out;
                filled = 1;
            }
        }
    }
    if (filled > 1 || four[0] != out) {
        armv6m_max4(four, out, s->channels);
    }
}

static void clamp_pixel(const inner_scale_t *scale, int8_t *out, int32_t channels) {
    for (int32_t c = 0; c < channels; c++) {
        int32_t y = out[c] > scale->high ? scale->high : out[c];
        out[c] = (int8_t)(y < scale->low ? scale->low : y);
    }
}

static int32_t sum_window(const inner_strip_t *s, const int8_t *x) {
    int32_t sum = 0, x_tap = s->x_tap;
    for (int32_t row = s->rows; row > 0; row--, x += s->x_row) {
        const int8_t *at = x;
        for (int32_t tap = s->taps; tap > 0; tap--, at += x_tap) {
            sum += *at;
        }
    }
    return sum;
}

/* Means of one window: |sum| / count + 1/2 rounded down, with the sum's sign; often count is 2^shift. */
static void mean_window(const inner_strip_t *s, const int8_t *x, int8_t *out) {
    int32_t count = s->rows * s->taps, half = count / 2, shift = 0;
    while (1 << shift < count) {
        shift++;
    }
    for (int32_t c = 0; c < s->channels; c++) {
        int32_t sum = sum_window(s, x + c);
        uint32_t size = (uint32_t)(sum < 0 ? -sum : sum) + (uint32_t)half;
        size = 1 << shift == count ? size >> shift : size / (uint32_t)count;
        out[c] = (int8_t)(sum < 0 ? -(int32_t)size : (int32_t)size);
    }
}

void inner_pool_s8(const inner_strip_t *s, int32_t mean) {
    const int8_t *x = s->x;
    int8_t *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step, out += s->out_step) {
        if (mean) {
            mean_window(s, x, out);
        } else {
            max_window(s, x, out);
        }
        if (s->scale.low > -128 || s->scale.high < 127) {
            clamp_pixel(&s->scale, out, s->channels);
        }
    }
}
