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
#define UNROLL _Pragma("GCC unroll 8")
#endif

#define MOST_PIXELS 6
#define MOST_COLUMNS 4

/* ---- sums to outputs -------------------------------------------------------------------------------------------------- */

/* Factors in registers. */
typedef struct {
    __m512i even, odd, right, half, left, mask;
} factor_t;

VNNI_INLINE factor_t load_factor(const x86_column_t *column, bool simple) {
    factor_t f;
    f.even = _mm512_load_si512(column->multiplier);
    f.odd = _mm512_srli_epi64(f.even, 32);
    f.right = _mm512_load_si512(column->right);
    f.half = f.left = _mm512_load_si512(column->half);
    if (!simple) {
        __m512i one = _mm512_set1_epi32(1);
        f.mask = _mm512_sub_epi32(_mm512_sllv_epi32(one, f.right), one);
        f.half = _mm512_srli_epi32(f.mask, 1);
    }
    return f;
}

/* Sixteen sums scaled; the zero point is added, bounds are not applied. */
VNNI_INLINE __m512i scale(__m512i sum, factor_t f, const x86_finish_t *finish, bool simple) {
    const __m512i nudge = _mm512_set1_epi64(1 << 30);
    if (!simple) {
        sum = _mm512_sllv_epi32(sum, f.left);
    }
    __m512i even = _mm512_add_epi64(_mm512_mul_epi32(sum, f.even), nudge);
    __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(sum, 32), f.odd), nudge);
    if (simple) {
        __m512i high = _mm512_mask_shuffle_epi32(odd, 0x5555, even, (_MM_PERM_ENUM)0xf5);
        return _mm512_srav_epi32(_mm512_add_epi32(high, f.half), f.right);
    }
    __m512i y = _mm512_mask_mov_epi32(_mm512_srli_epi64(even, 31), 0xaaaa, _mm512_slli_epi64(odd, 1));
    __m512i threshold = _mm512_sub_epi32(f.half, _mm512_srai_epi32(y, 31));
    __mmask16 up = _mm512_cmpgt_epi32_mask(_mm512_and_si512(y, f.mask), threshold);
    y = _mm512_srav_epi32(y, f.right);
    y = _mm512_mask_add_epi32(y, up, y, _mm512_set1_epi32(1));
    return _mm512_add_epi32(y, _mm512_set1_epi32(finish->zero_point));
}

/* Sixteen bytes inside the bounds. */
VNNI_INLINE __m128i narrow(__m512i y, const x86_finish_t *finish) {
    __m128i low = _mm_set1_epi8((char)finish->low), high = _mm_set1_epi8((char)finish->high);
    return _mm_min_epi8(_mm_max_epi8(_mm512_cvtsepi32_epi8(y), low), high);
}

VNNI_INLINE __mmask16 first_lanes(int32_t count) {
    return (__mmask16)(count >= X86_LANES ? 0xffff : (1 << count) - 1);
}

VNNI void x86_scale_vnni(const int32_t *sums, int8_t *out, int32_t count, const x86_column_t *column, const x86_finish_t *finish) {
    factor_t f = load_factor(column, finish->simple);
    for (int32_t i = 0; i < count; i += X86_LANES) {
        __m512i y = _mm512_loadu_si512(sums + i);
        y = finish->simple ? scale(y, f, finish, true) : scale(y, f, finish, false);
        _mm_mask_storeu_epi8(out + i, first_lanes(count - i), narrow(y, finish));
    }
}

/* ---- products ------------------------------------------------------------------------------------------------------------ */

VNNI_INLINE int32_t load_group(const int8_t *x) {
    int32_t word;
    __builtin_memcpy(&word, x, sizeof word);
    return word;
}

typedef struct {
    __m512i of[MOST_PIXELS][MOST_COLUMNS];
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
    UNROLL for (int32_t i = 0; i < pixels; i++) {
        UNROLL for (int32_t c = 0; c < columns; c++) {
            sums->of[i][c] = sum[i][c];
        }
    }
}

VNNI_INLINE void finish_columns(const x86_product_t *p, int8_t *out, int32_t column, int32_t pixels, int32_t columns,
                                const sums_t *sums, bool simple) {
    for (int32_t c = 0; c < columns; c++, column++) {
        factor_t f = load_factor(&p->columns[column], simple);
        __mmask16 lanes = first_lanes(p->channels - column * X86_LANES);
        int8_t *to = out + column * X86_LANES;
        for (int32_t i = 0; i < pixels; i++, to += p->out_step) {
            _mm_mask_storeu_epi8(to, lanes, narrow(scale(sums->of[i][c], f, &p->finish, simple), &p->finish));
        }
    }
}

VNNI static void store_block(const x86_product_t *p, int8_t *out, int32_t column, int32_t pixels, int32_t columns,
                             const sums_t *sums) {
    if (p->finish.simple) {
        finish_columns(p, out, column, pixels, columns, sums, true);
    } else {
        finish_columns(p, out, column, pixels, columns, sums, false);
    }
}

