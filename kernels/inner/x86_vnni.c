/* SPDX-License-Identifier: MIT
 * Rows of outputs with AVX-512 and its byte products (VNNI). Those want unsigned activations: a byte's sign bit is flipped,
 * which adds 128, and the packed bias takes that back. */
#include "x86.h"

#if defined __x86_64__ && defined __GNUC__
#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define VNNI_INLINE static inline VNNI __attribute__((always_inline))
#if defined __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

#define MOST_SUMS 24 /* in registers */
#define MOST_PIXELS 12
#define MOST_COLUMNS 4

/* ---- sums to outputs -------------------------------------------------------------------------------------------------- */

/* Factors of sixteen outputs in registers; what belongs to even and odd ones is in lanes of 64 bits. */
typedef struct {
    __m512i even, odd, right, half;
    __m512i mask;                /* plain */
    __m512i more_even, more_odd; /* half and 2^30, for many sums of one column */
} factor_t;

VNNI_INLINE factor_t load_factor(const x86_column_t *column, const int32_t form) {
    factor_t f;
    f.even = _mm512_load_si512(column->multiplier);
    f.odd = _mm512_srli_epi64(f.even, 32);
    f.right = _mm512_load_si512(column->right);
    f.half = _mm512_load_si512(column->half);
    const __m512i one = _mm512_set1_epi32(1);
    if (form == X86_PLAIN) {
        f.mask = _mm512_sub_epi32(_mm512_sllv_epi32(one, f.right), one);
    }
    return f;
}

/* What a product of a sum < 0 loses besides. */
VNNI_INLINE __m512i lower(__m512i product) {
    __mmask8 negative = _mm512_movepi64_mask(product);
    return _mm512_mask_sub_epi64(product, negative, product, _mm512_set1_epi64(INT64_C(1) << 31));
}

/* Sixteen sums scaled; the zero point is added, bounds are not applied. */
VNNI_INLINE __m512i scale(__m512i sum, const factor_t *f, const x86_finish_t *finish, const int32_t form) {
    const __m512i nudge = _mm512_set1_epi64(1 << 30);
    if (form == X86_PLAIN) {
        sum = _mm512_sllv_epi32(sum, f->half);
    }
    __m512i even = _mm512_mul_epi32(sum, f->even), odd = _mm512_mul_epi32(_mm512_srli_epi64(sum, 32), f->odd);
    if (form != X86_PLAIN) {
        if (form == X86_SHORT) {
            even = lower(even);
            odd = lower(odd);
        }
        even = _mm512_add_epi64(even, nudge);
        odd = _mm512_add_epi64(odd, nudge);
        __m512i high = _mm512_mask_shuffle_epi32(odd, 0x5555, even, (_MM_PERM_ENUM)0xf5);
        return _mm512_srav_epi32(_mm512_add_epi32(high, f->half), f->right);
    }
    even = _mm512_srli_epi64(_mm512_add_epi64(even, nudge), 31);
    odd = _mm512_slli_epi64(_mm512_add_epi64(odd, nudge), 1);
    __m512i y = _mm512_mask_mov_epi32(even, 0xaaaa, odd);
    __m512i threshold = _mm512_sub_epi32(_mm512_srli_epi32(f->mask, 1), _mm512_srai_epi32(y, 31));
    __mmask16 up = _mm512_cmpgt_epi32_mask(_mm512_and_si512(y, f->mask), threshold);
    y = _mm512_srav_epi32(y, f->right);
    y = _mm512_mask_add_epi32(y, up, y, _mm512_set1_epi32(1));
    return _mm512_add_epi32(y, _mm512_set1_epi32(finish->zero_point));
}

/* The same with many sums of a column in view: fewer instructions for each. */
VNNI_INLINE factor_t load_factor_of_many(const x86_column_t *column, const int32_t form) {
    factor_t f = load_factor(column, form);
    const __m512i nudge = _mm512_set1_epi64(1 << 30);
    f.more_even = _mm512_add_epi64(_mm512_slli_epi64(f.half, 32), nudge);
    f.more_odd = _mm512_mask_mov_epi32(nudge, 0xaaaa, f.half);
    return f;
}

VNNI_INLINE __m512i scale_of_many(__m512i sum, const factor_t *f, const x86_finish_t *finish, const int32_t form) {
    if (form == X86_PLAIN) {
        return scale(sum, f, finish, form);
    }
    __m512i even = _mm512_mul_epi32(sum, f->even), odd = _mm512_mul_epi32(_mm512_srli_epi64(sum, 32), f->odd);
    if (form == X86_SHORT) {
        even = lower(even);
        odd = lower(odd);
    }
    even = _mm512_add_epi64(even, f->more_even);
    odd = _mm512_add_epi64(odd, f->more_odd);
    return _mm512_srav_epi32(_mm512_mask_shuffle_epi32(odd, 0x5555, even, (_MM_PERM_ENUM)0xf5), f->right);
}

