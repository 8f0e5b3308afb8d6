/* SPDX-License-Identifier: MIT
 * Whole layers on RISC-V with 32-bit multiplication and no vectors (rv32im).
 *
 * Two multiply-accumulates an instruction: of (xa + xb * 2^16) * (wb + wa * 2^16) the upper half is xa * wa + xb * wb, and
 * adding 2^15 before the shift takes out what the lower half, xa * wb, has borrowed. Two such products are added first,
 * which is exact while the absolute values of the four weights have a sum of at most 255; where it is more, two of the
 * weights are taken out of the group and corrected for one by one. Four bytes 0 1 2 3 of activations are the words (0, 2)
 * and (1, 3), lower half first, those of weights (2, 0) and (3, 1). */
#include "rv32.h"

#include <string.h>

#define PIXELS 4
#define ROUNDING 0x8000u
#define MOST_MAGNITUDE 255u

/* Packed weights of two outputs: this, then for each group four words (two of each output), then corrections. */
typedef struct {
    layers_factor_t factors[2]; /* the bias with what the zero point adds */
    int32_t outputs[2];
    int32_t corrections;
} pair_t;

typedef struct {
    int32_t at; /* word of the first pixel, of those of four pixels; plus 2^20 for the second output */
    uint32_t weights;
} correction_t;

/* An output that is the same everywhere. These lie at the end of the scratch, the last one first. */
typedef struct {
    int16_t output;
    int8_t value;
} constant_t;

#define SECOND 0x100000

/* ---- weights ------------------------------------------------------------------------------------------------------------ */

/* Four weights, the i-th and on; those beyond the end are 0. */
static uint32_t weights_at(const int8_t *w, int32_t i, int32_t count) {
    w += i;
    if ((uintptr_t)w % 4 == 0 && count - i >= 4) {
        return *(const uint32_t *)(const void *)w;
    }
    uint32_t word = 0;
    for (int32_t bit = 0; bit < 32 && i < count; bit += 8, i++, w++) {
        word |= (uint32_t)(uint8_t)*w << bit;
    }
    return word;
}

/* The sum of four weights' absolute values. */
static uint32_t magnitude(uint32_t w) {
    uint32_t negative = w >> 7 & 0x01010101u;
    uint32_t all = (w ^ ((negative << 8) - negative)) + negative;
    all = (all & 0x00ff00ffu) + (all >> 8 & 0x00ff00ffu);
    return (all + (all >> 16)) & 0xffff;
}

/* Of two weights -128 a single product may be too large. */
static bool pair_overflows(uint32_t w) {
    return (w & 0x00ff00ffu) == 0x00800080u || (w >> 8 & 0x00ff00ffu) == 0x00800080u;
}

/* Whether that sum may be too large: some weight is outside [-64, 63], or all are -64. */
static inline bool is_large(uint32_t w) {
    return ((w ^ w << 1) & 0x80808080u) != 0 || w == 0xc0c0c0c0u;
}

/* Bytes 0 and 2, and bytes 1 and 3, of four weights as (2, 0) and (3, 1); of four activations as (0, 2) and (1, 3). */
static inline uint32_t even_weights(uint32_t w) {
    return (uint32_t)((int32_t)(w << 8) >> 24) + (uint32_t)((int32_t)(w << 24) >> 8);
}

static inline uint32_t odd_weights(uint32_t w) {
    return (uint32_t)((int32_t)w >> 24) + (uint32_t)((int32_t)(w << 16 & 0xff000000u) >> 8);
}

static inline uint32_t even_activations(uint32_t x) {
    return (uint32_t)((int32_t)(x << 24) >> 24) + ((uint32_t)((int32_t)(x << 8) >> 24) << 16);
}

static inline uint32_t odd_activations(uint32_t x) {
    return (uint32_t)((int32_t)(x << 16) >> 24) + ((uint32_t)((int32_t)x >> 24) << 16);
}

/* ---- prepare ------------------------------------------------------------------------------------------------------------ */

/* Of two outputs, with so many corrections. */
static uint32_t pair_bytes(int32_t groups, int32_t corrections) {
    return (uint32_t)sizeof(pair_t) + 16 * (uint32_t)groups + (uint32_t)sizeof(correction_t) * (uint32_t)corrections;
}

