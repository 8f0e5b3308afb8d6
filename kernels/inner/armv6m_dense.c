/* SPDX-License-Identifier: MIT
 * Matrix times vector on Cortex-M0 and M0+, for layers with too few pixels for packed weights. The sums of all weights,
 * which the zero point multiplies, are kept from prepare if there is room: each output's bias with them, then for each
 * block of outputs which group's products may overflow in their sum. */
#include "armv6m.h"

#include <stdbool.h>
#include <stddef.h>

#define BLOCK 4 /* outputs of one call */

/* Instead of the number of the only wide group of a block. */
enum { NO_WIDE = 255, ALL_WIDE = 254 };

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

/* The sum of an output's weights; *wide becomes which group's products may overflow. */
static int32_t row_sum(const int8_t *row, int32_t count, uint8_t *wide) {
    const uint32_t *w = (const uint32_t *)(const void *)row;
    int32_t sum = -128 * count;
    for (int32_t group = 0; group < count / 4; group++, w++) {
        uint32_t biased = *w ^ 0x80808080u;
        biased = (biased & 0x00ff00ffu) + (biased >> 8 & 0x00ff00ffu);
        sum += (int32_t)((biased & 0xffff) + (biased >> 16));
        if (armv6m_magnitude(*w) > 255 && *wide != group) {
            *wide = *wide == NO_WIDE && group < ALL_WIDE ? (uint8_t)group : ALL_WIDE;
        }
    }
    return sum;
}

/* A layer's last block begins early if it would not be whole. */
static int32_t block_start(const inner_strip_t *s, int32_t start) {
    return start < s->channels - BLOCK ? start : s->channels - BLOCK;
}

/* The biases of four outputs; gives which group's products may overflow. */
static uint8_t block_bias(const inner_strip_t *s, int32_t first, int32_t *to) {
    const int32_t *bias = s->bias;
    uint8_t wide = NO_WIDE;
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

#define NARROW_WORDS 3 /* of a group */
#define WIDE_WORDS 4

/* The four activations of each group as (2, 0) and (3, 1), then as the kernels want them. */
static uint32_t *pack(const int8_t *x, uint32_t *words, int32_t groups, bool wide) {
    bool aligned = (uintptr_t)x % 4 == 0;
    for (; groups > 0; groups--, x += 4) {
        const uint8_t *byte = (const uint8_t *)x;
        uint32_t all = aligned ? *(const uint32_t *)(const void *)x
                               : byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
        all = (all >> 16 | all << 16) ^ 0x80808080u;
        uint32_t even = (all & 0x00ff00ffu) - 0x00800080u, odd = (all >> 8 & 0x00ff00ffu) - 0x00800080u;
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
    return words;
}

/* Groups [first, end) of narrow blocks. */
static void run_narrow(const pixel_t *pixel, int32_t c, int32_t blocks, const int32_t *bias, int32_t first, int32_t end) {
    const inner_strip_t *s = pixel->strip;
    uint32_t *x = pixel->words + NARROW_WORDS * first;
    armv6m_dense_t dense = {s->w + c * s->w_channel + 4 * first, x, x + NARROW_WORDS * ((end - first) % 4),
                            pixel->words + NARROW_WORDS * end, bias, pixel->sums + c, s->w_channel, blocks};
    armv6m_dense4(&dense);
}

/* One block with one wide group. */
static void run_mixed(const pixel_t *pixel, int32_t c, const int32_t *bias, int32_t group) {
    const inner_strip_t *s = pixel->strip;
    int32_t *sums = pixel->sums + c;
    uint32_t words[WIDE_WORDS];
    pack(pixel->x + 4 * group, words, 1, true);
    armv6m_dense_t dense = {s->w + c * s->w_channel + 4 * group, words, words, words + WIDE_WORDS, bias, sums, s->w_channel, 1};
    armv6m_dense4_wide(&dense);
    run_narrow(pixel, c, 1, sums, 0, group);
    run_narrow(pixel, c, 1, sums, group + 1, s->w_channel / 4);
}

/* Blocks that begin at output c, with the same wide groups. */
static void run_blocks(pixel_t *pixel, int32_t c, int32_t blocks, const int32_t *bias, uint8_t group) {
    const inner_strip_t *s = pixel->strip;
    bool wide = group == ALL_WIDE;
    if (pixel->end == NULL || pixel->wide != wide) {
        pixel->end = pack(pixel->x, pixel->words, s->w_channel / 4, wide);
        pixel->wide = wide;
    }
    if (wide) {
        armv6m_dense_t dense = {s->w + c * s->w_channel, pixel->words, NULL, pixel->end, bias, pixel->sums + c, s->w_channel, blocks};
        armv6m_dense4_wide(&dense);
    } else if (group == NO_WIDE) {
        run_narrow(pixel, c, blocks, bias, 0, s->w_channel / 4);
    } else {
        for (; blocks > 0; blocks--, c += BLOCK, bias += BLOCK) {
            run_mixed(pixel, c, bias, group);
        }
    }
}

/* With biases from prepare: the blocks that are not all wide, then those that are. */
static void run_kept(pixel_t *pixel, const int32_t *kept) {
    int32_t channels = pixel->strip->channels, all = (channels + BLOCK - 1) / BLOCK, whole = channels / BLOCK;
    const uint8_t *wide = (const uint8_t *)(kept + channels);
    for (int last = 0; last < 2; last++) {
        for (int32_t first = 0, end; first < whole; first = end) {
            for (end = first + 1; end < whole && wide[end] == wide[first]; end++) {
            }
            if ((wide[first] == ALL_WIDE) == last) {
                run_blocks(pixel, first * BLOCK, end - first, kept + first * BLOCK, wide[first]);
            }
        }
    }
    if (all > whole) {
        run_blocks(pixel, channels - BLOCK, 1, kept + channels - BLOCK, wide[whole]);
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
        int32_t line = i / layer->x.out, y = line / layer->y.out * layer->y.in + line % layer->y.out * layer->y.stride;
        int32_t x = i % layer->x.out * layer->x.stride, row = y * layer->x.in;
        pixel_t pixel = {s, (const int8_t *)s->x + (row + x) * s->x_step, words, NULL, sums, false};
        if (layer->kept != NULL) {
            run_kept(&pixel, layer->kept);
        } else {
            run_alone(&pixel);
        }
        armv6m_scale_any(sums, &scale);
    }
}
