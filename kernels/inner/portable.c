/* SPDX-License-Identifier: MIT
 * The inner loops in plain C: the truth that every architecture's file must equal. */
#include <stddef.h>

#include "../requant.h"
#include "inner.h"

#define BLOCK 16         /* elements of a loop that a compiler can turn into vector instructions at -O2 */
#define CHANNEL_BLOCK 32 /* accumulators of a depth strip that live on the stack at a time */

static int32_t scale_sum(const inner_scale_t *scale, int32_t channel, int32_t sum) {
    int32_t i = channel & scale->mask;
    int32_t y = requant_apply(sum, scale->multiplier[i], scale->shift[i]);
    return requant_clamp((int32_t)((uint32_t)y + (uint32_t)scale->zero_point), scale->low, scale->high);
}

static int32_t scale_sum_s16(const inner_strip_t *s, int32_t channel, int64_t sum) {
    if (!s->wide) {
        return scale_sum(&s->scale, channel, (int32_t)sum);
    }
    int32_t i = channel & s->scale.mask;
    int32_t y = requant_apply_wide(sum, s->scale.multiplier[i], s->scale.shift[i]);
    return requant_clamp(y, s->scale.low, s->scale.high);
}

int32_t inner_dot_s8(const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset) {
    uint32_t sum = 0;
    int16_t offset = (int16_t)x_offset;
    for (; n >= BLOCK; n -= BLOCK, x += BLOCK, w += BLOCK) {
        int32_t part = 0;
        for (int i = 0; i < BLOCK; i++) {
            part += (int16_t)(x[i] + offset) * (int16_t)w[i];
        }
        sum += (uint32_t)part;
    }
    for (int32_t i = 0; i < n; i++) {
        sum += (uint32_t)((x[i] + x_offset) * w[i]);
    }
    return (int32_t)sum;
}

int64_t inner_dot_s16(const int16_t *x, const int8_t *w, int32_t n) {
    int64_t sum = 0;
    for (; n >= BLOCK; n -= BLOCK, x += BLOCK, w += BLOCK) {
        int32_t part = 0; /* BLOCK products of 22 bits fit */
        for (int i = 0; i < BLOCK; i++) {
            part += x[i] * (int16_t)w[i];
        }
        sum += part;
    }
    for (int32_t i = 0; i < n; i++) {
        sum += x[i] * w[i];
    }
    return sum;
}

/* ---- dot strips --------------------------------------------------------------------------------------------- */

static uint32_t window_dot_s8(const inner_strip_t *s, const int8_t *x, const int8_t *w) {
    uint32_t sum = 0;
    for (int32_t row = s->rows; row > 0; row--, x += s->x_row, w += s->w_row) {
        const int8_t *x_run = x, *w_run = w;
        for (int32_t tap = s->taps; tap > 0; tap--, x_run += s->x_tap, w_run += s->w_tap) {
            sum += (uint32_t)inner_dot_s8(x_run, w_run, s->run, s->x_offset);
        }
    }
    return sum;
}

/* Sum of x + x_offset over a window that is one run. */
static int32_t run_sum_s8(const int8_t *x, int32_t n, int32_t x_offset) {
    int32_t sum = 0;
    for (int32_t i = 0; i < n; i++) {
        sum += x[i] + x_offset;
    }
    return sum;
}

void inner_dot_strip_s8(const inner_strip_t *s) {
    const int8_t *x = s->x;
    const int32_t *bias = s->bias;
    int8_t *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step, out += s->out_step) {
        const int8_t *w = s->w;
        uint32_t base = s->w_offset ? (uint32_t)s->w_offset * (uint32_t)run_sum_s8(x, s->run, s->x_offset) : 0;
        for (int32_t c = 0; c < s->channels; c++, w += s->w_channel) {
            uint32_t sum = base + window_dot_s8(s, x, w) + (bias ? (uint32_t)bias[c] : 0);
            out[c] = (int8_t)scale_sum(&s->scale, c, (int32_t)sum);
        }
    }
}

static int64_t window_dot_s16(const inner_strip_t *s, const int16_t *x, const int8_t *w) {
    int64_t sum = 0;
    for (int32_t row = s->rows; row > 0; row--, x += s->x_row, w += s->w_row) {
        const int16_t *x_run = x;
        const int8_t *w_run = w;
        for (int32_t tap = s->taps; tap > 0; tap--, x_run += s->x_tap, w_run += s->w_tap) {
            sum += inner_dot_s16(x_run, w_run, s->run);
        }
    }
    return sum;
}

