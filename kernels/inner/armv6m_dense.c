/* SPDX-License-Identifier: MIT
 * Matrix times vector on Cortex-M0 and M0+, for layers with too few pixels for packed weights. The sums of all weights,
 * which the zero point multiplies, are kept from prepare if there is room: each output's bias with them, then which words
 * of weights armv6m_dense4 sums up wrongly, then a flag for each block of outputs that has too many of these. */
#include "armv6m.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BLOCK 4          /* outputs of one call */
#define GROUP_WORDS 4    /* of packed activations, at most */
#define MOST_FIXES 6     /* of a block: more take longer than armv6m_dense4_wide */
#define MOST_NUMBER 0xfffe

/* Without scratch, these at a time, on the stack. */
#define PIECE_BLOCKS 8
#define PIECE_GROUPS 16
#define PIECE_FIXES 16
#define PIECE_SCRATCH 4 /* what is asked for then, because 0 would mean strips */

/* Windows are one run of the image: one pixel, or whole rows. */
static bool fits(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    const inner_axis_t *y = &layer->y, *x = &layer->x;
    bool one = y->kernel == 1 && x->kernel == 1, rows = x->kernel == x->in && x->out == 1 && x->dilation == 1 &&
                                                        y->dilation == 1 && (y->out - 1) * y->stride + y->kernel <= y->in;
    return (one || rows) && x->pad == 0 && y->pad == 0 && s->fan == 0 && s->channels >= BLOCK && s->w_channel > 0 && s->w_channel % 4 == 0 && (uintptr_t)s->w % 4 == 0;
}

/* Words of activations, sums. */
static uint32_t scratch_of(const inner_strip_t *s) {
    return (uint32_t)s->w_channel * GROUP_WORDS + (uint32_t)s->channels * 4;
}

uint32_t armv6m_dense_scratch(const inner_layer_t *layer) {
    uint32_t bytes = scratch_of(&layer->strip);
    if (!fits(layer) || armv6m_pairs_overflow(layer)) {
        return 0;
    }
    return bytes + ARMV6M_LITTLE <= layer->scratch_bytes ? bytes : PIECE_SCRATCH;
}

/* ---- what weights say -------------------------------------------------------------------------------------------------- */

/* Words of weights to see to apart, as (number of the output + 1) * 2^16 + group, and a 0 behind the last; the outputs of a layer's last block, which
 * begins early if it would not be whole, have numbers of their own. */
typedef struct {
    uint32_t *next;
    int32_t room, left; /* of a layer, and of a block: negative if there were more */
} fixes_t;

/* A block's outputs, and what is known of their weights. */
typedef struct {
    const int8_t *w;
    int32_t first;  /* output */
    int32_t number; /* of it */
} block_t;

static block_t block_at(const inner_strip_t *s, int32_t number) {
    int32_t first = number < s->channels - BLOCK ? number : s->channels - BLOCK;
    block_t block = {s->w + first * s->w_channel, first, number};
    return block;
}

static void mark(fixes_t *fixes, int32_t number, const uint32_t *row, const uint32_t *w, const uint32_t *end) {
    for (; w < end; w++) {
        if (armv6m_magnitude(*w) > 255 && --fixes->left >= 0) {
            *fixes->next++ = (uint32_t)(number + 1) << 16 | (uint32_t)(w - row);
        }
    }
}

/* Of 128 words at most: total has (b0 + b1) * 0x101 + (b2 + b3) * 0x1010000 of all bytes + 128; 0xff01 is 1 / 0x101. */
static int32_t sum_of(uint32_t total, int32_t words) {
    uint32_t low = (total & 0xffff) * 0xff01 & 0xffff, high = ((total - low * 0x101) >> 16) * 0xff01 & 0xffff;
    return (int32_t)(low + high) - 512 * words;
}

#define AT_ONCE 8 /* words, of armv6m_sum_weights */

