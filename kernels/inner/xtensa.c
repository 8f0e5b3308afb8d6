/* SPDX-License-Identifier: MIT
 * Whole layers on Xtensa with MAC16 and zero-overhead loops (ESP32 and its successors of that architecture): an instruction
 * multiplies two 16-bit values, adds the product to the accumulator, and loads the next operand.
 *
 * Bytes are packed in pairs as b + 128, which costs a mask and a shift: four bytes 0 1 2 3 become (0, 2) and (1, 3). What
 * that adds to a sum of products is taken off again: 128 times the sum of a window, and the zero point and 128 times the
 * sum of an output's weights. All of that wraps at 32 bits, and only the result has to fit. */
#include "layers_depth.h"

/* ---- prepare ------------------------------------------------------------------------------------------------------------ */

#define LEAST_OUTPUTS 8 /* for which pixels are packed at once, however small the scratch should be */
#define FEW_PIXELS 3 /* for which weights are not packed, where they lie in words */

static bool is_dense(const inner_layer_t *layer) {
    return layers_pixels(layer) <= FEW_PIXELS && layers_count(layer) % 4 == 0 && (uintptr_t)layer->strip.w % 4 == 0;
}

/* Packed weights of an output: this, then two words a group, but for a constant output. */
typedef layers_factor_t output_t; /* the bias with all that does not depend on the window */

/* A window's bytes, and the same packed. */
static uint32_t window_bytes(const inner_layer_t *layer) {
    return (uint32_t)layers_groups(layer) * 12;
}

static uint32_t output_bytes(const inner_layer_t *layer) {
    return (uint32_t)sizeof(output_t) + (uint32_t)layers_groups(layer) * 8;
}

#define BEYOND 4 /* bytes that the dot product reads behind its operands */

uint32_t inner_layer_scratch(const inner_layer_t *layer) {
    if (!layers_fit(layer)) {
        return 0;
    }
    if (layer->strip.fan) {
        return layers_depth_scratch(layer);
    }
    uint32_t one = output_bytes(layer), all = one * (uint32_t)layer->strip.channels;
    uint32_t most = layer->scratch_bytes > LEAST_OUTPUTS * one ? layer->scratch_bytes & ~3u : LEAST_OUTPUTS * one;
    return window_bytes(layer) + 2 * BEYOND + (is_dense(layer) ? 0 : all < most ? all : most);
}

/* ---- packing --------------------------------------------------------------------------------------------------------- */

#define GROUPS_AT_ONCE 64 /* whose sum fits a half word */
#define ALL_BYTES 0x80808080u
#define EVEN_BYTES 0x00ff00ffu

static uint32_t load(const int8_t *from, int32_t count) {
    uint32_t word = 0;
    for (int32_t bit = 0; bit < 32 && count > 0; bit += 8, count--) {
        word |= (uint32_t)(uint8_t)*from++ << bit;
    }
    return word;
}

static inline uint32_t pack_group(uint32_t word, uint32_t *to) {
    word ^= ALL_BYTES;
    uint32_t even = word & EVEN_BYTES, odd = word >> 8 & EVEN_BYTES;
    to[0] = even;
    to[1] = odd;
    return even + odd;
}

/* Packs bytes, as if zeros followed them; gives the sum of all that is packed. */
LAYERS_ALONE static uint32_t pack(const int8_t *from, uint32_t *to, int32_t count) {
    uint32_t sum = 0;
    bool aligned = (uintptr_t)from % 4 == 0;
    while (count > 0) {
        uint32_t sums = 0;
        int32_t some = count < 4 * GROUPS_AT_ONCE ? count : 4 * GROUPS_AT_ONCE;
        count -= some;
        for (int32_t groups = aligned ? some / 4 : 0; groups > 0; groups--, from += 4, to += 2) {
            sums += pack_group(*(const uint32_t *)(const void *)from, to);
        }
        for (some = aligned ? some % 4 : some; some > 0; some -= 4, from += 4, to += 2) {
            sums += pack_group(load(from, some), to);
        }
        sum += (sums & 0xffff) + (sums >> 16);
    }
    return sum;
}

