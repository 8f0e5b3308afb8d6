/* SPDX-License-Identifier: MIT
 * Strips on x86-64, where there is no scratch for whole layers: weights are packed for each strip, which pays from a few
 * pixels on. Nothing outside the windows is read. */
#include "x86.h"

#if defined __x86_64__ && defined __GNUC__
#include <emmintrin.h>
#include <string.h>

#define LEAST_PIXELS 2       /* of a product; for one pixel, packing takes longer than portable.c */
#define MOST_BYTES (1 << 16) /* of packed weights */

/* ---- products ------------------------------------------------------------------------------------------------------------ */

/* A window as pieces of 4 * groups bytes. Where a run is no multiple of 4, pieces have 4 bytes, and the last one of a run
 * begins earlier and has weights of 0 for what was there before. */
typedef struct {
    int32_t x_at[X86_MOST_TAPS], w_at[X86_MOST_TAPS];
    int32_t skip[X86_MOST_TAPS];
    int32_t count, groups;
} pieces_t;

/* Whether the pieces were not too many. */
static bool cut_window(const inner_strip_t *s, pieces_t *pieces) {
    bool whole = s->run % X86_GROUP == 0;
    int32_t size = whole ? s->run : X86_GROUP;
    int64_t all = (int64_t)s->rows * s->taps * ((s->run + size - 1) / size);
    if (s->run < X86_GROUP || all > X86_MOST_TAPS) {
        return false;
    }
    pieces->count = 0;
    pieces->groups = size / X86_GROUP;
    for (int32_t row = 0; row < s->rows; row++) {
        for (int32_t tap = 0; tap < s->taps; tap++) {
            for (int32_t k = 0; k < s->run; k += size) {
                int32_t at = k + size > s->run ? s->run - size : k, i = pieces->count++;
                pieces->x_at[i] = row * s->x_row + tap * s->x_tap + at;
                pieces->w_at[i] = row * s->w_row + tap * s->w_tap + at;
                pieces->skip[i] = k - at;
            }
        }
    }
    return true;
}

/* The weights of a column's channels; those that it lacks are the last again. */
typedef struct {
    const int8_t *w[X86_LANES];
    __m128i sum[X86_LANES]; /* of bytes with 128 more */
    int32_t count;          /* of bytes */
} rows_t;

/* Four groups of all channels: sixteen bytes of each become four bytes of each, side by side. */
static void pack_four(rows_t *rows, int32_t at, int8_t *packed, int32_t step) {
    const __m128i flip = _mm_set1_epi8((char)0x80), zero = _mm_setzero_si128();
    for (int32_t i = 0; i < X86_LANES; i += 4, packed += 16) {
        __m128i row[4];
        for (int32_t j = 0; j < 4; j++) {
            row[j] = _mm_loadu_si128((const __m128i *)(const void *)(rows->w[i + j] + at));
            rows->sum[i + j] = _mm_add_epi64(rows->sum[i + j], _mm_sad_epu8(_mm_xor_si128(row[j], flip), zero));
        }
        __m128i low = _mm_unpacklo_epi32(row[0], row[1]), other = _mm_unpacklo_epi32(row[2], row[3]);
        _mm_store_si128((__m128i *)(void *)packed, _mm_unpacklo_epi64(low, other));
        _mm_store_si128((__m128i *)(void *)(packed + step), _mm_unpackhi_epi64(low, other));
        low = _mm_unpackhi_epi32(row[0], row[1]);
        other = _mm_unpackhi_epi32(row[2], row[3]);
        _mm_store_si128((__m128i *)(void *)(packed + 2 * step), _mm_unpacklo_epi64(low, other));
        _mm_store_si128((__m128i *)(void *)(packed + 3 * step), _mm_unpackhi_epi64(low, other));
    }
    rows->count += 16;
}

/* One group, of which the first bytes may be left out. */
static void pack_one(rows_t *rows, int32_t at, int32_t skip, int8_t *packed) {
    for (int32_t i = 0; i < X86_LANES; i++) {
        int8_t four[X86_GROUP];
        memcpy(four, rows->w[i] + at, X86_GROUP);
        memset(four, 0, (size_t)skip);
        memcpy(packed + i * X86_GROUP, four, X86_GROUP);
        rows->sum[i] = _mm_add_epi64(rows->sum[i], _mm_cvtsi32_si128(four[0] + four[1] + four[2] + four[3] + 4 * 128));
    }
    rows->count += X86_GROUP;
}