/* Sixteen bytes inside the bounds. */
VNNI_INLINE __m128i narrow(__m512i y, const x86_finish_t *finish) {
    __m128i low = _mm_set1_epi8((char)finish->low), high = _mm_set1_epi8((char)finish->high);
    return _mm_min_epi8(_mm_max_epi8(_mm512_cvtsepi32_epi8(y), low), high);
}

/* The same of four vectors: their lanes of 128 bits follow one another, four outputs of each vector in a lane. */
VNNI_INLINE __m512i narrow4(const __m512i *y, const x86_finish_t *finish) {
    __m512i low = _mm512_set1_epi8((char)finish->low), high = _mm512_set1_epi8((char)finish->high);
    __m512i all = _mm512_packs_epi16(_mm512_packs_epi32(y[0], y[1]), _mm512_packs_epi32(y[2], y[3]));
    return _mm512_min_epi8(_mm512_max_epi8(all, low), high);
}

/* Calls with the form known when compiled. */
#define BY_FORM(form, call, ...)           \
    do {                                   \
        if ((form) == X86_RELU) {          \
            call(__VA_ARGS__, X86_RELU);   \
        } else if ((form) == X86_SHORT) {  \
            call(__VA_ARGS__, X86_SHORT);  \
        } else {                           \
            call(__VA_ARGS__, X86_PLAIN);  \
        }                                  \
    } while (0)

VNNI_INLINE __mmask16 first_lanes(int32_t count) {
    return (__mmask16)(count >= X86_LANES ? 0xffff : (1 << count) - 1);
}

VNNI_INLINE void scale_row(const int32_t *sums, int8_t *out, int32_t count, const x86_column_t *column,
                           const x86_finish_t *finish, const int32_t form) {
    factor_t f = load_factor(column, form);
    for (int32_t i = 0; i < count; i += X86_LANES) {
        __m512i y = scale(_mm512_loadu_si512(sums + i), &f, finish, form);
        _mm_mask_storeu_epi8(out + i, first_lanes(count - i), narrow(y, finish));
    }
}

VNNI void x86_scale_vnni(const int32_t *sums, int8_t *out, int32_t count, const x86_column_t *column, const x86_finish_t *finish) {
    BY_FORM(finish->form, scale_row, sums, out, count, column, finish);
}

/* ---- products ------------------------------------------------------------------------------------------------------------ */

VNNI_INLINE int32_t load_group(const int8_t *x) {
    int32_t word;
    __builtin_memcpy(&word, x, sizeof word);
    return word;
}

/* Column by column, pixels side by side. */
typedef struct {
    __m512i of[MOST_SUMS];
} sums_t;

/* The sums of `pixels` pixels and `columns` columns, both known when compiled: they stay in registers. */
VNNI_INLINE void multiply(const x86_product_t *p, const int8_t *x, int32_t column, const int32_t pixels, const int32_t columns,
                          sums_t *sums) {
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    const int8_t *w = p->weights + (int64_t)column * p->column_bytes;
    const int64_t step = p->pixel_step, next = p->column_bytes;
    __m512i sum[MOST_PIXELS][MOST_COLUMNS];
    UNROLL for (int32_t c = 0; c < columns; c++) {
        UNROLL for (int32_t i = 0; i < pixels; i++) {
            sum[i][c] = _mm512_load_si512(p->columns[column + c].bias);
        }
    }
    for (int32_t run = 0; run < p->runs; run++) {
        const int8_t *at = x + p->run_at[run];
        for (int32_t group = p->groups; group > 0; group--, at += X86_GROUP, w += 64) {
            __m512i weights[MOST_COLUMNS];
            UNROLL for (int32_t c = 0; c < columns; c++) {
                weights[c] = _mm512_load_si512(w + c * next);
            }
            UNROLL for (int32_t i = 0; i < pixels; i++) {
                __m512i value = _mm512_xor_si512(_mm512_set1_epi32(load_group(at + i * step)), flip);
                UNROLL for (int32_t c = 0; c < columns; c++) {
                    sum[i][c] = _mm512_dpbusd_epi32(sum[i][c], value, weights[c]);
                }
            }
        }
    }
    UNROLL for (int32_t c = 0; c < columns; c++) {
        UNROLL for (int32_t i = 0; i < pixels; i++) {
            sums->of[c * pixels + i] = sum[i][c];
        }
    }
}