/* Packs outputs from `first` on as long as there is room; gives the first one left. */
static int32_t pack_outputs(const inner_layer_t *layer, int32_t first, char *stream, const char *end) {
    const inner_strip_t *s = &layer->strip;
    int32_t count = layers_count(layer), bytes = (int32_t)output_bytes(layer);
    uint32_t offset = (uint32_t)(s->x_offset - 128), all = 128 * 4 * (uint32_t)layers_groups(layer);
    for (; first < s->channels && end - stream >= bytes; first++) {
        output_t *output = (output_t *)(void *)stream;
        *output = layers_factor_of(s, first, s->w + first * count, count);
        if (output->multiplier == 0) {
            stream += sizeof *output;
        } else {
            uint32_t sum = pack(s->w + first * count, (uint32_t *)(output + 1), count);
            output->bias = (int32_t)((uint32_t)output->bias + offset * (sum - all));
            stream += bytes;
        }
    }
    return first;
}

/* ---- dot products ------------------------------------------------------------------------------------------------------ */

/* begin + the products of groups; one word more is read of both. */
static inline uint32_t dot(const uint32_t *x, const uint32_t *w, int32_t groups, uint32_t begin) {
#ifdef __XTENSA__
    uint32_t sum;
    x--, w--;
    __asm__ volatile("wsr %[begin], acclo\n"
                     "ldinc m0, %[x]\n"
                     "ldinc m2, %[w]\n"
                     "loop %[groups], 1f\n"
                     "mula.dd.ll.ldinc m1, %[x], m0, m2\n"
                     "mula.dd.hh.ldinc m3, %[w], m0, m2\n"
                     "mula.dd.ll.ldinc m0, %[x], m1, m3\n"
                     "mula.dd.hh.ldinc m2, %[w], m1, m3\n"
                     "1: rsr %[sum], acclo"
                     : [sum] "=r"(sum), [x] "+r"(x), [w] "+r"(w)
                     : [begin] "r"(begin), [groups] "r"(groups)
                     : "memory");
    return sum;
#else
    for (int32_t i = 0; i < 2 * groups; i++) {
        begin += (x[i] & 0xffff) * (w[i] & 0xffff) + (x[i] >> 16) * (w[i] >> 16);
    }
    return begin;
#endif
}

/* Outputs from `out` to `end` of one packed window. */
LAYERS_ALONE static void run_outputs(const inner_scale_t *scale, const output_t *output, const uint32_t *x, int32_t groups, uint32_t begin,
                                     int8_t *out, const int8_t *end) {
    int32_t zero_point = scale->zero_point, low = scale->low, high = scale->high;
    while (out < end) {
        const uint32_t *w = (const uint32_t *)(output + 1);
        int32_t y;
        if (__builtin_expect(output->multiplier == 0, 0)) {
            y = layers_constant(output++, zero_point);
        } else {
            y = (int32_t)dot(x, w, groups, begin + (uint32_t)output->bias);
            y = requant_clamp(layers_scale(y, output, zero_point), low, high);
            output = (const output_t *)(const void *)(w + 2 * groups);
        }
        *out++ = (int8_t)y;
    }
}

/* ---- one pixel ----------------------------------------------------------------------------------------------------------- */

