/* SPDX-License-Identifier: MIT
 * From sums to outputs with AVX-512, for the files that make the sums. */
#ifndef MPYLITE_X86_VNNI_H
#define MPYLITE_X86_VNNI_H

#include "x86.h"

#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define VNNI_INLINE static inline VNNI __attribute__((always_inline))
#if defined __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

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

#endif
