/* SPDX-License-Identifier: MIT
 * Whole layers on Cortex-M0 and M0+: convolutions and matrix products are packed and handed to armv6m_dot.S, block by
 * block of outputs and five pixels at a time. What does not fit is left to the strips of portable.c. */
#include "armv6m_conv.h"

#include <stdbool.h>
#include <string.h>

#define MOST_PRODUCT (1u << 15) /* of a weight and x + x_offset */
#define MOST_WINDOW 0x4000      /* products of an output */
#define SUMS_BYTES (4 * ARMV6M_PIXELS)
#define OUTPUT_BYTES (SUMS_BYTES + (int32_t)sizeof(armv6m_factor_t))

/* With little scratch: bytes of a stream, and those that five pixels may have on the stack. Where they have more than the
 * third, images are not the largest ones, so that more outputs may go at once. */
#define LITTLE_STREAM 640
#define STACK_BYTES 640
#define LITTLE_PIXELS 2048
#define PIXELS_ON_STACK 1 /* scratch is asked for in words, but for this */

/* ---- prepare ---------------------------------------------------------------------------------------------------------- */

static uint32_t magnitude(int32_t x) {
    return x < 0 ? 0 - (uint32_t)x : (uint32_t)x;
}

/* The weights of an output. */
typedef struct {
    const int8_t *w;
    int32_t count, step;
} row_t;

static row_t row_of(const inner_layer_t *layer, int32_t c) {
    const inner_strip_t *s = &layer->strip;
    row_t row = {s->w + c * s->w_channel, layer->y.kernel * layer->x.kernel * s->x_step, s->fan ? s->w_tap : 1};
    return row;
}

/* Four weights, the i-th and on; those beyond the end are 0. */
static uint32_t weights_at(const row_t *row, int32_t i) {
    const int8_t *w = row->w + i * row->step;
    if (row->step == 1 && (uintptr_t)w % 4 == 0 && row->count - i >= 4) {
        return *(const uint32_t *)(const void *)w;
    }
    uint32_t word = 0;
    for (int32_t bit = 0; bit < 32 && i < row->count; bit += 8, i++, w += row->step) {
        word |= (uint32_t)(uint8_t)*w << bit;
    }
    return word;
}

static int any_least(const int8_t *w, int32_t count) {
    int found = 0;
    for (; count > 0; count--, w++) {
        found |= *w == -128;
    }
    return found;
}

int armv6m_has_least(const int8_t *w, int32_t count) {
    int32_t before = (int32_t)((0 - (uintptr_t)w) & 3);
    before = before < count ? before : count;
    int32_t blocks = (count - before) / ARMV6M_LEAST_BLOCK, whole = blocks * ARMV6M_LEAST_BLOCK;
    const uint32_t *words = (const uint32_t *)(const void *)(w + before);
    return any_least(w, before) || armv6m_least_bits(words, (uint32_t)blocks) ||
           any_least(w + before + whole, count - before - whole);
}

/* Whether a pair of weights may overflow. Few models have a weight of -128 at all. */
int armv6m_pairs_overflow(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    int32_t count = row_of(layer, 0).count;
    if (!armv6m_has_least(s->w, s->channels * count)) {
        return false;
    }
    for (int32_t c = 0; c < s->channels; c++) {
        row_t row = row_of(layer, c);
        for (int32_t i = 0; i < count; i += 4) {
            if (armv6m_pair_overflows(weights_at(&row, i))) {
                return true;
            }
        }
    }
    return false;
}

/* Words of the stream for a row, all of it whole words; pieces end before a wide group. */
static uint32_t group_words(const uint32_t *w, int32_t groups) {
    uint32_t words = 0, room = 0; /* in a piece */
    for (const uint32_t *end = w + groups; w < end; w++) {
        if (armv6m_magnitude(*w) > 255) {
            words += 3;
            room = 0;
        } else {
            if (room == 0) {
                room = ARMV6M_MOST_GROUPS;
                words++;
            }
            words += 2;
            room--;
        }
    }
    return words;
}

/* Bytes of an output's stream and what else it needs, or a bound where that costs less. */
static uint32_t row_bytes(row_t row) {
    bool whole = row.step == 1 && (uintptr_t)row.w % 4 == 0 && row.count % 4 == 0;
    int32_t groups = (row.count + 3) / 4;
    const uint32_t *w = (const uint32_t *)(const void *)row.w;
    return 4 * (3 + (whole ? group_words(w, groups) : 3 * (uint32_t)groups)) + OUTPUT_BYTES;
}

static bool is_relu(const inner_scale_t *scale) {
    return scale->low == scale->zero_point;
}

/* Dead channels with a multiplier of 0 and a large bias are common. */
static bool sums_fit(const inner_strip_t *s, uint32_t products) {
    const int32_t *bias = s->bias;
    uint32_t most = (is_relu(&s->scale) ? ARMV6M_MOST_SUM_RELU : ARMV6M_MOST_SUM) - MOST_PRODUCT * products;
    for (int32_t c = 0; c < s->channels; c++) {
        int32_t i = c & s->scale.mask, shift = s->scale.shift[i];
        bool shift_fits = shift < 0 || (shift == 0 && (is_relu(&s->scale) || s->scale.multiplier[i] == 0));
        if (!shift_fits || (bias != NULL && magnitude(bias[c]) > most)) {
            return false;
        }
    }
    return true;
}