/* Bytes of all packed weights; 0 if a product may overflow. */
static uint32_t stream_bytes(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    int32_t count = layers_count(layer), corrections = 0, pairs = (s->channels + 1) / 2;
    const int8_t *w = s->w;
    for (int32_t c = 0; c < s->channels; c++, w += count) {
        for (int32_t i = 0; i < count; i += 4) {
            uint32_t word = weights_at(w, i, count);
            if (pair_overflows(word)) {
                return 0;
            }
            corrections += is_large(word) && magnitude(word) > MOST_MAGNITUDE;
        }
    }
    return pair_bytes(layers_groups(layer), 0) * (uint32_t)pairs + (uint32_t)sizeof(correction_t) * (uint32_t)corrections;
}

static bool is_dense(const inner_layer_t *layer) {
    return layers_pixels(layer) < PIXELS;
}

/* A window's bytes, and those of packed pixels. */
static uint32_t row_bytes(const inner_layer_t *layer) {
    return 4 * (uint32_t)layers_groups(layer);
}

static uint32_t words_bytes(const inner_layer_t *layer) {
    return (uint32_t)layers_groups(layer) * (is_dense(layer) ? 8 : 8 * PIXELS);
}

uint32_t inner_layer_scratch(const inner_layer_t *layer) {
    if (!layers_fit(layer)) {
        return 0;
    }
    if (layer->strip.fan) {
        return rv32_depth_scratch(layer);
    }
    if (layer->strip.channels > INT16_MAX) { /* as constant_t numbers them */
        return 0;
    }
    uint32_t bytes = row_bytes(layer) + words_bytes(layer), stream = is_dense(layer) ? 0 : stream_bytes(layer);
    if (is_dense(layer) || stream == 0) {
        return is_dense(layer) ? bytes : 0;
    }
    /* at least two outputs, whatever their corrections are, and all constants */
    uint32_t least = pair_bytes(layers_groups(layer), 2 * layers_groups(layer)) + (uint32_t)layer->strip.channels * (uint32_t)sizeof(constant_t) + 4;
    least = least > 2 * words_bytes(layer) ? least : 2 * words_bytes(layer); /* pixels are packed for each so many */
    uint32_t most = layer->scratch_bytes > least ? layer->scratch_bytes & ~3u : least;
    return bytes + (stream + least < most ? stream + least : most);
}

/* ---- convolution ----------------------------------------------------------------------------------------------------- */

/* A window for one of four pixels. */
LAYERS_ALONE static void pack_pixel(const int8_t *x, uint32_t *words, int32_t count) {
    if ((uintptr_t)x % 4 == 0) {
        for (; count >= 4; count -= 4, x += 4, words += 2 * PIXELS) {
            uint32_t word = *(const uint32_t *)(const void *)x;
            words[0] = even_activations(word);
            words[1] = odd_activations(word);
        }
    }
    for (int32_t i = 0; i < count; i += 4, words += 2 * PIXELS) {
        uint32_t word = weights_at(x, i, count);
        words[0] = even_activations(word);
        words[1] = odd_activations(word);
    }
}

/* Of one of two outputs. */
typedef struct {
    uint32_t *to;
    uint32_t sum;              /* of the weights */
    int32_t at;                /* as correction_t has it */
    correction_t *corrections; /* the end of those made */
} packing_t;

/* Few groups: a half of the words' sum may be the sum of 256 weights at most. */
#define GROUPS_AT_ONCE 64

static void pack_group(packing_t *p, uint32_t word, uint32_t *sum) {
    uint32_t even = even_weights(word), odd = odd_weights(word);
    p->to[0] = even;
    p->to[1] = odd;
    p->to += 4;
    *sum += even + odd;
    if (is_large(word) && magnitude(word) > MOST_MAGNITUDE) {
        p->to[1 - 4] = 0;
        p->corrections->at = p->at;
        p->corrections->weights = odd;
        p->corrections++;
    }
    p->at += 2 * PIXELS;
}

LAYERS_ALONE static void pack_groups(packing_t *packing, const int8_t *w, int32_t count) {
    packing_t p = *packing;
    bool aligned = (uintptr_t)w % 4 == 0;
    while (count > 0) {
        uint32_t sum = 0;
        int32_t some = count < 4 * GROUPS_AT_ONCE ? count : 4 * GROUPS_AT_ONCE;
        count -= some;
        for (; aligned && some >= 4; some -= 4, w += 4) {
            pack_group(&p, *(const uint32_t *)(const void *)w, &sum);
        }
        for (; some > 0; some -= 4, w += 4) {
            pack_group(&p, weights_at(w, 0, some), &sum);
        }
        int32_t low = (int16_t)sum;
        p.sum += (uint32_t)low + (uint32_t)((int32_t)(sum - (uint32_t)low) >> 16);
    }
    *packing = p;
}