#define BLOCK_OF(pixels, columns)                        \
    case (pixels) * 8 + (columns):                       \
        multiply(p, x, column, pixels, columns, &sums);  \
        break;
#define BLOCKS_OF(pixels) BLOCK_OF(pixels, 1) BLOCK_OF(pixels, 2) BLOCK_OF(pixels, 3) BLOCK_OF(pixels, 4)

VNNI static void block(const x86_product_t *p, const int8_t *x, int8_t *out, int32_t column, int32_t pixels, int32_t columns) {
    sums_t sums;
    switch (pixels * 8 + columns) {
        BLOCKS_OF(1) BLOCKS_OF(2) BLOCKS_OF(3) BLOCKS_OF(4) BLOCKS_OF(5) BLOCKS_OF(6)
    }
    store_block(p, out, column, pixels, columns, &sums);
}

VNNI void x86_product_vnni(const x86_product_t *p, const int8_t *x, int8_t *out, int32_t pixels) {
    int32_t all = (p->channels + X86_LANES - 1) / X86_LANES;
    for (int32_t column = 0; column < all; column += MOST_COLUMNS) {
        int32_t columns = all - column < MOST_COLUMNS ? all - column : MOST_COLUMNS;
        for (int32_t i = 0; i < pixels; i += MOST_PIXELS) {
            int32_t n = pixels - i < MOST_PIXELS ? pixels - i : MOST_PIXELS;
            block(p, x + (int64_t)i * p->pixel_step, out + (int64_t)i * p->out_step, column, n, columns);
        }
    }
}

/* ---- depthwise ----------------------------------------------------------------------------------------------------------- */

/* Adds four taps' products of 64 outputs. */
VNNI_INLINE void add_taps(__m512i *sum, const int8_t *const *tap, int32_t at, const int8_t *w) {
    __m512i a = _mm512_loadu_si512(tap[0] + at), b = _mm512_loadu_si512(tap[1] + at);
    __m512i c = _mm512_loadu_si512(tap[2] + at), d = _mm512_loadu_si512(tap[3] + at);
    __m512i ab = _mm512_unpacklo_epi8(a, b), cd = _mm512_unpacklo_epi8(c, d);
    sum[0] = _mm512_dpbusd_epi32(sum[0], _mm512_unpacklo_epi16(ab, cd), _mm512_load_si512(w));
    sum[1] = _mm512_dpbusd_epi32(sum[1], _mm512_unpackhi_epi16(ab, cd), _mm512_load_si512(w + 64));
    ab = _mm512_unpackhi_epi8(a, b);
    cd = _mm512_unpackhi_epi8(c, d);
    sum[2] = _mm512_dpbusd_epi32(sum[2], _mm512_unpacklo_epi16(ab, cd), _mm512_load_si512(w + 128));
    sum[3] = _mm512_dpbusd_epi32(sum[3], _mm512_unpackhi_epi16(ab, cd), _mm512_load_si512(w + 192));
}

VNNI_INLINE void depth_row(const x86_depth_t *d, int8_t *out, bool simple) {
    const __m512i low = _mm512_set1_epi8((char)d->finish.low), high = _mm512_set1_epi8((char)d->finish.high);
    const int8_t *w = d->weights;
    const x86_column_t *columns = d->columns;
    int32_t left = d->blocks;
    for (int32_t at = 0; at < d->count; at += X86_BLOCK) {
        __m512i sum[4];
        UNROLL for (int32_t j = 0; j < 4; j++) {
            sum[j] = _mm512_load_si512(columns[j].bias);
        }
        for (int32_t group = 0; group < d->groups; group++, w += 256) {
            add_taps(sum, d->tap + group * X86_GROUP, at, w);
        }
        UNROLL for (int32_t j = 0; j < 4; j++) {
            sum[j] = scale(sum[j], load_factor(&columns[j], simple), &d->finish, simple);
        }
        __m512i y = _mm512_packs_epi16(_mm512_packs_epi32(sum[0], sum[1]), _mm512_packs_epi32(sum[2], sum[3]));
        y = _mm512_min_epi8(_mm512_max_epi8(y, low), high);
        if (d->count - at >= X86_BLOCK) {
            _mm512_storeu_si512(out + at, y);
        } else {
            _mm512_mask_storeu_epi8(out + at, (UINT64_C(1) << (d->count - at)) - 1, y);
        }
        columns += 4;
        if (--left == 0) {
            left = d->blocks;
            w = d->weights;
            columns = d->columns;
        }
    }
}

VNNI void x86_depth_vnni(const x86_depth_t *d, int8_t *out) {
    if (d->finish.simple) {
        depth_row(d, out, true);
    } else {
        depth_row(d, out, false);
    }
}

#endif