/* Packs channels c ... of a column; groups lie `step` bytes apart. */
static void pack_column(const inner_strip_t *s, const pieces_t *pieces, int32_t c, int32_t channels, int8_t *packed, int32_t step,
                        x86_column_t *column, const x86_kept_t *use) {
    rows_t rows;
    memset(&rows, 0, sizeof rows);
    for (int32_t i = 0; i < X86_LANES; i++) {
        rows.w[i] = s->w + (int64_t)(c + (i < channels ? i : channels - 1)) * s->w_channel;
    }
    for (int32_t i = 0; i < pieces->count; i++) {
        int32_t at = pieces->w_at[i], group = 0;
        for (; group <= pieces->groups - 4; group += 4, at += 16, packed += 4 * step) {
            pack_four(&rows, at, packed, step);
        }
        for (; group < pieces->groups; group++, at += X86_GROUP, packed += step) {
            pack_one(&rows, at, pieces->skip[i], packed);
        }
    }
    for (int32_t i = 0; i < X86_LANES; i++) {
        int32_t lane = i < channels ? i : channels - 1;
        __m128i sum = _mm_add_epi64(rows.sum[i], _mm_unpackhi_epi64(rows.sum[i], rows.sum[i]));
        x86_set_lane(s, use, column, i, c + lane, (uint32_t)_mm_cvtsi128_si32(sum) - 128 * (uint32_t)rows.count);
    }
}

static bool run_products(const inner_strip_t *s, const x86_kept_t *use) {
    pieces_t pieces;
    if (s->pixels < LEAST_PIXELS || s->w_offset != 0 || !cut_window(s, &pieces)) {
        return false;
    }
    int8_t weights[MOST_BYTES] __attribute__((aligned(64)));
    x86_column_t columns[X86_COLUMNS];
    int64_t column_bytes = (int64_t)pieces.count * pieces.groups * 64;
    int32_t most = (int32_t)(MOST_BYTES / column_bytes);
    most = most < X86_COLUMNS ? most : X86_COLUMNS;
    if (most == 0) {
        return false;
    }
    x86_product_t product = {pieces.x_at, pieces.count, pieces.groups, s->x_step, s->out_step, 0, (int32_t)column_bytes, weights, columns,
                             {s->scale.zero_point, s->scale.low, s->scale.high, use->form}};
    for (int32_t c = 0; c < s->channels; c += product.channels) {
        int32_t left = s->channels - c, together = (left + X86_LANES - 1) / X86_LANES;
        together = together < most ? together : most;
        product.channels = left < together * X86_LANES ? left : together * X86_LANES;
        for (int32_t column = 0, i = 0; column < together; column++, i += X86_LANES) {
            int32_t channels = product.channels - i < X86_LANES ? product.channels - i : X86_LANES;
            pack_column(s, &pieces, c + i, channels, weights + column * 64, 64 * together, &columns[column], use);
        }
        if (use->set == X86_VNNI) {
            x86_product_vnni(&product, s->x, (int8_t *)s->out + c, s->pixels);
        } else {
            x86_product_avx2(&product, s->x, (int8_t *)s->out + c, s->pixels);
        }
    }
    return true;
}

/* ---- depthwise ----------------------------------------------------------------------------------------------------------- */

/* A strip's depthwise part at work: a block of 64 outputs at a time. */
typedef struct {
    const inner_strip_t *strip;
    x86_depth_t depth;
    bool flat; /* pixels and channels are one long row, of which every block has the same weights */
    x86_column_t columns[X86_COLUMNS];
    int8_t weights[X86_MOST_TAPS * X86_BLOCK] __attribute__((aligned(64)));
    int8_t taps[X86_MOST_TAPS * X86_BLOCK] __attribute__((aligned(64)));
} depth_t;

/* The weights of outputs from c on, 64 bytes for each tap. */
static void copy_weights(depth_t *d, int32_t c) {
    const inner_strip_t *s = d->strip;
    int32_t once = d->flat ? s->channels : d->depth.count;
    int8_t *to = d->taps;
    memset(d->taps, 0, (size_t)d->depth.groups * X86_GROUP * X86_BLOCK);
    for (int32_t row = 0; row < s->rows; row++) {
        const int8_t *w = s->w + (int64_t)row * s->w_row + c;
        for (int32_t tap = 0; tap < s->taps; tap++, w += s->w_tap, to += X86_BLOCK) {
            for (int32_t o = 0; o == 0 || (d->flat && o < X86_BLOCK); o += once) {
                memcpy(to + o, w, (size_t)once);
            }
        }
    }
}