/* The sum of up to 128 words of a row. */
static int32_t part_sum(const uint32_t *row, const uint32_t *w, int32_t words, int32_t number, fixes_t *fixes) {
    const uint32_t *end = w + words, *whole = w + words / AT_ONCE * AT_ONCE;
    uint32_t total = 0;
    while (w < whole) {
        const uint32_t *stopped = armv6m_sum_weights(w, whole, &total);
        w = stopped ? stopped : whole;
        if (stopped) {
            mark(fixes, number, row, w - AT_ONCE, w);
        }
    }
    mark(fixes, number, row, w, end);
    for (; w < end; w++) {
        uint32_t biased = *w ^ 0x80808080u;
        total += biased + ((biased >> 8 & 0x00ff00ffu) | (biased & 0x00ff00ffu) << 8);
    }
    return sum_of(total, words);
}

static uint32_t row_sum(const int8_t *w, int32_t groups, int32_t number, fixes_t *fixes) {
    const uint32_t *row = (const uint32_t *)(const void *)w;
    int32_t sum = 0;
    for (int32_t first = 0; first < groups; first += 128) {
        int32_t words = groups - first < 128 ? groups - first : 128;
        sum += part_sum(row, row + first, words, number, fixes);
    }
    return (uint32_t)sum;
}

/* The biases of four outputs; gives whether armv6m_dense4_wide must do them. */
static bool block_bias(const inner_strip_t *s, int32_t number, int32_t *to, fixes_t *fixes) {
    block_t block = block_at(s, number);
    const int32_t *bias = s->bias ? (const int32_t *)s->bias + block.first : NULL;
    uint32_t *first = fixes->next;
    fixes->left = number + BLOCK > MOST_NUMBER ? 0 : fixes->room < MOST_FIXES ? fixes->room : MOST_FIXES;
    for (int32_t i = 0; i < BLOCK; i++, block.w += s->w_channel) {
        uint32_t sum = row_sum(block.w, s->w_channel / 4, number + i, fixes) * (uint32_t)s->x_offset;
        to[i] = (int32_t)((bias ? (uint32_t)bias[i] : 0) + sum);
    }
    if (fixes->left < 0) {
        fixes->next = first;
    }
    *fixes->next = 0; /* behind it are those of a block that had too many */
    fixes->room -= (int32_t)(fixes->next - first);
    return fixes->left < 0;
}

/* ---- what is kept ------------------------------------------------------------------------------------------------------- */

typedef struct {
    int32_t *bias;   /* of all outputs */
    uint32_t *fixes; /* and a 0 */
    uint8_t *wide;   /* whether any block is, then each */
    int32_t blocks, room;
    uint32_t bytes;
} kept_t;

static kept_t kept_at(const inner_strip_t *s, void *memory) {
    int32_t blocks = (s->channels + BLOCK - 1) / BLOCK, room = blocks / 4 + MOST_FIXES;
    kept_t kept = {memory, NULL, NULL, blocks, room, 0};
    uint32_t words = (uint32_t)s->channels + (uint32_t)room + 1;
    kept.bytes = 4 * words + (uint32_t)blocks + 1;
    if (memory != NULL) {
        kept.fixes = (uint32_t *)memory + s->channels;
        kept.wide = (uint8_t *)((uint32_t *)memory + words);
    }
    return kept;
}

uint32_t armv6m_dense_kept(const inner_layer_t *layer) {
    uint32_t bytes = kept_at(&layer->strip, NULL).bytes;
    return bytes <= layer->scratch_bytes ? bytes : 0;
}

void armv6m_dense_keep(const inner_layer_t *layer) {
    kept_t kept = kept_at(&layer->strip, layer->kept);
    fixes_t fixes = {kept.fixes, kept.room, 0};
    for (int32_t i = 0; i < kept.blocks; i++) {
        kept.wide[i + 1] = block_bias(&layer->strip, i * BLOCK, kept.bias + block_at(&layer->strip, i * BLOCK).first, &fixes);
        kept.wide[0] |= kept.wide[i + 1];
    }
}

/* ---- invoke --------------------------------------------------------------------------------------------------------------- */

/* One pixel at work. */
typedef struct {
    const inner_strip_t *strip;
    const int8_t *x;
    int8_t *out;
    uint32_t *words;     /* of packed activations */
    int32_t most_groups; /* that fit there */
    int32_t *sums;
    int32_t packed;      /* the first group that is there; -1 if none is */
    bool packed_wide;
} pixel_t;