static uint32_t padded(const inner_layer_t *layer) {
    return (uint32_t)(row_of(layer, 0).count + 3) & ~3u;
}

/* Most bytes that a row's stream may have, and the exit. */
static uint32_t most_row_bytes(uint32_t count) {
    return 12 + 3 * count + OUTPUT_BYTES + 8;
}

/* Least bytes of it, and what else an output needs. */
static uint32_t least_row_bytes(uint32_t count) {
    return 12 + 2 * count + 4 * ((count / 4 + ARMV6M_MOST_GROUPS - 1) / ARMV6M_MOST_GROUPS) + OUTPUT_BYTES;
}

static uint32_t conv_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    uint32_t count = padded(layer), channels = (uint32_t)s->channels, bytes = most_row_bytes(count);
    if (armv6m_pairs_overflow(layer)) {
        return 0;
    }
    /* at least one output, and as much as the pixels take anyway */
    uint32_t pixels = count * 2 * ARMV6M_PIXELS, most = layer->scratch_bytes & ~3u;
    uint32_t on_stack = 0;
    if (most < ARMV6M_LITTLE) {
        on_stack = pixels <= STACK_BYTES;
        most = pixels <= LITTLE_PIXELS ? pixels / 5 * 3 & ~3u : pixels;
        most = most < LITTLE_STREAM ? LITTLE_STREAM : most;
    } else {
        most = most < pixels ? pixels : most;
    }
    most = most < bytes ? bytes : most;
    if (channels >= most || bytes + channels * least_row_bytes(count) >= most) {
        bytes = most;
    }
    for (int32_t c = 0; c < s->channels && bytes < most; c++) {
        bytes += row_bytes(row_of(layer, c));
    }
    bytes = bytes < most ? bytes : most;
    return bytes + (on_stack ? PIXELS_ON_STACK : pixels) + count + (armv6m_gathers(layer) ? 2 * count : 0); /* and one pixel's bytes */
}

/* With a single input channel, a depthwise layer is a convolution. */
static bool is_depthwise(const inner_layer_t *layer) {
    return layer->strip.fan && layer->strip.x_step > 1;
}

static bool is_dense(const inner_layer_t *layer) {
    return layer->y.out * layer->x.out * layer->batches < ARMV6M_PIXELS;
}

uint32_t inner_layer_scratch(const inner_layer_t *layer) {
    bool depthwise = is_depthwise(layer);
    int32_t window = layer->y.kernel * layer->x.kernel, products = depthwise ? window : row_of(layer, 0).count;
    if (products > MOST_WINDOW || !sums_fit(&layer->strip, (uint32_t)products)) {
        return 0;
    }
    if (depthwise) {
        uint32_t bytes = armv6m_depth_scratch(layer);
        return bytes ? bytes : armv6m_window_scratch(layer);
    }
    return is_dense(layer) ? armv6m_dense_scratch(layer) : conv_scratch(layer);
}

uint32_t inner_layer_kept(const inner_layer_t *layer) {
    return !is_depthwise(layer) && is_dense(layer) ? armv6m_dense_kept(layer) : 0;
}

void inner_layer_keep(const inner_layer_t *layer) {
    armv6m_dense_keep(layer);
}

/* ---- invoke --------------------------------------------------------------------------------------------------------------- */

/* Some models have outputs without weights. */
static bool is_zero(const uint32_t *w, int32_t groups) {
    while (groups > 0 && *w == 0) {
        groups--;
        w++;
    }
    return groups == 0;
}

/* Packs outputs from `first` on as long as there is room for streams, sums and factors; gives the first one left. */
static int32_t pack_outputs(armv6m_conv_t *conv, int32_t first) {
    const inner_strip_t *s = &conv->layer->strip;
    const int32_t *bias = s->bias;
    uint32_t *at = conv->stream;
    armv6m_factor_t *factor = (armv6m_factor_t *)(void *)conv->end;
    int32_t c = first, room = (int32_t)((char *)conv->end - (char *)at);
    for (; c < s->channels; c++) {
        if (room - 4 * (at - conv->stream) - (c - first) * OUTPUT_BYTES < (int32_t)most_row_bytes(conv->count)) {
            break;
        }
        row_t row = row_of(conv->layer, c);
        const uint32_t *w = (const uint32_t *)(const void *)row.w;
        if (row.step != 1 || (uintptr_t)w % 4 != 0 || row.count % 4 != 0) {
            uint32_t *copy = (uint32_t *)(void *)conv->row;
            for (int32_t i = 0; i < row.count; i += 4) {
                copy[i / 4] = weights_at(&row, i);
            }
            w = copy;
        }
        int32_t groups = (int32_t)conv->count / 4;
        groups = is_zero(w, groups) ? 0 : groups;
        *--factor = armv6m_factor(&s->scale, c);
        at = armv6m_pack_w(w, at, groups, s->x_offset, bias ? bias[c] : 0);
    }
    armv6m_pack_end(at);
    return c;
}

