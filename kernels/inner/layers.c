/* SPDX-License-Identifier: MIT
 * Which layers can be taken, factors of outputs, windows as bytes. */
#include "layers.h"

#include <string.h>

#define MOST_COUNT 0x4000   /* of a window: its products have a sum below 2^29 */
#define MOST_PRODUCT 0x7f80 /* 255 times 128 */

/* ---- factors ----------------------------------------------------------------------------------------------------------- */

layers_factor_t layers_factor(const inner_strip_t *s, int32_t channel) {
    int32_t i = channel & s->scale.mask, multiplier = s->scale.multiplier[i];
    int32_t shift = multiplier == 0 ? 31 : -s->scale.shift[i];
    layers_factor_t factor = {0, multiplier, (int32_t)((UINT32_C(1) << shift) >> 1), shift};
    if (multiplier != 0 && s->bias != NULL) {
        factor.bias = ((const int32_t *)s->bias)[channel];
    }
    return factor;
}

layers_factor_t layers_factor_of(const inner_strip_t *s, int32_t channel, const int8_t *w, int32_t count) {
    layers_factor_t factor = layers_factor(s, channel);
    for (; count > 0 && *w == 0; count--) {
        w++;
    }
    if (count == 0) {
        int32_t y = requant_clamp(layers_scale(factor.bias, &factor, s->scale.zero_point), s->scale.low, s->scale.high);
        layers_factor_t constant = {2 * (y - s->scale.zero_point), 0, 1, 1};
        return constant;
    }
    return factor;
}

int32_t layers_count(const inner_layer_t *layer) {
    return layer->y.kernel * layer->x.kernel * (layer->strip.fan ? 1 : layer->strip.x_step);
}

/* Whether sums and what is made of them on the way to output c have 32 bits. */
static bool sums_fit(const inner_strip_t *s, int32_t c, int32_t count) {
    int32_t i = c & s->scale.mask, shift = -s->scale.shift[i];
    int32_t least = s->scale.low == s->scale.zero_point ? 0 : 1; /* shift: 0 has no rounding, so no step for y < 0 */
    if (s->scale.multiplier[i] == 0) {
        return true;
    }
    int64_t bias = s->bias != NULL ? ((const int32_t *)s->bias)[c] : 0, most = (bias < 0 ? -bias : bias) + count * MOST_PRODUCT;
    return shift >= least && most <= INT32_MAX &&
           (((int64_t)(int32_t)most * s->scale.multiplier[i] + (INT64_C(1) << 30)) >> 31) + (INT64_C(1) << shift >> 1) <= INT32_MAX;
}

bool layers_fit(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (layer->y.kernel > MOST_COUNT || layer->x.kernel > MOST_COUNT || s->x_step > MOST_COUNT ||
        (int64_t)layer->y.kernel * layer->x.kernel > MOST_COUNT || layers_count(layer) > MOST_COUNT) {
        return false;
    }
    for (int32_t c = 0, count = layers_count(layer); c < s->channels; c++) {
        if (!sums_fit(s, c, count)) {
            return false;
        }
    }
    return s->channels > 0;
}

/* ---- windows ----------------------------------------------------------------------------------------------------------- */

#ifdef __ARM_FEATURE_UNALIGNED
#define ALIGNMENT 1 /* of words that the machine reads and writes */
#else
#define ALIGNMENT 4
#endif

static void copy(int8_t *to, const int8_t *from, int32_t bytes) {
    if ((((uintptr_t)to | (uintptr_t)from) & (ALIGNMENT - 1)) == 0) {
        for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
            memcpy(__builtin_assume_aligned(to, ALIGNMENT), __builtin_assume_aligned(from, ALIGNMENT), 4);
        }
    }
    for (; bytes > 0; bytes--) {
        *to++ = *from++;
    }
}

/* The taps of a window along one axis that lie in the image. */
typedef struct {
    int32_t first, end; /* taps */
} cut_t;

static cut_t cut(const inner_axis_t *axis, int32_t begin) {
    cut_t c = {0, axis->kernel};
    while (c.first < c.end && begin + c.first * axis->dilation < 0) {
        c.first++;
    }
    while (c.first < c.end && begin + (c.end - 1) * axis->dilation >= axis->in) {
        c.end--;
    }
    return c;
}

void layers_begin(layers_windows_t *w, const inner_layer_t *layer, int8_t *row) {
    const inner_axis_t *y = &layer->y, *x = &layer->x;
    layers_windows_t begin = {layer, row, y->in - (y->kernel - 1) * y->dilation, x->in - (x->kernel - 1) * x->dilation,
                              y->kernel == 1 && (x->kernel == 1 || x->dilation == 1), 0, 0, 0};
    *w = begin;
}

static void step(layers_windows_t *w) {
    if (++w->x == w->layer->x.out) {
        w->x = 0;
        if (++w->y == w->layer->y.out) {
            w->y = 0;
            w->batch++;
        }
    }
}

const int8_t *layers_next(layers_windows_t *w) {
    const inner_axis_t *ay = &w->layer->y, *ax = &w->layer->x;
    int32_t depth = w->layer->strip.x_step, y = w->y * ay->stride - ay->pad, x = w->x * ax->stride - ax->pad;
    const int8_t *image = (const int8_t *)w->layer->strip.x + w->batch * ay->in * ax->in * depth;
    bool inside = y >= 0 && y < w->y_inside && x >= 0 && x < w->x_inside;
    step(w);
    if (inside && w->in_place) {
        return image + (y * ax->in + x) * depth;
    }
    cut_t rows = {0, ay->kernel}, taps = {0, ax->kernel};
    if (!inside) {
        rows = cut(ay, y);
        taps = cut(ax, x);
        memset(w->row, -w->layer->strip.x_offset, (size_t)(ay->kernel * ax->kernel * depth));
    }
    int32_t whole = ax->dilation == 1 ? taps.end - taps.first : 1; /* taps that are copied at once */
    for (int32_t row = rows.first; row < rows.end; row++) {
        const int8_t *line = image + (y + row * ay->dilation) * ax->in * depth;
        for (int32_t tap = taps.first; tap < taps.end; tap += whole) {
            copy(w->row + (row * ax->kernel + tap) * depth, line + (x + tap * ax->dilation) * depth, whole * depth);
        }
    }
    return w->row;
}

/* ---- what is the same for all of them ---------------------------------------------------------------------------------- */

uint32_t inner_layer_kept(const inner_layer_t *layer) {
    (void)layer;
    return 0;
}

void inner_layer_keep(const inner_layer_t *layer) {
    (void)layer;
}

uint32_t inner_sum_scratch(uint32_t scratch_bytes) {
    return scratch_bytes < INNER_SUM_TABLES + INNER_SUM_MORE ? 0 : INNER_SUM_TABLES + INNER_SUM_MORE;
}

void inner_sum_s8(const inner_sum_t *sum) {
    const inner_scale_t *scale = &sum->scale;
    layers_factor_t factor = {0, scale->multiplier[0], (int32_t)((UINT32_C(1) << -scale->shift[0]) >> 1), -scale->shift[0]};
    const uint8_t *a = (const uint8_t *)sum->a, *b = (const uint8_t *)sum->b;
    int8_t *out = sum->out;
    for (const uint8_t *end = a + sum->count; a < end; a++, b++) {
        int32_t y = layers_scale(sum->first[*a] + sum->second[*b], &factor, scale->zero_point);
        *out++ = (int8_t)requant_clamp(y, scale->low, scale->high);
    }
}