/* Blocks at work, one behind the other. */
typedef struct {
    block_t block;
    int32_t count;
    const int32_t *bias;
    const uint32_t *fixes; /* these and others, up to a 0 */
    const uint8_t *wide;   /* NULL if none is */
} piece_t;

/* Four activations in lanes: lower half first, (2, 0) and (3, 1). */
static void unpack(const int8_t *x, uint32_t *even, uint32_t *odd) {
    *even = (uint32_t)x[2] + ((uint32_t)x[0] << 16);
    *odd = (uint32_t)x[3] + ((uint32_t)x[1] << 16);
}

static void pack_wide(const int8_t *x, uint32_t *words, int32_t groups) {
    for (; groups > 0; groups--, x += 4, words += GROUP_WORDS) {
        unpack(x, words + 2, words + 3);
        words[0] = 0x8000 - 0x00800080 * words[3];
        words[1] = 0x8000 - 0x00800080 * words[2];
    }
}

static void pack(pixel_t *pixel, int32_t first, int32_t groups, bool wide) {
    const int8_t *x = pixel->x + 4 * first;
    if (pixel->packed == first && pixel->packed_wide == wide) {
        return;
    }
    pixel->packed = first;
    pixel->packed_wide = wide;
    if (wide) {
        pack_wide(x, pixel->words, groups);
        return;
    }
    if ((uintptr_t)x % 4 != 0) { /* aligned first, behind the words that will be */
        x = memcpy(pixel->words + ARMV6M_DENSE_WORDS * groups, x, 4 * (size_t)groups);
    }
    armv6m_dense_pack((const uint32_t *)(const void *)x, pixel->words, groups);
}

/* Blocks that are wide, or those that are not. */
static void run_blocks(pixel_t *pixel, const piece_t *piece, const int32_t *bias, int32_t first, int32_t groups, bool wide) {
    const inner_strip_t *s = pixel->strip;
    for (int32_t begin = 0, end; begin < piece->count; begin = end) {
        bool is_wide = piece->wide && piece->wide[begin];
        for (end = piece->wide ? begin + 1 : piece->count; end < piece->count && piece->wide[end] == piece->wide[begin]; end++) {
        }
        if (is_wide == wide) {
            const int8_t *w = piece->block.w + begin * BLOCK * s->w_channel + 4 * first;
            armv6m_dense_t dense = {w, pixel->words, bias + begin * BLOCK, pixel->sums + begin * BLOCK, s->w_channel, groups, end - begin};
            pack(pixel, first, groups, wide);
            (wide ? armv6m_dense4_wide : armv6m_dense4)(&dense);
        }
    }
}

/* What armv6m_dense4 has summed up wrongly. */
static void fix(const pixel_t *pixel, const piece_t *piece, int32_t first, int32_t groups) {
    for (const uint32_t *entry = piece->fixes; *entry != 0; entry++) {
        int32_t output = (int32_t)(*entry >> 16) - 1 - piece->block.number, group = (int32_t)(*entry & 0xffff);
        if (output < 0 || output >= piece->count * BLOCK || group < first || group >= first + groups) {
            continue;
        }
        const int8_t *w = piece->block.w + output * pixel->strip->w_channel + 4 * group, *x = pixel->x + 4 * group;
        int32_t wrong = armv6m_dense_sum(*(const uint32_t *)(const void *)w, pixel->words + ARMV6M_DENSE_WORDS * (group - first));
        pixel->sums[output] += w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + w[3] * x[3] - wrong;
    }
}

static void scale_piece(const pixel_t *pixel, const piece_t *piece) {
    const inner_strip_t *s = pixel->strip;
    int32_t all = piece->count * BLOCK, rows = s->scale.mask ? BLOCK : 1, row = s->scale.mask ? 1 : all;
    for (int32_t i = 0; i < all; i += rows * row) {
        armv6m_factor_t factors[BLOCK];
        for (int32_t c = 0; c < rows; c++) {
            factors[c] = armv6m_factor(&s->scale, piece->block.first + i + c);
        }
        armv6m_scale_t scale = {factors, pixel->out + piece->block.first + i, rows, sizeof *factors, 1, 4 * row, 0, 1,
                                s->scale.zero_point, s->scale.low, s->scale.high};
        armv6m_scale_any(pixel->sums + i, &scale);
    }
}