/* begin + the products of groups of activations, zero point taken off, and of bytes + 128. */
static inline uint32_t dot_bytes(const uint32_t *x, const int8_t *bytes, int32_t groups, uint32_t begin) {
    const uint32_t *w = (const uint32_t *)(const void *)bytes;
#ifdef __XTENSA__
    uint32_t sum, even, odd;
    x--;
    __asm__ volatile("wsr %[begin], acclo\n"
                     "ldinc m0, %[x]\n"
                     "loop %[groups], 1f\n"
                     "l32i %[even], %[w], 0\n"
                     "addi %[w], %[w], 4\n"
                     "xor %[even], %[even], %[all]\n"
                     "srli %[odd], %[even], 8\n"
                     "and %[even], %[even], %[mask]\n"
                     "and %[odd], %[odd], %[mask]\n"
                     "mula.da.ll.ldinc m1, %[x], m0, %[even]\n"
                     "mula.da.hh m0, %[even]\n"
                     "mula.da.ll.ldinc m0, %[x], m1, %[odd]\n"
                     "mula.da.hh m1, %[odd]\n"
                     "1: rsr %[sum], acclo"
                     : [sum] "=r"(sum), [x] "+r"(x), [w] "+r"(w), [even] "=&r"(even), [odd] "=&r"(odd)
                     : [begin] "r"(begin), [groups] "r"(groups), [all] "r"(ALL_BYTES), [mask] "r"(EVEN_BYTES)
                     : "memory");
    return sum;
#else
    for (; groups > 0; groups--, x += 2, w++) {
        uint32_t even = (*w ^ ALL_BYTES) & EVEN_BYTES, odd = (*w ^ ALL_BYTES) >> 8 & EVEN_BYTES;
        begin += (uint32_t)((int16_t)x[0] * (int32_t)(even & 0xffff) + (int16_t)(x[0] >> 16) * (int32_t)(even >> 16));
        begin += (uint32_t)((int16_t)x[1] * (int32_t)(odd & 0xffff) + (int16_t)(x[1] >> 16) * (int32_t)(odd >> 16));
    }
    return begin;
#endif
}

/* All outputs of one window, with weights where they lie. */
LAYERS_ALONE static void run_pixel(const inner_strip_t *s, const int8_t *x, uint32_t *words, int32_t groups, int8_t *out) {
    int16_t *values = (int16_t *)(void *)words;
    uint32_t sum = 0;
    for (int32_t i = 0; i < groups; i++, values += 4, x += 4) {
        values[0] = (int16_t)(x[0] + s->x_offset);
        values[1] = (int16_t)(x[2] + s->x_offset);
        values[2] = (int16_t)(x[1] + s->x_offset);
        values[3] = (int16_t)(x[3] + s->x_offset);
        sum += (uint32_t)(values[0] + values[1] + values[2] + values[3]);
    }
    const int8_t *w = s->w;
    for (int32_t c = 0; c < s->channels; c++, w += 4 * groups) {
        layers_factor_t factor = layers_factor(s, c);
        int32_t y = (int32_t)dot_bytes(words, w, groups, (uint32_t)factor.bias - 128 * sum);
        out[c] = (int8_t)requant_clamp(layers_scale(y, &factor, s->scale.zero_point), s->scale.low, s->scale.high);
    }
}

/* ---- invoke ----------------------------------------------------------------------------------------------------------- */

static void run_conv(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    int32_t count = layers_count(layer), groups = layers_groups(layer), pixels = layers_pixels(layer);
    uint32_t *words = s->scratch;
    int8_t *row = (int8_t *)(words + 2 * groups) + BEYOND, *out = s->out;
    char *stream = (char *)row + 4 * groups, *end = (char *)s->scratch + layer->scratch_bytes - BEYOND;
    layers_windows_t windows;
    layers_begin(&windows, layer, row);
    if (is_dense(layer)) {
        for (; pixels > 0; pixels--, out += s->out_step) {
            run_pixel(s, layers_next(&windows), words, groups, out);
        }
        return;
    }
    for (int32_t first = 0, last; first < s->channels; first = last) {
        last = pack_outputs(layer, first, stream, end);
        layers_begin(&windows, layer, row);
        out = s->out;
        for (int32_t left = pixels; left > 0; left--, out += s->out_step) {
            uint32_t sum = pack(layers_next(&windows), words, count);
            run_outputs(&s->scale, (const output_t *)(const void *)stream, words, groups, 0 - 128 * sum, out + first, out + last);
        }
    }
}

void inner_layer(const inner_layer_t *layer) {
    if (layer->strip.fan) {
        layers_depth(layer);
    } else {
        run_conv(layer);
    }
}
