/* SPDX-License-Identifier: MIT
 * The inner loops in plain C: the truth that every architecture's file must equal. int8 and int16 share all but the
 * innermost loop, for size. */
#include <stddef.h>

#include "../kernel.h"
#include "../requant.h"
#include "inner.h"

/* Elements of a loop that gcc turns into vector instructions at -O2; at -Os it would only cost bytes. */
#define BLOCK 16
#ifdef __OPTIMIZE_SIZE__
#define IN_BLOCKS 0
#else
#define IN_BLOCKS 1
#endif

#if MPYLITE_INT8_ONLY
typedef uint32_t sum_t;
#else
typedef int64_t sum_t;
#endif

static bool is_wide(const inner_strip_t *s) {
    return !MPYLITE_INT8_ONLY && s->wide;
}

int32_t inner_scale(const inner_scale_t *scale, int32_t channel, int32_t sum) {
    int32_t i = channel & scale->mask;
    int32_t y = requant_apply(sum, scale->multiplier[i], scale->shift[i]);
    return requant_clamp((int32_t)((uint32_t)y + (uint32_t)scale->zero_point), scale->low, scale->high);
}

int32_t inner_scale_wide(const inner_scale_t *scale, int32_t channel, int64_t sum) {
    int32_t i = channel & scale->mask;
    return requant_clamp(requant_apply_wide(sum, scale->multiplier[i], scale->shift[i]), scale->low, scale->high);
}

#ifndef INNER_DOTS
int32_t inner_dot_s8(const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset) {
    uint32_t sum = 0;
    int16_t offset = (int16_t)x_offset;
    for (; IN_BLOCKS && n >= BLOCK; n -= BLOCK, x += BLOCK, w += BLOCK) {
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
    for (; IN_BLOCKS && n >= BLOCK; n -= BLOCK, x += BLOCK, w += BLOCK) {
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
#endif

/* Adds the bias and stores output c of a pixel. */
static void store(const inner_strip_t *s, void *out, int32_t c, sum_t sum) {
    if (!MPYLITE_INT8_ONLY && s->bias64) { /* in words: aligned to 4 bytes */
        const uint32_t *word = (const uint32_t *)s->bias + 2 * (uint32_t)c;
        sum = (sum_t)((uint64_t)sum + ((uint64_t)word[1] << 32 | word[0]));
    } else if (s->bias != NULL) {
        sum += (sum_t)((const int32_t *)s->bias)[c];
    }
    int32_t y = is_wide(s) ? inner_scale_wide(&s->scale, c, (int64_t)sum) : inner_scale(&s->scale, c, (int32_t)sum);
    if (inner_item_bytes(s) == 1) {
        ((int8_t *)out)[c] = (int8_t)y;
    } else {
        ((int16_t *)out)[c] = (int16_t)y;
    }
}

static sum_t window_sum(const inner_strip_t *s, const char *x, const int8_t *w) {
    sum_t sum = 0;
    int32_t x_row = s->x_row * inner_item_bytes(s), x_tap = s->x_tap * inner_item_bytes(s);
    for (int32_t row = s->rows; row > 0; row--, x += x_row, w += s->w_row) {
        const char *at = x;
        const int8_t *weight = w;
        for (int32_t tap = s->taps; tap > 0; tap--, at += x_tap, weight += s->w_tap) {
            if (s->fan) {
                int32_t value = inner_item_bytes(s) == 1 ? *(const int8_t *)at : *(const int16_t *)(const void *)at;
                sum += (sum_t)((value + s->x_offset) * *weight);
            } else if (inner_item_bytes(s) == 1) {
                sum += (sum_t)inner_dot_s8((const int8_t *)at, weight, s->run, s->x_offset);
            } else {
                sum += (sum_t)inner_dot_s16((const int16_t *)(const void *)at, weight, s->run);
            }
        }
    }
    return sum;
}

/* What w_offset adds to every output of a pixel. */
static int32_t offset_sum(const inner_strip_t *s, const int8_t *x) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < s->run; i++) {
        sum += (uint32_t)(x[i] + s->x_offset);
    }
    return (int32_t)(sum * (uint32_t)s->w_offset);
}

void inner_strip(const inner_strip_t *s) {
#ifdef INNER_STRIP_S8
    if (inner_item_bytes(s) == 1 && inner_strip_s8(s)) {
        return;
    }
#endif
    const char *x = s->x;
    char *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--) {
        const char *input = x;
        const int8_t *w = s->w;
        int32_t left = s->fan;
        int32_t base = s->w_offset ? offset_sum(s, (const int8_t *)x) : 0;
        for (int32_t c = 0; c < s->channels; c++, w += s->w_channel) {
            store(s, out, c, (sum_t)base + window_sum(s, input, w));
            if (--left == 0) { /* never if fan is 0 */
                left = s->fan;
                input += inner_item_bytes(s);
            }
        }
        x += s->x_step * inner_item_bytes(s);
        out += s->out_step * inner_item_bytes(s);
    }
}

/* ---- pooling ---------------------------------------------------------------------------------------------------------- */

/* sum / count, rounded half away from zero. */
static int32_t mean_of(int32_t sum, int32_t count) {
    int32_t half = sum > 0 ? count / 2 : -(count / 2);
    return (int32_t)((uint32_t)sum + (uint32_t)half) / count;
}

/* One channel of one window. */
static int32_t pool_window(const inner_strip_t *s, bool mean, const char *x) {
    int32_t result = mean ? 0 : s->scale.low;
    for (int32_t row = s->rows; row > 0; row--, x += s->x_row * inner_item_bytes(s)) {
        const char *at = x;
        for (int32_t tap = s->taps; tap > 0; tap--, at += s->x_tap * inner_item_bytes(s)) {
            int32_t value = inner_item_bytes(s) == 1 ? *(const int8_t *)at : *(const int16_t *)(const void *)at;
            if (mean) {
                result = (int32_t)((uint32_t)result + (uint32_t)value);
            } else if (value > result) {
                result = value;
            }
        }
    }
    return requant_clamp(mean ? mean_of(result, s->rows * s->taps) : result, s->scale.low, s->scale.high);
}

void inner_pool(const inner_strip_t *s, int32_t mean) {
#ifdef INNER_POOL_S8
    if (inner_item_bytes(s) == 1) {
        inner_pool_s8(s, mean);
        return;
    }
#endif
    const char *x = s->x;
    char *out = s->out;
    for (int32_t pixel = s->pixels; pixel > 0; pixel--, x += s->x_step * inner_item_bytes(s), out += s->out_step * inner_item_bytes(s)) {
        for (int32_t c = 0; c < s->channels; c++) {
            int32_t y = pool_window(s, mean, x + c * inner_item_bytes(s));
            if (inner_item_bytes(s) == 1) {
                ((int8_t *)out)[c] = (int8_t)y;
            } else {
                ((int16_t *)(void *)out)[c] = (int16_t)y;
            }
        }
    }
}
