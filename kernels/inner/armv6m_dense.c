/* SPDX-License-Identifier: MIT
 * Matrix times vector on Cortex-M0 and M0+, for layers with too few pixels for packed weights. The sums of all weights,
 * which the zero point multiplies, are kept from prepare if there is room: each output's bias with them, then for each
 * block of outputs whether the sum of a group's products may overflow. */
#include "armv6m.h"

#include <stdbool.h>
#include <stddef.h>

#define BLOCK 4 /* outputs of one call */

static bool fits(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    return layer->x.kernel == 1 && layer->y.kernel == 1 && layer->x.pad == 0 && layer->y.pad == 0 &&
           s->fan == 0 && s->channels >= BLOCK && s->w_channel > 0 && s->w_channel % 4 == 0 && (uintptr_t)s->w % 4 == 0;
}

/* Biases with what the zero point adds, and a flag for each block. */
uint32_t armv6m_dense_kept(const inner_layer_t *layer) {
    uint32_t bytes = (uint32_t)layer->strip.channels * sizeof(int32_t) + (uint32_t)(layer->strip.channels + BLOCK - 1) / BLOCK;
    return bytes <= layer->scratch_bytes ? bytes : 0;
}

/* Words of activations, sums, factors. */
uint32_t armv6m_dense_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (!fits(layer) || armv6m_pairs_overflow(layer)) {
        return 0;
    }
    uint32_t factors = s->scale.mask ? (uint32_t)s->channels : 1;
    return (uint32_t)s->w_channel * 4 + (uint32_t)s->channels * 4 + factors * sizeof(armv6m_factor_t);
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

/* One pixel at work. */
typedef struct {
    const inner_strip_t *strip;
    const int8_t *x;
    uint32_t *words, *end; /* packed activations; end is NULL where there are none yet */
    int32_t *sums;
    bool wide;             /* how they are packed */
} pixel_t;

static void pack(pixel_t *pixel, bool wide) {
    const int8_t *x = pixel->x;
    uint32_t *words = pixel->words;
    for (int32_t count = pixel->strip->w_channel; count > 0; count -= 4, x += 4) {
        uint32_t even = (uint32_t)x[2] + ((uint32_t)x[0] << 16), odd = (uint32_t)x[3] + ((uint32_t)x[1] << 16);
        if (wide) {
            *words++ = 0x8000 - 0x00800080 * odd;
            *words++ = 0x8000 - 0x00800080 * even;
            *words++ = even;
            *words++ = odd;
        } else {
            *words++ = (even - (odd << 8)) * 0x10001;
            *words++ = (odd - (even << 8)) * 0x10001;
            *words++ = 0x8000 - 128 * 0x10001 * (even + odd);
        }
    }
    pixel->end = words;
    pixel->wide = wide;
}

/* Blocks that begin at output c, and are all wide or not. */
static void run_blocks(pixel_t *pixel, int32_t c, int32_t blocks, const int32_t *bias, bool wide) {
    const inner_strip_t *s = pixel->strip;
    if (pixel->end == NULL || pixel->wide != wide) {
        pack(pixel, wide);
    }
    const uint32_t *middle = pixel->words + 3 * (s->w_channel / 4 % 4);
    armv6m_dense_t dense = {s->w + c * s->w_channel, pixel->words, middle, pixel->end, bias, pixel->sums + c, s->w_channel, blocks};
    if (wide) {
        armv6m_dense4_wide(&dense);
    } else {
        armv6m_dense4(&dense);
    }
}

/* With biases from prepare: the blocks that are not wide, then those that are. */
static void run_kept(pixel_t *pixel, const int32_t *kept) {
    int32_t channels = pixel->strip->channels, all = (channels + BLOCK - 1) / BLOCK, whole = channels / BLOCK;
    const uint8_t *is_wide = (const uint8_t *)(kept + channels);
    for (int wide = 0; wide < 2; wide++) {
        for (int32_t first = 0, end; first < whole; first = end) {
            for (end = first + 1; end < whole && is_wide[end] == is_wide[first]; end++) {
            }
            if (is_wide[first] == wide) {
                run_blocks(pixel, first * BLOCK, end - first, kept + first * BLOCK, wide);
            }
        }
    }
    if (all > whole) {
        run_blocks(pixel, channels - BLOCK, 1, kept + channels - BLOCK, is_wide[whole]);
    }
}

static void run_alone(pixel_t *pixel) {
    const inner_strip_t *s = pixel->strip;
    for (int32_t start = 0; start < s->channels; start += BLOCK) {
        int32_t bias[BLOCK], first = block_start(s, start);
        uint8_t wide = block_bias(s, first, bias);
        run_blocks(pixel, first, 1, bias, wide);
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
    for (int32_t i = 0; i < pixels; i++, scale.out += s->out_step) {
        int32_t y = i / layer->x.out;
        int32_t x = i % layer->x.out * layer->x.stride, row = y * layer->y.stride * layer->x.in;
        pixel_t pixel = {s, (const int8_t *)s->x + (row + x) * s->x_step, words, NULL, sums, false};
        if (layer->kept != NULL) {
            run_kept(&pixel, layer->kept);
        } else {
            run_alone(&pixel);
        }
        armv6m_scale_any(sums, &scale);
    }
}