static int64_t bias_s16(const inner_strip_t *s, int32_t channel) {
    if (s->bias == NULL) {
        return 0;
    }
    if (!s->bias64) {
        return ((const int32_t *)s->bias)[channel];
    }
    const uint32_t *word = (const uint32_t *)s->bias + 2 * (uint32_t)channel;
    return (int64_t)((uint64_t)word[1] << 32 | word[0]);
}

void inner_dot_strip_s16(const inner_strip_t *s) {
    const int16_t *x = s->x;
    int16_t *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step, out += s->out_step) {
        const int8_t *w = s->w;
        for (int32_t c = 0; c < s->channels; c++, w += s->w_channel) {
            uint64_t sum = (uint64_t)window_dot_s16(s, x, w) + (uint64_t)bias_s16(s, c);
            out[c] = (int16_t)scale_sum_s16(s, c, (int64_t)sum);
        }
    }
}

/* ---- depth strips ------------------------------------------------------------------------------------------- */

/* sum[i] += (x[i] + x_offset) * w[i] */
static void mac_row_s8(int32_t *sum, const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset) {
    int16_t offset = (int16_t)x_offset;
    for (; n >= BLOCK; n -= BLOCK, sum += BLOCK, x += BLOCK, w += BLOCK) {
        for (int i = 0; i < BLOCK; i++) {
            sum[i] = (int32_t)((uint32_t)sum[i] + (uint32_t)((int16_t)(x[i] + offset) * (int16_t)w[i]));
        }
    }
    for (int32_t i = 0; i < n; i++) {
        sum[i] = (int32_t)((uint32_t)sum[i] + (uint32_t)((x[i] + x_offset) * w[i]));
    }
}

/* The same where `fan` outputs read one input; output 0 is channel `first`. */
static void mac_fan_s8(int32_t *sum, const int8_t *x, const int8_t *w, int32_t n, const inner_strip_t *s, int32_t first) {
    x += first / s->fan;
    int32_t left = s->fan - first % s->fan; /* outputs that still read *x */
    for (int32_t i = 0; i < n; i++) {
        sum[i] = (int32_t)((uint32_t)sum[i] + (uint32_t)((*x + s->x_offset) * w[i]));
        if (--left == 0) {
            left = s->fan;
            x++;
        }
    }
}

static void depth_block_s8(const inner_strip_t *s, const int8_t *x, int8_t *out, int32_t first, int32_t n) {
    int32_t sum[CHANNEL_BLOCK];
    const int32_t *bias = s->bias;
    const int8_t *w = s->w + first;
    for (int32_t i = 0; i < n; i++) {
        sum[i] = bias ? bias[first + i] : 0;
    }
    for (int32_t row = s->rows; row > 0; row--, x += s->x_row, w += s->w_row) {
        const int8_t *x_tap = x, *w_tap = w;
        for (int32_t tap = s->taps; tap > 0; tap--, x_tap += s->x_tap, w_tap += s->w_tap) {
            if (s->fan == 1) {
                mac_row_s8(sum, x_tap + first, w_tap, n, s->x_offset);
            } else {
                mac_fan_s8(sum, x_tap, w_tap, n, s, first);
            }
        }
    }
    for (int32_t i = 0; i < n; i++) {
        out[first + i] = (int8_t)scale_sum(&s->scale, first + i, sum[i]);
    }
}

void inner_depth_strip_s8(const inner_strip_t *s) {
    const int8_t *x = s->x;
    int8_t *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step, out += s->out_step) {
        for (int32_t first = 0; first < s->channels; first += CHANNEL_BLOCK) {
            int32_t left = s->channels - first;
            depth_block_s8(s, x, out, first, left < CHANNEL_BLOCK ? left : CHANNEL_BLOCK);
        }
    }
}

static int64_t depth_sum_s16(const inner_strip_t *s, const int16_t *x, const int8_t *w) {
    int64_t sum = 0;
    for (int32_t row = s->rows; row > 0; row--, x += s->x_row, w += s->w_row) {
        const int16_t *x_tap = x;
        const int8_t *w_tap = w;
        for (int32_t tap = s->taps; tap > 0; tap--, x_tap += s->x_tap, w_tap += s->w_tap) {
            sum += *x_tap * *w_tap;
        }
    }
    return sum;
}

void inner_depth_strip_s16(const inner_strip_t *s) {
    const int16_t *x = s->x;
    const int8_t *w = s->w;
    int16_t *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step, out += s->out_step) {
        int32_t input = 0, left = s->fan;
        for (int32_t c = 0; c < s->channels; c++) {
            uint64_t sum = (uint64_t)depth_sum_s16(s, x + input, w + c) + (uint64_t)bias_s16(s, c);
            out[c] = (int16_t)scale_sum_s16(s, c, (int64_t)sum);
            if (--left == 0) {
                left = s->fan;
                input++;
            }
        }
    }
}