static void run_piece(pixel_t *pixel, const piece_t *piece) {
    int32_t all = pixel->strip->w_channel / 4, most = pixel->most_groups;
    const int32_t *bias = piece->bias;
    for (int32_t first = 0; first < all; first += most, bias = pixel->sums) {
        int32_t groups = all - first < most ? all - first : most;
        run_blocks(pixel, piece, bias, first, groups, false);
        fix(pixel, piece, first, groups);
        if (piece->wide) {
            run_blocks(pixel, piece, bias, first, groups, true);
        }
    }
    scale_piece(pixel, piece);
}

/* Nothing was kept. */
static void run_alone(pixel_t *pixel, int32_t number, int32_t count) {
    uint32_t found[PIECE_FIXES + 1];
    uint8_t wide[PIECE_BLOCKS];
    fixes_t fixes = {found, PIECE_FIXES, 0};
    for (int32_t i = 0; i < count; i++) {
        wide[i] = block_bias(pixel->strip, number + i * BLOCK, pixel->sums + i * BLOCK, &fixes);
    }
    piece_t piece = {block_at(pixel->strip, number), count, pixel->sums, found, wide};
    run_piece(pixel, &piece);
}

static void run_kept(pixel_t *pixel, const kept_t *kept, int32_t number, int32_t count) {
    block_t block = block_at(pixel->strip, number);
    piece_t piece = {block, count, kept->bias + block.first, kept->fixes, kept->wide[0] ? kept->wide + 1 + number / BLOCK : NULL};
    run_piece(pixel, &piece);
}

static void run_pixel(pixel_t *pixel, void *memory, int32_t most_blocks) {
    const inner_strip_t *s = pixel->strip;
    kept_t kept = kept_at(s, memory);
    int32_t whole = s->channels / BLOCK;
    for (int32_t block = 0, count; block < kept.blocks; block += count) {
        count = block < whole ? whole - block : 1;
        count = count < most_blocks ? count : most_blocks;
        if (memory != NULL) {
            run_kept(pixel, &kept, block * BLOCK, count);
        } else {
            run_alone(pixel, block * BLOCK, count);
        }
    }
}

static void run_pixels(const inner_layer_t *layer, pixel_t *pixel, int32_t most_blocks) {
    const inner_strip_t *s = &layer->strip;
    const int8_t *image = s->x;
    pixel->out = s->out;
    for (int32_t batch = 0; batch < layer->batches; batch++, image += layer->y.in * layer->x.in * s->x_step) {
        for (int32_t y = 0; y < layer->y.out; y++) {
            for (int32_t x = 0; x < layer->x.out; x++, pixel->out += s->out_step) {
                pixel->x = image + (y * layer->y.stride * layer->x.in + x * layer->x.stride) * s->x_step;
                pixel->packed = -1;
                run_pixel(pixel, layer->kept, most_blocks);
            }
        }
    }
}

/* Apart, because of its stack. */
static __attribute__((noinline)) void run_in_pieces(const inner_layer_t *layer) {
    uint32_t words[PIECE_GROUPS * GROUP_WORDS];
    int32_t sums[PIECE_BLOCKS * BLOCK];
    pixel_t pixel = {&layer->strip, NULL, NULL, words, PIECE_GROUPS, sums, -1, false};
    run_pixels(layer, &pixel, PIECE_BLOCKS);
}

void armv6m_dense_layer(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (layer->scratch_bytes < scratch_of(s)) {
        run_in_pieces(layer);
        return;
    }
    uint32_t *words = s->scratch;
    pixel_t pixel = {s, NULL, NULL, words, s->w_channel / 4, (int32_t *)words + s->w_channel, -1, false};
    run_pixels(layer, &pixel, layer->kept ? s->channels : PIECE_BLOCKS);
}
