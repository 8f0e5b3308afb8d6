/* SPDX-License-Identifier: MIT
 * Packs the windows of five output pixels for armv6m_dot.S where windows overlap: each column of the image is packed once
 * for all windows that it lies in. */
#include "armv6m_conv.h"

#include <string.h>

bool armv6m_spreads(const inner_layer_t *layer) {
    const inner_axis_t *x = &layer->x;
    return x->dilation == 1 && x->stride < x->kernel && x->stride < ARMV6M_MOST_COLUMNS && x->kernel < ARMV6M_MOST_COLUMNS &&
           (ARMV6M_PIXELS - 1) * x->stride + x->kernel <= ARMV6M_MOST_COLUMNS;
}

static int32_t columns_of(const inner_axis_t *axis) {
    return (ARMV6M_PIXELS - 1) * axis->stride + axis->kernel;
}

/* A tap's words lie so far apart. */
static int32_t tap_bytes(const armv6m_conv_t *conv) {
    return conv->layer->strip.x_step / 4 * 8 * ARMV6M_PIXELS;
}

/* From the words of a column as one pixel's tap to those as the pixel's before it. */
static int32_t copy_step(const armv6m_conv_t *conv) {
    return conv->layer->x.stride * tap_bytes(conv) - 8;
}

void armv6m_plan_spread(armv6m_conv_t *conv) {
    const inner_axis_t *axis = &conv->layer->x;
    int32_t step = copy_step(conv), bytes = tap_bytes(conv);
    for (int32_t i = 0; i < columns_of(axis); i++) {
        armv6m_column_t *column = &conv->columns[i];
        column->copies = 0;
        for (int32_t pixel = 0, tap = i; pixel < ARMV6M_PIXELS && tap >= 0; pixel++, tap -= axis->stride) {
            if (tap < axis->kernel) {
                column->copies++;
                column->at = tap * bytes + pixel * 8;
            }
        }
        column->next = 8 * ARMV6M_PIXELS - 8 - (column->copies - 1) * step;
    }
    memset(conv->row, -conv->layer->strip.x_offset, (uint32_t)conv->layer->strip.x_step);
}

/* Columns [first, end) from x on. */
static void spread(const armv6m_conv_t *conv, const int8_t *x, uint32_t *words, int32_t first, int32_t end, int32_t x_skip) {
    if (first < end) {
        armv6m_spread_t all = {x, words, &conv->columns[first], end - first, conv->layer->strip.x_step / 4, x_skip, copy_step(conv) - 8};
        armv6m_spread_x(&all);
    }
}

void armv6m_spread_pixels(const armv6m_conv_t *conv) {
    const inner_axis_t *ay = &conv->layer->y, *ax = &conv->layer->x;
    const inner_strip_t *s = &conv->layer->strip;
    int32_t depth = s->x_step, row_words = ax->kernel * tap_bytes(conv) / 4;
    int32_t columns = columns_of(ax), y = conv->y * ay->stride - ay->pad, x = conv->x * ax->stride - ax->pad;
    int32_t left = x < 0 ? -x : 0, inside = ax->in - x < columns ? ax->in - x : columns;
    left = left < columns ? left : columns;
    inside = inside < left ? left : inside;
    uint32_t *words = conv->words;
    const int8_t *row = (const int8_t *)s->x + ((conv->batch * ay->in + y) * ax->in + x + left) * depth;
    for (int32_t tap = 0; tap < ay->kernel; tap++, y += ay->dilation, row += conv->row_step, words += row_words) {
        if (y < 0 || y >= ay->in) { /* padding is always the same bytes */
            spread(conv, conv->row, words, 0, columns, -depth);
        } else {
            spread(conv, conv->row, words, 0, left, -depth);
            spread(conv, row, words, left, inside, 0);
            spread(conv, conv->row, words, inside, columns, -depth);
        }
    }
}
