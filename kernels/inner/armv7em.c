/* SPDX-License-Identifier: MIT
 * Whole layers on Cortex-M4, M7 and M33: convolutions and matrix products, four pixels at a time with all outputs; pixels
 * that are left over one at a time with four outputs. */
#include "armv7em.h"

#include <string.h>

#define PIXELS ARMV7EM_PIXELS
#define BEYOND 3 /* bytes that may be read behind a row of weights */
#define LEAST_AT_ONCE 64

/* ---- prepare ------------------------------------------------------------------------------------------------------------ */

/* Rows of weights, at the end, of which no word may be read where they lie. */
static int32_t last_rows(const inner_layer_t *layer) {
    int32_t count = layers_count(layer), channels = layer->strip.channels;
    int32_t rows = count % 4 == 0 ? 0 : count == 1 ? BEYOND : 1;
    return rows < channels ? rows : channels;
}

/* In prepare: outputs whose factors are made at once. Pixels are packed for each so many; few pixels are packed quickly. */
static int32_t outputs_at_once(const inner_layer_t *layer) {
    int32_t most = layers_pixels(layer) < PIXELS ? 0 : (int32_t)(layer->scratch_bytes / sizeof(layers_factor_t)) & ~3;
    most = most < LEAST_AT_ONCE ? LEAST_AT_ONCE : most;
    return layer->strip.channels < most || layers_count(layer) == 1 ? layer->strip.channels : most;
}

static uint32_t words_bytes(const inner_layer_t *layer) {
    return (uint32_t)layers_groups(layer) * 8 * (layers_pixels(layer) < PIXELS ? 1 : PIXELS);
}

/* Scratch for all but the factors. */
static uint32_t rest_bytes(const inner_layer_t *layer) {
    uint32_t row = (uint32_t)layers_groups(layer) * 4;
    return words_bytes(layer) + row + (last_rows(layer) ? 4 * row : 0);
}

uint32_t inner_layer_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (!layers_fit(layer)) {
        return 0;
    }
    if (s->fan) {
        return layers_depth_scratch(layer);
    }
    return (uint32_t)outputs_at_once(layer) * sizeof(layers_factor_t) + rest_bytes(layer);
}

/* ---- packing --------------------------------------------------------------------------------------------------------- */

/* A window for one of `pixels` pixels. What the last word has beyond the window becomes 0. */
LAYERS_ALONE static void pack(const int8_t *x, uint32_t *words, int32_t count, int32_t x_offset, int32_t pixels) {
    uint32_t offsets = (uint32_t)(uint16_t)x_offset * 0x10001u, word = 0;
    for (; count >= 4; count -= 4, x += 4, words += 2 * pixels) {
        memcpy(&word, x, 4);
        words[0] = armv7em_even(offsets, word);
        words[1] = armv7em_odd(offsets, word);
    }
    if (count > 0) {
        uint32_t upper = count > 2 ? 0xffffffffu : 0x0000ffffu;
        word = (uint32_t)(uint8_t)x[0] | (count > 1 ? (uint32_t)(uint8_t)x[1] << 8 : 0) |
               (count > 2 ? (uint32_t)(uint8_t)x[2] << 16 : 0);
        words[0] = armv7em_even(offsets, word) & upper;
        words[1] = count > 1 ? armv7em_odd(offsets, word) & 0xffff : 0;
    }
}

/* ---- invoke ----------------------------------------------------------------------------------------------------------- */

/* Some outputs at work. */
typedef struct {
    const inner_layer_t *layer;
    int32_t count, groups;
    int32_t whole, last;  /* outputs whose weights are read in place, and then those of whose weights there is a copy */
    const int8_t *last_w;
    uint32_t *words;      /* packed pixels */
    int8_t *row;          /* a window */
} conv_t;

static void run_pixels(const conv_t *conv, armv7em_dot_t dot) {
    dot.x_end = dot.x + conv->groups * 2 * PIXELS;
    dot.factors_end = dot.factors + conv->whole;
    if (conv->whole > 0) {
        armv7em_dot_pixels(&dot);
    }
    if (conv->last > 0) {
        dot.w = conv->last_w;
        dot.factors = dot.factors_end;
        dot.factors_end += conv->last;
        dot.out += conv->whole;
        armv7em_dot_pixels(&dot);
    }
}