/* Packs a block's weights as the kernels' unpacking orders activations. */
static void pack_block(depth_t *d, int32_t c, const x86_kept_t *use) {
    int16_t sums[X86_BLOCK] __attribute__((aligned(16)));
    int32_t all = d->flat ? X86_BLOCK : d->depth.count;
    copy_weights(d, c);
    for (int32_t l = 0; l < X86_BLOCK; l += 16) {
        const __m128i zero = _mm_setzero_si128();
        __m128i low = zero, high = zero;
        for (int32_t group = 0; group < d->depth.groups; group++) {
            __m128i w[X86_GROUP];
            for (int32_t i = 0; i < X86_GROUP; i++) {
                w[i] = _mm_load_si128((const __m128i *)(const void *)(d->taps + (group * X86_GROUP + i) * X86_BLOCK + l));
                low = _mm_add_epi16(low, _mm_srai_epi16(_mm_unpacklo_epi8(zero, w[i]), 8));
                high = _mm_add_epi16(high, _mm_srai_epi16(_mm_unpackhi_epi8(zero, w[i]), 8));
            }
            __m128i *to = (__m128i *)(void *)(d->weights + group * 256 + l);
            __m128i ab = _mm_unpacklo_epi8(w[0], w[1]), cd = _mm_unpacklo_epi8(w[2], w[3]);
            _mm_store_si128(to, _mm_unpacklo_epi16(ab, cd));
            _mm_store_si128(to + 4, _mm_unpackhi_epi16(ab, cd));
            ab = _mm_unpackhi_epi8(w[0], w[1]);
            cd = _mm_unpackhi_epi8(w[2], w[3]);
            _mm_store_si128(to + 8, _mm_unpacklo_epi16(ab, cd));
            _mm_store_si128(to + 12, _mm_unpackhi_epi16(ab, cd));
        }
        _mm_store_si128((__m128i *)(void *)(sums + l), low);
        _mm_store_si128((__m128i *)(void *)(sums + l + 8), high);
    }
    for (int32_t o = 0; o < all; o++) {
        int32_t channel = d->flat ? o % d->strip->channels : c + o;
        x86_set_lane(d->strip, use, &d->columns[o / 4 % 4], o / 16 * 4 + o % 4, channel, (uint32_t)sums[o]);
    }
}

/* Copies the window of outputs from c on, 64 bytes for each tap. */
static void copy_taps(depth_t *d, const int8_t *x, int32_t c, int8_t flip) {
    const inner_strip_t *s = d->strip;
    const __m128i all = _mm_set1_epi8(flip);
    int8_t *to = d->taps;
    for (int32_t row = 0; row < s->rows; row++, x += s->x_row) {
        const int8_t *at = x;
        for (int32_t tap = 0; tap < s->taps; tap++, at += s->x_tap, to += X86_BLOCK) {
            memcpy(to, at + c, (size_t)d->depth.count);
            for (int32_t i = 0; i < X86_BLOCK; i += 16) {
                __m128i *bytes = (__m128i *)(void *)(to + i);
                _mm_store_si128(bytes, _mm_xor_si128(_mm_load_si128(bytes), all));
            }
        }
    }
}

static void run_block(depth_t *d, int32_t pixel, int32_t c, int32_t set) {
    const inner_strip_t *s = d->strip;
    int8_t *out = (int8_t *)s->out + (int64_t)pixel * s->out_step + c;
    copy_taps(d, (const int8_t *)s->x + (int64_t)pixel * s->x_step, c, set == X86_VNNI ? (int8_t)0x80 : 0);
    if (set == X86_VNNI) {
        x86_depth_vnni(&d->depth, out);
    } else {
        x86_depth_avx2(&d->depth, out);
    }
}

static bool run_depth(const inner_strip_t *s, const x86_kept_t *use) {
    if (s->fan > 1 || (int64_t)s->rows * s->taps > X86_MOST_TAPS) {
        return false;
    }
    depth_t d;
    int32_t count = s->rows * s->taps;
    d.strip = s;
    d.flat = s->x_step == s->channels && s->out_step == s->channels && X86_BLOCK % s->channels == 0;
    d.depth.groups = (count + X86_GROUP - 1) / X86_GROUP;
    d.depth.blocks = 1;
    d.depth.weights = d.weights;
    d.depth.columns = d.columns;
    d.depth.finish = (x86_finish_t){s->scale.zero_point, s->scale.low, s->scale.high, use->form};
    for (int32_t t = 0; t < d.depth.groups * X86_GROUP; t++) {
        d.depth.tap[t] = d.taps + (t < count ? t : count - 1) * X86_BLOCK;
    }
    memset(d.columns, 0, sizeof d.columns);
    int32_t outputs = d.flat ? s->pixels * s->channels : s->channels;
    for (int32_t c = 0; c < outputs; c += X86_BLOCK) {
        d.depth.count = outputs - c < X86_BLOCK ? outputs - c : X86_BLOCK;
        if (c == 0 || !d.flat) {
            pack_block(&d, c, use);
        }
        for (int32_t pixel = 0; pixel < (d.flat ? 1 : s->pixels); pixel++) {
            run_block(&d, pixel, c, use->set);
        }
    }
    return true;
}

int32_t inner_strip_s8(const inner_strip_t *s) {
    x86_kept_t use = {x86_set(), X86_PLAIN};
    if (use.set == X86_NONE || s->rows < 1 || s->taps < 1 || s->channels < 1 || s->bias64) {
        return 0;
    }
    use.form = x86_form(&s->scale, s->channels);
    return s->fan ? run_depth(s, &use) : run_products(s, &use);
}

#endif