/* Packed outputs of the five pixels from number `pixel` on. */
static void run_five(armv6m_conv_t *conv, int32_t pixel, bool anew, int32_t *sums, const armv6m_scale_t *scale) {
    armv6m_pack_pixels(conv, pixel, anew);
    armv6m_dot5(conv->stream, conv->words, sums);
    if (scale->low == scale->zero_point) {
        armv6m_scale5_relu(sums, scale);
    } else {
        armv6m_scale5(sums, scale);
    }
}

/* Packed outputs [first, last) of all pixels. Where the last five pixels are not whole, some are done twice: aside, where the
 * output is the memory of the input (depthwise of one channel). */
static void run_outputs(armv6m_conv_t *conv, int32_t first, int32_t last) {
    const inner_layer_t *layer = conv->layer;
    const inner_strip_t *s = &layer->strip;
    int32_t pixels = layer->batches * layer->y.out * layer->x.out, pixel = 0;
    const armv6m_factor_t *factors = (const armv6m_factor_t *)(const void *)conv->end - 1;
    int32_t *sums = (int32_t *)(void *)(factors - (last - first) + 1) - (last - first) * ARMV6M_PIXELS;
    armv6m_scale_t scale = {factors, (int8_t *)s->out + first, last - first, -(int32_t)sizeof *factors, 1, SUMS_BYTES, 0,
                            s->out_step, s->scale.zero_point, s->scale.low, s->scale.high};
    for (; pixel <= pixels - ARMV6M_PIXELS; pixel += ARMV6M_PIXELS, scale.out += ARMV6M_PIXELS * s->out_step) {
        run_five(conv, pixel, pixel == 0, sums, &scale);
    }
    if (pixel < pixels) {
        int8_t aside[ARMV6M_PIXELS], *out = scale.out;
        int32_t done = pixel - (pixels - ARMV6M_PIXELS);
        bool in_place = s->out == s->x;
        scale.out = in_place ? aside : out - done * s->out_step;
        run_five(conv, pixels - ARMV6M_PIXELS, true, sums, &scale);
        if (in_place) {
            memcpy(out, aside + done, (uint32_t)(ARMV6M_PIXELS - done));
        }
    }
}

/* words: of five packed pixels, NULL if they are in the scratch. */
static void run_conv(const inner_layer_t *layer, uint32_t *words) {
    armv6m_conv_t conv = {.layer = layer, .count = padded(layer)};
    char *scratch = layer->strip.scratch;
    conv.by_words = layer->strip.x_step % 4 == 0 && (uintptr_t)layer->strip.x % 4 == 0;
    conv.in_line = conv.by_words && layer->y.kernel == 1 && layer->x.kernel == 1 && layer->y.stride == 1 &&
                   layer->x.stride == 1 && layer->y.pad == 0 && layer->x.pad == 0;
    conv.y_inside = layer->y.in - (layer->y.kernel - 1) * layer->y.dilation;
    conv.x_inside = layer->x.dilation == 1 ? layer->x.in - layer->x.kernel + 1 : 0;
    conv.row_step = layer->y.dilation * layer->x.in * layer->strip.x_step;
    conv.spreads = conv.by_words && armv6m_spreads(layer);
    conv.words = words ? words : (uint32_t *)(void *)scratch;
    conv.row = (int8_t *)(scratch + (words ? 0 : conv.count * 2 * ARMV6M_PIXELS));
    conv.stream = (uint32_t *)(void *)(conv.row + conv.count);
    if (armv6m_gathers(layer)) {
        conv.offsets = (uint16_t *)(void *)conv.stream;
        conv.stream += conv.count / 2;
        armv6m_plan_gather(&conv);
    }
    conv.end = (uint32_t *)(void *)(scratch + (layer->scratch_bytes & ~3u));
    for (int32_t first = 0, last; first < layer->strip.channels; first = last) {
        last = pack_outputs(&conv, first);
        if (conv.spreads) {
            armv6m_plan_spread(&conv);
        }
        run_outputs(&conv, first, last);
    }
}

/* Apart, because of its stack. */
static __attribute__((noinline)) void run_conv_on_stack(const inner_layer_t *layer) {
    uint32_t words[STACK_BYTES / 4];
    run_conv(layer, words);
}

void inner_layer(const inner_layer_t *layer) {
    if (is_depthwise(layer)) {
        (armv6m_is_window(layer) ? armv6m_window_layer : armv6m_depth_layer)(layer);
    } else if (is_dense(layer)) {
        armv6m_dense_layer(layer);
    } else if (layer->scratch_bytes & PIXELS_ON_STACK) {
        run_conv_on_stack(layer);
    } else {
        run_conv(layer, NULL);
    }
}