/* Four pixels' outputs of a column. */
VNNI_INLINE void store4(int8_t *to, int32_t step, __m512i y, __mmask16 lanes) {
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    y = _mm512_permutexvar_epi32(order, y);
    if (lanes == 0xffff) {
        _mm_storeu_si128((__m128i *)(void *)to, _mm512_castsi512_si128(y));
        _mm_storeu_si128((__m128i *)(void *)(to + step), _mm512_extracti32x4_epi32(y, 1));
        _mm_storeu_si128((__m128i *)(void *)(to + 2 * step), _mm512_extracti32x4_epi32(y, 2));
        _mm_storeu_si128((__m128i *)(void *)(to + 3 * step), _mm512_extracti32x4_epi32(y, 3));
    } else {
        _mm_mask_storeu_epi8(to, lanes, _mm512_castsi512_si128(y));
        _mm_mask_storeu_epi8(to + step, lanes, _mm512_extracti32x4_epi32(y, 1));
        _mm_mask_storeu_epi8(to + 2 * step, lanes, _mm512_extracti32x4_epi32(y, 2));
        _mm_mask_storeu_epi8(to + 3 * step, lanes, _mm512_extracti32x4_epi32(y, 3));
    }
}

VNNI_INLINE void finish_columns(const x86_product_t *p, int8_t *out, int32_t column, int32_t pixels, int32_t columns,
                                const sums_t *sums, const int32_t form) {
    const __m512i *from = sums->of;
    for (int32_t c = 0; c < columns; c++, column++) {
        factor_t f = load_factor_of_many(&p->columns[column], form);
        __mmask16 lanes = first_lanes(p->channels - column * X86_LANES);
        int8_t *to = out + column * X86_LANES;
        int32_t i = pixels;
        for (; i >= 4; i -= 4, from += 4, to += 4 * (int64_t)p->out_step) {
            __m512i y[4];
            UNROLL for (int32_t j = 0; j < 4; j++) {
                y[j] = scale_of_many(from[j], &f, &p->finish, form);
            }
            store4(to, p->out_step, narrow4(y, &p->finish), lanes);
        }
        for (; i > 0; i--, from++, to += p->out_step) {
            _mm_mask_storeu_epi8(to, lanes, narrow(scale_of_many(*from, &f, &p->finish, form), &p->finish));
        }
    }
}

VNNI static void store_block(const x86_product_t *p, int8_t *out, int32_t column, int32_t pixels, int32_t columns,
                             const sums_t *sums) {
    BY_FORM(p->finish.form, finish_columns, p, out, column, pixels, columns, sums);
}

#define BLOCK_OF(pixels, columns)                       \
    case (pixels) * 8 + (columns):                      \
        multiply(p, x, column, pixels, columns, &sums); \
        break;
#define BLOCKS_OF_2(pixels) BLOCK_OF(pixels, 1) BLOCK_OF(pixels, 2)
#define BLOCKS_OF_3(pixels) BLOCKS_OF_2(pixels) BLOCK_OF(pixels, 3)
#define BLOCKS_OF_4(pixels) BLOCKS_OF_3(pixels) BLOCK_OF(pixels, 4)

VNNI static void block(const x86_product_t *p, const int8_t *x, int8_t *out, int32_t column, int32_t pixels, int32_t columns) {
    sums_t sums;
    switch (pixels * 8 + columns) {
        BLOCKS_OF_4(1) BLOCKS_OF_4(2) BLOCKS_OF_4(3) BLOCKS_OF_4(4) BLOCKS_OF_4(5) BLOCKS_OF_4(6)
        BLOCKS_OF_3(7) BLOCKS_OF_3(8) BLOCKS_OF_2(9) BLOCKS_OF_2(10) BLOCKS_OF_2(11) BLOCKS_OF_2(12)
    }
    store_block(p, out, column, pixels, columns, &sums);
}

VNNI void x86_product_vnni(const x86_product_t *p, const int8_t *x, int8_t *out, int32_t pixels) {
    static const int8_t most[MOST_COLUMNS] = {MOST_PIXELS, MOST_PIXELS, MOST_SUMS / 3, MOST_SUMS / 4};
    int32_t all = (p->channels + X86_LANES - 1) / X86_LANES;
    for (int32_t column = 0; column < all; column += MOST_COLUMNS) {
        int32_t columns = all - column < MOST_COLUMNS ? all - column : MOST_COLUMNS;
        int32_t blocks = (pixels + most[columns - 1] - 1) / most[columns - 1], n = pixels / blocks;
        int32_t larger = pixels - n * blocks; /* that have one pixel more: few products of a block are slow */
        for (int32_t i = 0; i < pixels; i += n + (larger >= 0)) {
            larger--;
            block(p, x + (int64_t)i * p->pixel_step, out + (int64_t)i * p->out_step, column, n + (larger >= 0), columns);
        }
    }
}