/* One output of one pixel, as four equal ones. */
static void run_alone(armv7em_dot_t dot) {
    layers_factor_t factors[4] = {dot.factors[0], dot.factors[0], dot.factors[0], dot.factors[0]};
    int8_t four[4], *out = dot.out;
    dot.factors = factors;
    dot.factors_end = factors + 4;
    dot.out = four;
    dot.w_step = 0;
    armv7em_dot_outputs(&dot);
    *out = four[0];
}

static void run_pixel(const conv_t *conv, armv7em_dot_t dot) {
    int32_t whole = conv->whole, blocks = whole & ~3, c = blocks;
    armv7em_dot_t one = dot;
    one.x_end = dot.x_end = dot.x + conv->groups * 2;
    if (blocks > 0) {
        dot.factors_end = dot.factors + blocks;
        armv7em_dot_outputs(&dot);
    }
    if (c < whole && whole >= 4) { /* some outputs twice */
        armv7em_dot_t again = one;
        again.w += (whole - 4) * conv->count;
        again.factors += whole - 4;
        again.factors_end = again.factors + 4;
        again.out += whole - 4;
        armv7em_dot_outputs(&again);
        c = whole;
    }
    for (; c < whole + conv->last; c++) {
        armv7em_dot_t alone = one;
        alone.w = c < whole ? one.w + c * conv->count : conv->last_w + (c - whole) * conv->count;
        alone.factors += c;
        alone.out += c;
        run_alone(alone);
    }
}

/* All pixels. */
static void run_outputs(const conv_t *conv, armv7em_dot_t dot) {
    const inner_strip_t *s = &conv->layer->strip;
    int32_t pixels = layers_pixels(conv->layer);
    layers_windows_t windows;
    layers_begin(&windows, conv->layer, conv->row);
    for (; pixels >= PIXELS; pixels -= PIXELS, dot.out += PIXELS * s->out_step) {
        for (int32_t i = 0; i < PIXELS; i++) {
            pack(layers_next(&windows), conv->words + 2 * i, conv->count, s->x_offset, PIXELS);
        }
        run_pixels(conv, dot);
    }
    for (; pixels > 0; pixels--, dot.out += s->out_step) {
        pack(layers_next(&windows), conv->words, conv->count, s->x_offset, 1);
        run_pixel(conv, dot);
    }
}

static void run_conv(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    int32_t most = (int32_t)((layer->scratch_bytes - rest_bytes(layer)) / sizeof(layers_factor_t)), count = layers_count(layer), groups = layers_groups(layer), last = last_rows(layer);
    layers_factor_t *factors = s->scratch;
    uint32_t *words = (uint32_t *)(void *)(factors + most);
    int8_t *row = (int8_t *)words + words_bytes(layer), *last_w = row + groups * 4;
    bool few = layers_pixels(layer) < PIXELS; /* too few to look for weights of 0 */
    conv_t conv = {layer, count, groups, 0, 0, last_w, words, row};
    memcpy(last_w, s->w + (s->channels - last) * count, (size_t)(last * count));
    for (int32_t first = 0; first < s->channels; first += most) {
        int32_t end = s->channels - first < most ? s->channels : first + most;
        for (int32_t c = first; c < end; c++) {
            layers_factor_t factor = few ? layers_factor(s, c) : layers_factor_of(s, c, s->w + c * count, count);
            factor.multiplier = (int32_t)((uint32_t)factor.multiplier << 1);
            factors[c - first] = factor;
        }
        conv.last = end == s->channels ? last : 0;
        conv.whole = end - first - conv.last;
        armv7em_dot_t dot = {s->w + first * count, words, NULL, factors, NULL, (int8_t *)s->out + first, s->out_step, groups * 4 - count,
                             s->scale.zero_point, s->scale.low, s->scale.high, count};
        run_outputs(&conv, dot);
    }
}

void inner_layer(const inner_layer_t *layer) {
    if (layer->strip.fan) {
        layers_depth(layer);
    } else {
        run_conv(layer);
    }
}

/* ---- depthwise --------------------------------------------------------------------------------------------------------- */

static uint32_t pair(int32_t lower, int32_t upper) {
    return (uint32_t)(uint16_t)lower | (uint32_t)upper << 16;
}

void layers_depth_3x3(const layers_window_t *window, const int8_t *w) {
    uint32_t weights[6];
    int32_t step = window->w_step;
    for (int i = 0; i < 6; i += 2, w += window->w_row) {
        weights[i] = pair(w[0], w[step]);
        weights[i + 1] = pair(w[step], w[2 * step]);
    }
    if (window->stride == 1) {
        armv7em_depth3(window, weights);
    } else {
        armv7em_depth3_stride2(window, weights);
    }
}