/* One of two outputs; gives the end of the corrections. */
static correction_t *pack_output(const inner_strip_t *s, int32_t c, int32_t count, pair_t *pair, int32_t which, correction_t *corrections) {
    packing_t packing = {(uint32_t *)(pair + 1) + 2 * which, 0, 1 + which * SECOND, corrections};
    pack_groups(&packing, s->w + c * count, count);
    pair->outputs[which] = c;
    pair->factors[which].bias = (int32_t)((uint32_t)pair->factors[which].bias + packing.sum * (uint32_t)s->x_offset);
    return packing.corrections;
}

/* Some outputs, packed. */
typedef struct {
    const char *stream;
    int32_t pairs;
    const constant_t *constants, *constants_end;
} packed_t;

/* Packs outputs from `first` on as long as there is room; gives the first one left. */
static int32_t pack_outputs(const inner_layer_t *layer, int32_t first, char *stream, char *end, packed_t *packed) {
    const inner_strip_t *s = &layer->strip;
    int32_t count = layers_count(layer), groups = layers_groups(layer), room = (int32_t)pair_bytes(groups, 2 * groups);
    constant_t *constants = (constant_t *)(void *)end;
    pair_t *pair = NULL; /* one whose second output is still to come */
    correction_t *corrections = NULL, *begin = NULL;
    packed_t none = {stream, 0, constants, constants};
    *packed = none;
    for (; first < s->channels && (char *)(constants - 1) - stream >= (pair != NULL ? 0 : room); first++) {
        layers_factor_t factor = layers_factor_of(s, first, s->w + first * count, count);
        if (factor.multiplier == 0) {
            constant_t constant = {(int16_t)first, (int8_t)layers_constant(&factor, s->scale.zero_point)};
            *--constants = constant;
        } else if (pair == NULL) {
            pair = (pair_t *)(void *)stream;
            begin = (correction_t *)(void *)((uint32_t *)(pair + 1) + 4 * groups);
            pair->factors[0] = pair->factors[1] = factor;
            corrections = pack_output(s, first, count, pair, 0, begin);
            packed->pairs++;
            stream += room;
        } else {
            pair->factors[1] = factor;
            corrections = pack_output(s, first, count, pair, 1, corrections);
            pair->corrections = (int32_t)(corrections - begin);
            stream = (char *)corrections;
            pair = NULL;
        }
    }
    if (pair != NULL) { /* the second output of the last pair is the first one again */
        corrections = pack_output(s, pair->outputs[0], count, pair, 1, corrections);
        pair->corrections = (int32_t)(corrections - begin);
    }
    packed->constants = constants;
    return first;
}

static inline uint32_t two_products(uint32_t xa, uint32_t wa, uint32_t xb, uint32_t wb) {
    return (uint32_t)((int32_t)(xa * wa + xb * wb + ROUNDING) >> 16);
}

/* sums[output][pixel] of a pair, without corrections. Adding wraps: the bias alone may have 32 bits. */
static inline const uint32_t *dot(const pair_t *pair, const uint32_t *x, const uint32_t *x_end, uint32_t *sums) {
    uint32_t a0 = (uint32_t)pair->factors[0].bias, a1 = a0, a2 = a0, a3 = a0;
    uint32_t b0 = (uint32_t)pair->factors[1].bias, b1 = b0, b2 = b0, b3 = b0;
    const uint32_t *w = (const uint32_t *)(pair + 1);
    for (; x != x_end; x += 2 * PIXELS, w += 4) {
        uint32_t wa = w[0], wb = w[1], va = w[2], vb = w[3];
        uint32_t xa = x[0], xb = x[1];
        a0 += two_products(xa, wa, xb, wb);
        b0 += two_products(xa, va, xb, vb);
        xa = x[2], xb = x[3];
        a1 += two_products(xa, wa, xb, wb);
        b1 += two_products(xa, va, xb, vb);
        xa = x[4], xb = x[5];
        a2 += two_products(xa, wa, xb, wb);
        b2 += two_products(xa, va, xb, vb);
        xa = x[6], xb = x[7];
        a3 += two_products(xa, wa, xb, wb);
        b3 += two_products(xa, va, xb, vb);
    }
    sums[0] = a0, sums[1] = a1, sums[2] = a2, sums[3] = a3;
    sums[4] = b0, sums[5] = b1, sums[6] = b2, sums[7] = b3;
    return w;
}