/* ---- depthwise ----------------------------------------------------------------------------------------------------------- */

typedef struct {
    __m512i of[4]; /* columns */
} taps_t;

VNNI_INLINE taps_t load_weights(const int8_t *w) {
    taps_t weights;
    UNROLL for (int32_t j = 0; j < 4; j++) {
        weights.of[j] = _mm512_load_si512(w + 64 * j);
    }
    return weights;
}

/* Adds four taps' products of 64 outputs. */
VNNI_INLINE void add_taps(__m512i *sum, const int8_t *const *tap, int32_t at, const taps_t *w) {
    __m512i a = _mm512_loadu_si512(tap[0] + at), b = _mm512_loadu_si512(tap[1] + at);
    __m512i c = _mm512_loadu_si512(tap[2] + at), d = _mm512_loadu_si512(tap[3] + at);
    __m512i ab = _mm512_unpacklo_epi8(a, b), cd = _mm512_unpacklo_epi8(c, d);
    sum[0] = _mm512_dpbusd_epi32(sum[0], _mm512_unpacklo_epi16(ab, cd), w->of[0]);
    sum[1] = _mm512_dpbusd_epi32(sum[1], _mm512_unpackhi_epi16(ab, cd), w->of[1]);
    ab = _mm512_unpackhi_epi8(a, b);
    cd = _mm512_unpackhi_epi8(c, d);
    sum[2] = _mm512_dpbusd_epi32(sum[2], _mm512_unpacklo_epi16(ab, cd), w->of[2]);
    sum[3] = _mm512_dpbusd_epi32(sum[3], _mm512_unpackhi_epi16(ab, cd), w->of[3]);
}

/* The outputs of a block. Weights of a window of 3 x 3 stay in registers from block to block. */
VNNI_INLINE __m512i depth_block(const x86_depth_t *d, const x86_column_t *columns, int32_t at, const int8_t *w, const taps_t *three,
                                const int32_t form) {
    __m512i sum[4];
    UNROLL for (int32_t j = 0; j < 4; j++) {
        sum[j] = _mm512_load_si512(columns[j].bias);
    }
    if (three != NULL) {
        add_taps(sum, d->tap, at, &three[0]);
        add_taps(sum, d->tap + 4, at, &three[1]);
        add_taps(sum, d->tap + 8, at, &three[2]);
    } else {
        for (int32_t group = 0; group < d->groups; group++, w += 256) {
            taps_t weights = load_weights(w);
            add_taps(sum, d->tap + group * X86_GROUP, at, &weights);
        }
    }
    UNROLL for (int32_t j = 0; j < 4; j++) {
        factor_t f = load_factor(&columns[j], form);
        sum[j] = scale(sum[j], &f, &d->finish, form);
    }
    return narrow4(sum, &d->finish);
}

VNNI_INLINE void store_outputs(int8_t *out, int32_t count, __m512i y) {
    if (count >= X86_BLOCK) {
        _mm512_storeu_si512(out, y);
    } else {
        _mm512_mask_storeu_epi8(out, (UINT64_C(1) << count) - 1, y);
    }
}

VNNI_INLINE void depth_row(const x86_depth_t *d, int8_t *out, const int32_t form) {
    const int32_t step = d->blocks * X86_BLOCK, count = d->count;
    for (int32_t block = 0; block < d->blocks; block++) {
        const int8_t *w = d->weights + (int64_t)block * d->groups * 256;
        const x86_column_t *columns = d->columns + 4 * (int64_t)block;
        if (d->groups == 3) {
            const taps_t three[] = {load_weights(w), load_weights(w + 256), load_weights(w + 512)};
            for (int32_t at = block * X86_BLOCK; at < count; at += step) {
                store_outputs(out + at, count - at, depth_block(d, columns, at, w, three, form));
            }
        } else {
            for (int32_t at = block * X86_BLOCK; at < count; at += step) {
                store_outputs(out + at, count - at, depth_block(d, columns, at, w, NULL, form));
            }
        }
    }
}

VNNI void x86_depth_vnni(const x86_depth_t *d, int8_t *out) {
    BY_FORM(d->finish.form, depth_row, d, out);
}

#endif
