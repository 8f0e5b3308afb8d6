/* SPDX-License-Identifier: MIT
 * Depthwise rows and sums of two operands with AVX-512: four vectors of bytes become columns of sums and bytes again. */
#if defined __x86_64__ && defined __GNUC__
#include "x86_vnni.h"

#include <stddef.h>

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

/* ---- sums of two operands ------------------------------------------------------------------------------------------------ */

#define VBMI_INLINE static inline __attribute__((always_inline, target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vbmi")))

/* A table of 256 entries byte by byte: first all lowest bytes, ... */
typedef struct {
    __m512i of[4][4];
} planes_t;

VNNI_INLINE void split_table(planes_t *planes, const int32_t *table) {
    for (int32_t i = 0; i < 256 / X86_LANES; i++) {
        __m512i entries = _mm512_loadu_si512(table + i * X86_LANES);
        for (int32_t plane = 0; plane < 4; plane++, entries = _mm512_srli_epi32(entries, 8)) {
            _mm_store_si128((__m128i *)(void *)planes->of[plane] + i, _mm512_cvtepi32_epi8(entries));
        }
    }
}

/* Adds the entries of 64 indices to sums, in the order of narrow4. */
VBMI_INLINE void add_entries(__m512i *sums, const planes_t *planes, __m512i index) {
    const __mmask64 upper = _mm512_movepi8_mask(index);
    __m512i byte[4];
    UNROLL for (int32_t i = 0; i < 4; i++) {
        const __m512i *t = planes->of[i];
        __m512i low = _mm512_permutex2var_epi8(t[0], index, t[1]);
        byte[i] = _mm512_mask_blend_epi8(upper, low, _mm512_permutex2var_epi8(t[2], index, t[3]));
    }
    __m512i low = _mm512_unpacklo_epi8(byte[0], byte[1]), high = _mm512_unpacklo_epi8(byte[2], byte[3]);
    sums[0] = _mm512_add_epi32(sums[0], _mm512_unpacklo_epi16(low, high));
    sums[1] = _mm512_add_epi32(sums[1], _mm512_unpackhi_epi16(low, high));
    low = _mm512_unpackhi_epi8(byte[0], byte[1]);
    high = _mm512_unpackhi_epi8(byte[2], byte[3]);
    sums[2] = _mm512_add_epi32(sums[2], _mm512_unpacklo_epi16(low, high));
    sums[3] = _mm512_add_epi32(sums[3], _mm512_unpackhi_epi16(low, high));
}

VBMI_INLINE void sum_row(const inner_sum_t *sum, const x86_column_t *column, const x86_finish_t *finish, const int32_t form) {
    planes_t first, second;
    split_table(&first, sum->first);
    split_table(&second, sum->second);
    factor_t f = load_factor_of_many(column, form);
    for (int32_t i = 0; i < sum->count; i += X86_BLOCK) {
        int32_t left = sum->count - i;
        __mmask64 here = left >= X86_BLOCK ? ~UINT64_C(0) : (UINT64_C(1) << left) - 1;
        __m512i sums[4] = {0};
        add_entries(sums, &first, _mm512_maskz_loadu_epi8(here, sum->a + i));
        add_entries(sums, &second, _mm512_maskz_loadu_epi8(here, sum->b + i));
        UNROLL for (int32_t j = 0; j < 4; j++) {
            sums[j] = scale_of_many(sums[j], &f, finish, form);
        }
        _mm512_mask_storeu_epi8(sum->out + i, here, narrow4(sums, finish));
    }
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vbmi"))) void
x86_sum_vbmi(const inner_sum_t *sum, const x86_column_t *column, const x86_finish_t *finish) {
    BY_FORM(finish->form, sum_row, sum, column, finish);
}

#endif