static inline uint32_t one_product(uint32_t x, uint32_t w) {
    return (uint32_t)((int32_t)(x * w + ROUNDING) >> 16);
}

static void correct(const correction_t *corrections, int32_t count, const uint32_t *x, uint32_t *sums) {
    for (; count > 0; count--, corrections++) {
        const uint32_t *at = x + (corrections->at & (SECOND - 1));
        uint32_t *sum = corrections->at & SECOND ? sums + PIXELS : sums, w = corrections->weights;
        sum[0] += one_product(at[0], w);
        sum[1] += one_product(at[2], w);
        sum[2] += one_product(at[4], w);
        sum[3] += one_product(at[6], w);
    }
}

static inline void store_four(const inner_strip_t *s, const layers_factor_t *factor, const uint32_t *sums, int8_t *out, bool relu) {
    layers_factor_t f = *factor;
    inner_scale_t scale = s->scale;
    int32_t step = s->out_step;
    out[0] = (int8_t)rv32_scaled(sums[0], &f, &scale, relu);
    out += step;
    out[0] = (int8_t)rv32_scaled(sums[1], &f, &scale, relu);
    out += step;
    out[0] = (int8_t)rv32_scaled(sums[2], &f, &scale, relu);
    out += step;
    out[0] = (int8_t)rv32_scaled(sums[3], &f, &scale, relu);
}

/* Four pixels of one output. */
LAYERS_ALONE static void store(const inner_strip_t *s, const layers_factor_t *factor, const uint32_t *sums, int8_t *out) {
    if (s->scale.low == s->scale.zero_point) {
        store_four(s, factor, sums, out, true);
    } else {
        store_four(s, factor, sums, out, false);
    }
}

/* Packed outputs of four packed pixels. */
LAYERS_ALONE static void run_pixels(const inner_strip_t *s, const packed_t *packed, const uint32_t *words, const uint32_t *words_end, int8_t *out) {
    const char *stream = packed->stream;
    for (int32_t left = packed->pairs; left > 0; left--) {
        const pair_t *pair = (const pair_t *)(const void *)stream;
        uint32_t sums[2 * PIXELS];
        const correction_t *corrections = (const correction_t *)(const void *)dot(pair, words, words_end, sums);
        if (pair->corrections > 0) {
            correct(corrections, pair->corrections, words, sums);
        }
        store(s, &pair->factors[0], sums, out + pair->outputs[0]);
        store(s, &pair->factors[1], sums + PIXELS, out + pair->outputs[1]);
        stream = (const char *)(corrections + pair->corrections);
    }
    for (const constant_t *constant = packed->constants; constant < packed->constants_end; constant++) {
        int8_t *at = out + constant->output;
        for (int32_t i = 0; i < PIXELS; i++, at += s->out_step) {
            *at = constant->value;
        }
    }
}

/* ---- invoke ----------------------------------------------------------------------------------------------------------- */

static void run_conv(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    int32_t count = layers_count(layer), groups = layers_groups(layer), whole = layers_pixels(layer) / PIXELS * PIXELS;
    uint32_t *words = s->scratch;
    int8_t *row = (int8_t *)words + words_bytes(layer), *out;
    char *stream = (char *)row + row_bytes(layer), *end = (char *)s->scratch + (layer->scratch_bytes & ~3u);
    layers_windows_t windows;
    layers_begin(&windows, layer, row);
    for (int32_t first = 0, last; whole > 0 && first < s->channels; first = last) {
        packed_t packed;
        last = pack_outputs(layer, first, stream, end, &packed);
        layers_begin(&windows, layer, row);
        out = s->out;
        for (int32_t pixel = 0; pixel < whole; pixel += PIXELS, out += PIXELS * s->out_step) {
            for (int32_t i = 0; i < PIXELS; i++) {
                pack_pixel(layers_next(&windows), words + 2 * i, count);
            }
            run_pixels(s, &packed, words, words + 2 * PIXELS * groups, out);
        }
    }
    out = (int8_t *)s->out + whole * s->out_step;
    for (int32_t pixel = whole; pixel < layers_pixels(layer); pixel++, out += s->out_step) {
        rv32_dense(s, layers_next(&windows), count, (int16_t *)(void *)words, out);
    }
}

void inner_layer(const inner_layer_t *layer) {
    if (layer->strip.fan) {
        rv32_depth(layer);
    } else {
        run_conv(layer);
    }
}
