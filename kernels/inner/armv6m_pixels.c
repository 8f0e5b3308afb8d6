/* SPDX-License-Identifier: MIT
 * Packs the windows of five output pixels for armv6m_dot.S, window by window. */
#include "armv6m_conv.h"

#include <string.h>

armv6m_cut_t armv6m_cut(const inner_axis_t *axis, int32_t out) {
    armv6m_cut_t c = {0, axis->kernel, out * axis->stride - axis->pad};
    for (; c.count > 0 && c.in < 0; c.count--) {
        c.in += axis->dilation;
        c.first++;
    }
    while (c.count > 0 && c.in + (c.count - 1) * axis->dilation >= axis->in) {
        c.count--;
    }
    return c;
}

bool armv6m_gathers(const inner_layer_t *layer) {
    const inner_axis_t *y = &layer->y, *x = &layer->x;
    int32_t depth = layer->strip.x_step;
    return depth % 4 != 0 && x->dilation == 1 && x->in < 0x8000 && depth < 0x8000 &&
           ((int64_t)(y->kernel - 1) * y->dilation * x->in + x->kernel) * depth <= UINT16_MAX;
}

void armv6m_plan_gather(const armv6m_conv_t *conv) {
    int32_t row = conv->layer->x.kernel * conv->layer->strip.x_step, at = 0, left = row;
    for (uint32_t i = 0; i < conv->count; i++, at++) {
        int32_t end = conv->layer->y.kernel * row;
        uint32_t order = (i & ~3u) + (i & 1) * 2 + (i >> 1 & 1);
        conv->offsets[order] = (int32_t)i < end ? (uint16_t)at : 0;
        if (--left == 0) {
            left = row;
            at += conv->row_step - row;
        }
    }
}

/* Makes pixel i of five padding. */
static void fill_words(const armv6m_conv_t *conv, uint32_t *words) {
    uint32_t zero = (uint32_t)-conv->layer->strip.x_offset;
    for (uint32_t groups = conv->count / 4; groups > 0; groups--, words += 2 * ARMV6M_PIXELS) {
        words[0] = words[1] = zero + (zero << 16);
    }
}

/* Packs rows of taps that lie side by side in the image. */
static void pack_taps(const armv6m_conv_t *conv, uint32_t *words, const int8_t *x, armv6m_cut_t taps, armv6m_cut_t rows) {
    int32_t depth = conv->layer->strip.x_step, kernel = conv->layer->x.kernel;
    int32_t at = (rows.first * kernel + taps.first) * depth, bytes = taps.count * depth;
    if (conv->by_words) {
        armv6m_pack_x(x, words + at / 4 * 2 * ARMV6M_PIXELS, bytes / 4, rows.count, conv->row_step - bytes,
                      (kernel * depth - bytes) / 4 * 8 * ARMV6M_PIXELS);
    } else {
        armv6m_copy_rows(conv->row + at, x, bytes, rows.count, conv->row_step, kernel * depth);
    }
}

/* Packs the next pixel's window as pixel i of five. */
static void pack_pixel(const armv6m_conv_t *conv, int32_t i) {
    const inner_axis_t *ay = &conv->layer->y, *ax = &conv->layer->x;
    const inner_strip_t *s = &conv->layer->strip;
    uint32_t *words = conv->words + 2 * i;
    int32_t y = conv->y * ay->stride - ay->pad, x = conv->x * ax->stride - ax->pad;
    if (y >= 0 && y < conv->y_inside && x >= 0 && x < conv->x_inside) {
        const int8_t *at = (const int8_t *)s->x + ((conv->batch * ay->in + y) * ax->in + x) * s->x_step;
        int32_t bytes = ax->kernel * s->x_step;
        if (conv->by_words) {
            armv6m_pack_x(at, words, bytes / 4, ay->kernel, conv->row_step - bytes, 0);
        } else if (conv->offsets != NULL) {
            armv6m_gather_x(at, words, conv->offsets, (int32_t)conv->count / 4);
        } else {
            armv6m_copy_rows(conv->row, at, bytes, ay->kernel, conv->row_step, bytes);
            armv6m_pack_x(conv->row, words, (int32_t)conv->count / 4, 1, 0, 0);
        }
        return;
    }
    armv6m_cut_t rows = armv6m_cut(ay, conv->y), taps = armv6m_cut(ax, conv->x);
    bool cut_off = rows.count < ay->kernel || taps.count < ax->kernel;
    if (cut_off && conv->by_words) {
        fill_words(conv, words);
    } else if (cut_off) {
        memset(conv->row, -s->x_offset, conv->count);
    }
    if (rows.count > 0 && taps.count > 0) {
        const int8_t *at = (const int8_t *)s->x + ((conv->batch * ay->in + rows.in) * ax->in + taps.in) * s->x_step;
        armv6m_cut_t one = {taps.first, 1, taps.in};
        if (ax->dilation == 1) {
            pack_taps(conv, words, at, taps, rows);
        } else {
            for (; one.first < taps.first + taps.count; one.first++, at += ax->dilation * s->x_step) {
                pack_taps(conv, words, at, one, rows);
            }
        }
    }
    if (!conv->by_words) {
        armv6m_pack_x(conv->row, words, (int32_t)conv->count / 4, 1, 0, 0);
    }
}

static void go_to(armv6m_conv_t *conv, int32_t pixel) {
    int32_t row = pixel / conv->layer->x.out;
    conv->x = pixel - row * conv->layer->x.out;
    conv->batch = row / conv->layer->y.out;
    conv->y = row - conv->batch * conv->layer->y.out;
}

static void step(armv6m_conv_t *conv, int32_t pixels) {
    conv->x += pixels;
    if (conv->x == conv->layer->x.out) {
        conv->x = 0;
        if (++conv->y == conv->layer->y.out) {
            conv->y = 0;
            conv->batch++;
        }
    }
}

void armv6m_pack_pixels(armv6m_conv_t *conv, int32_t pixel, bool anew) {
    if (conv->in_line) {
        const inner_strip_t *s = &conv->layer->strip;
        int32_t groups = (int32_t)conv->count / 4;
        armv6m_pack_x((const int8_t *)s->x + pixel * s->x_step, conv->words, groups, ARMV6M_PIXELS, 0,
                      8 - groups * 8 * ARMV6M_PIXELS);
        return;
    }
    if (anew) {
        go_to(conv, pixel);
    }
    if (conv->spreads && conv->x + ARMV6M_PIXELS <= conv->layer->x.out) {
        armv6m_spread_pixels(conv);
        step(conv, ARMV6M_PIXELS);
        return;
    }
    for (int32_t i = 0; i < ARMV6M_PIXELS; i++, step(conv, 1)) {
        pack_pixel(conv, i);
    }
}
