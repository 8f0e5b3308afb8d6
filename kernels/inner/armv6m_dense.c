/* SPDX-License-Identifier: MIT
 * Matrix times vector on Cortex-M0 and M0+, for layers with too few pixels for packed weights. The sums of all weights,
 * which the zero point multiplies, are kept from prepare if there is room: each output's bias with them, then for each
 * block of outputs whether the sum of a group's products may overflow. */
#include "armv6m.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BLOCK 4 /* outputs of one call */

static bool fits(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    return layer->x.kernel == 1 && layer->y.kernel == 1 && layer->x.pad == 0 && layer->y.pad == 0 &&
           s->fan == 0 && s->channels >= BLOCK && s->w_channel > 0 && s->w_channel % 4 == 0 && (uintptr_t)s->w % 4 == 0;
}

uint32_t armv6m_dense_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (!fits(layer) || armv6m_pairs_overflow(layer)) {
        return 0;
    }
    uint32_t factors = s->scale.mask ? (uint32_t)s->channels : 1;
    return (uint32_t)s->w_channel * 4 + (uint32_t)s->channels * 4 + factors * sizeof(armv6m_factor_t);
}

uint32_t armv6m_dense_kept(const inner_layer_t *layer) {
    uint32_t bytes = (uint32_t)layer->strip.channels * sizeof(int32_t) + (uint32_t)(layer->strip.channels + BLOCK - 1) / BLOCK;
    return bytes <= layer->scratch_bytes ? bytes : 0;
}

/* The sum of an output's weights; *wide is set if a group's products may overflow. */
static int32_t row_sum(const int8_t *row, int32_t count, uint8_t *wide) {
    const uint32_t *w = (const uint32_t *)(const void *)row;
    int32_t sum = -128 * count;
    for (; count > 0; count -= 4, w++) {
        uint32_t biased = *w ^ 0x80808080u;
        biased = (biased & 0x00ff00ffu) + (biased >> 8 & 0x00ff00ffu);
        sum += (int32_t)((biased & 0xffff) + (biased >> 16));
        *wide |= armv6m_magnitude(*w) > 255;
    }
    return sum;
}

/* A layer's last block begins early if it would not be whole. */
static int32_t block_start(const inner_strip_t *s, int32_t start) {
    return start < s->channels - BLOCK ? start : s->channels - BLOCK;
}

/* The biases of four outputs; gives whether a group's products may overflow. */
static uint8_t block_bias(const inner_strip_t *s, int32_t first, int32_t *to) {
    const int32_t *bias = s->bias;
    uint8_t wide = 0;
    for (int32_t c = first; c < first + BLOCK; c++) {
        uint32_t sum = (uint32_t)row_sum(s->w + c * s->w_channel, s->w_channel, &wide);
        *to++ = (int32_t)((uint32_t)(bias ? bias[c] : 0) + sum * (uint32_t)s->x_offset);
    }
    return wide;
}

void armv6m_dense_keep(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    int32_t *kept = layer->kept;
    uint8_t *wide = (uint8_t *)(kept + s->channels);
    for (int32_t start = 0; start < s->channels; start += BLOCK, wide++) {
        int32_t first = block_start(s, start);
        *wide = block_bias(s, first, kept + first);
    }
}

static void pack(const int8_t *x, uint32_t *words, int32_t count) {
    for (; count > 0; count -= 4, x += 4, words += 4) {
        uint32_t even = (uint32_t)x[2] + ((uint32_t)x[0] << 16), odd = (uint32_t)x[3] + ((uint32_t)x[1] << 16);
        words[0] = 0x8000 - 0x00800080 * odd;
        words[1] = words[0] - 0x00800080 * even;
        words[2] = even;
        words[3] = odd;
    }
}

/* kept is NULL where there was no room for it. */
static void run_pixel(const inner_strip_t *s, const int32_t *kept, const uint32_t *words, int32_t *sums) {
    const uint8_t *all_wide = (const uint8_t *)(kept + s->channels);
    int32_t groups = s->w_channel / 4;
    for (int32_t start = 0; start < s->channels; start += BLOCK) {
        int32_t c = block_start(s, start);
        uint8_t wide;
        if (kept != NULL) {
            memcpy(sums + c, kept + c, BLOCK * sizeof *sums);
            wide = all_wide[start / BLOCK];
        } else {
            wide = block_bias(s, c, sums + c);
        }
        if (wide) {
            armv6m_dense4_wide(s->w + c * s->w_channel, words, sums + c, s->w_channel, groups);
        } else {
            armv6m_dense4(s->w + c * s->w_channel, words, sums + c, s->w_channel, groups);
        }
    }
}

void armv6m_dense_layer(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    int32_t pixels = layer->batches * layer->y.out * layer->x.out, rows = s->scale.mask ? s->channels : 1;
    uint32_t *words = s->scratch;
    int32_t *sums = (int32_t *)words + s->w_channel;
    armv6m_factor_t *factors = (armv6m_factor_t *)(void *)(sums + s->channels);
    for (int32_t i = 0; i < rows; i++) {
        factors[i] = armv6m_factor(&s->scale, i);
    }
    armv6m_scale_t scale = {factors, s->out, rows, sizeof *factors, 1, 4 * (s->channels / rows), 0, 1,
                            s->scale.zero_point, s->scale.low, s->scale.high};
    for (int32_t pixel = 0; pixel < pixels; pixel++, scale.out += s->out_step) {
        int32_t y = pixel / layer->x.out;
        int32_t x = pixel % layer->x.out * layer->x.stride, row = y * layer->y.stride * layer->x.in;
        pack((const int8_t *)s->x + (row + x) * s->x_step, words, s->w_channel);
        run_pixel(s, layer->kept, words, sums);
        armv6m_scale_any(sums, &scale);
    }
}
