/* SPDX-License-Identifier: MIT
 * Rows of outputs with AVX2. Its byte products saturate, so bytes are widened: a group's four are the even and the odd two,
 * multiplied as int16. */
#include "x86.h"

#if defined __x86_64__ && defined __GNUC__
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE static inline AVX2 __attribute__((always_inline))
#if defined __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

#define MOST_PIXELS 4
#define HALF (X86_LANES / 2)

AVX2_INLINE __m256i load(const void *from) {
    return _mm256_loadu_si256((const __m256i *)from);
}

/* ---- sums to outputs -------------------------------------------------------------------------------------------------- */

/* What a product of a sum < 0 loses besides. */
AVX2_INLINE __m256i lower(__m256i product) {
    __m256i negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), product);
    return _mm256_add_epi64(product, _mm256_slli_epi64(negative, 31));
}

/* Eight sums scaled with the factors of half a column; the zero point is added, bounds are not applied. */
AVX2_INLINE __m256i scale(__m256i sum, const x86_column_t *column, int32_t at, const x86_finish_t *finish, const int32_t form) {
    const __m256i nudge = _mm256_set1_epi64x(1 << 30);
    __m256i multiplier = load(column->multiplier + at), right = load(column->right + at), half = load(column->half + at);
    if (form == X86_PLAIN) {
        sum = _mm256_sllv_epi32(sum, half);
    }
    __m256i even = _mm256_mul_epi32(sum, multiplier);
    __m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(sum, 32), _mm256_srli_epi64(multiplier, 32));
    if (form == X86_SHORT) {
        even = lower(even);
        odd = lower(odd);
    }
    even = _mm256_add_epi64(even, nudge);
    odd = _mm256_add_epi64(odd, nudge);
    if (form != X86_PLAIN) {
        __m256i high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xaa);
        return _mm256_srav_epi32(_mm256_add_epi32(high, half), right);
    }
    __m256i y = _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xaa);
    __m256i one = _mm256_set1_epi32(1), mask = _mm256_sub_epi32(_mm256_sllv_epi32(one, right), one);
    __m256i threshold = _mm256_sub_epi32(_mm256_srli_epi32(mask, 1), _mm256_srai_epi32(y, 31));
    __m256i up = _mm256_cmpgt_epi32(_mm256_and_si256(y, mask), threshold);
    y = _mm256_sub_epi32(_mm256_srav_epi32(y, right), up);
    return _mm256_add_epi32(y, _mm256_set1_epi32(finish->zero_point));
}

/* Sixteen sums of a column to bytes inside the bounds. */
AVX2_INLINE __m128i narrow(__m256i first, __m256i second, const x86_column_t *column, const x86_finish_t *finish) {
    if (finish->form == X86_RELU) {
        first = scale(first, column, 0, finish, X86_RELU);
        second = scale(second, column, HALF, finish, X86_RELU);
    } else if (finish->form == X86_SHORT) {
        first = scale(first, column, 0, finish, X86_SHORT);
        second = scale(second, column, HALF, finish, X86_SHORT);
    } else {
        first = scale(first, column, 0, finish, X86_PLAIN);
        second = scale(second, column, HALF, finish, X86_PLAIN);
    }
    __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xd8);
    __m128i y = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    __m128i low = _mm_set1_epi8((char)finish->low), high = _mm_set1_epi8((char)finish->high);
    return _mm_min_epi8(_mm_max_epi8(y, low), high);
}

AVX2_INLINE void store(int8_t *out, __m128i y, int32_t count) {
    if (count >= X86_LANES) {
        _mm_storeu_si128((__m128i *)(void *)out, y);
        return;
    }
    int8_t bytes[X86_LANES];
    _mm_storeu_si128((__m128i *)(void *)bytes, y);
    memcpy(out, bytes, (size_t)count);
}

AVX2 void x86_scale_avx2(const int32_t *sums, int8_t *out, int32_t count, const x86_column_t *column, const x86_finish_t *finish) {
    for (int32_t i = 0; i < count; i += X86_LANES) {
        store(out + i, narrow(load(sums + i), load(sums + i + HALF), column, finish), count - i);
    }
}

/* ---- products ------------------------------------------------------------------------------------------------------------ */

/* Bytes 0 and 2 of each four as int16, and bytes 1 and 3. */
AVX2_INLINE __m256i even_of(__m256i bytes) {
    return _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
}

AVX2_INLINE __m256i odd_of(__m256i bytes) {
    return _mm256_srai_epi16(bytes, 8);
}

AVX2_INLINE __m256i add_products(__m256i sum, __m256i even, __m256i odd, __m256i weights) {
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(even, even_of(weights)));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(odd, odd_of(weights)));
}

AVX2_INLINE __m256i load_group(const int8_t *x) {
    int32_t word;
    memcpy(&word, x, sizeof word);
    return _mm256_set1_epi32(word);
}

/* A column of `pixels` pixels, their number known when compiled: the sums stay in registers. */
AVX2_INLINE void multiply(const x86_product_t *p, const int8_t *x, int8_t *out, int32_t column, const int32_t pixels) {
    const x86_column_t *c = &p->columns[column];
    const int8_t *w = p->weights + x86_weights_at(column, p->column_bytes);
    const int64_t step = p->pixel_step, next = 64 * x86_together(column, (p->channels + X86_LANES - 1) / X86_LANES);
    __m256i first[MOST_PIXELS], second[MOST_PIXELS];
    UNROLL for (int32_t i = 0; i < pixels; i++) {
        first[i] = load(c->bias);
        second[i] = load(c->bias + HALF);
    }
    for (int32_t run = 0; run < p->runs; run++) {
        const int8_t *at = x + p->run_at[run];
        for (int32_t group = p->groups; group > 0; group--, at += X86_GROUP, w += next) {
            __m256i w_first = load(w), w_second = load(w + 32);
            UNROLL for (int32_t i = 0; i < pixels; i++) {
                __m256i value = load_group(at + i * step), even = even_of(value), odd = odd_of(value);
                first[i] = add_products(first[i], even, odd, w_first);
                second[i] = add_products(second[i], even, odd, w_second);
            }
        }
    }
    out += column * X86_LANES;
    UNROLL for (int32_t i = 0; i < pixels; i++) {
        store(out + i * (int64_t)p->out_step, narrow(first[i], second[i], c, &p->finish), p->channels - column * X86_LANES);
    }
}

AVX2 static void block(const x86_product_t *p, const int8_t *x, int8_t *out, int32_t column, int32_t pixels) {
    switch (pixels) {
        case 1:
            multiply(p, x, out, column, 1);
            break;
        case 2:
            multiply(p, x, out, column, 2);
            break;
        case 3:
            multiply(p, x, out, column, 3);
            break;
        default:
            multiply(p, x, out, column, MOST_PIXELS);
            break;
    }
}

AVX2 void x86_product_avx2(const x86_product_t *p, const int8_t *x, int8_t *out, int32_t pixels) {
    for (int32_t column = 0; column * X86_LANES < p->channels; column++) {
        for (int32_t i = 0; i < pixels; i += MOST_PIXELS) {
            int32_t n = pixels - i < MOST_PIXELS ? pixels - i : MOST_PIXELS;
            block(p, x + (int64_t)i * p->pixel_step, out + (int64_t)i * p->out_step, column, n);
        }
    }
}

/* ---- depthwise ----------------------------------------------------------------------------------------------------------- */

/* Adds four taps' products of 32 outputs. */
AVX2_INLINE void add_taps(__m256i *sum, const int8_t *const *tap, int32_t at, const int8_t *w) {
    __m256i a = load(tap[0] + at), b = load(tap[1] + at), c = load(tap[2] + at), d = load(tap[3] + at);
    __m256i ab = _mm256_unpacklo_epi8(a, b), cd = _mm256_unpacklo_epi8(c, d);
    __m256i value = _mm256_unpacklo_epi16(ab, cd);
    sum[0] = add_products(sum[0], even_of(value), odd_of(value), load(w));
    value = _mm256_unpackhi_epi16(ab, cd);
    sum[1] = add_products(sum[1], even_of(value), odd_of(value), load(w + 64));
    ab = _mm256_unpackhi_epi8(a, b);
    cd = _mm256_unpackhi_epi8(c, d);
    value = _mm256_unpacklo_epi16(ab, cd);
    sum[2] = add_products(sum[2], even_of(value), odd_of(value), load(w + 128));
    value = _mm256_unpackhi_epi16(ab, cd);
    sum[3] = add_products(sum[3], even_of(value), odd_of(value), load(w + 192));
}

/* Half a block: 32 outputs, whose lanes in each column begin at `lane`. */
AVX2_INLINE void depth_half(const x86_depth_t *d, int8_t *out, int32_t at, int32_t lane, const int8_t *w,
                            const x86_column_t *columns, const int32_t form) {
    __m256i sum[4];
    UNROLL for (int32_t j = 0; j < 4; j++) {
        sum[j] = load(columns[j].bias + lane);
    }
    for (int32_t group = 0; group < d->groups; group++) {
        add_taps(sum, d->tap + group * X86_GROUP, at, w + group * 256 + lane * X86_GROUP);
    }
    UNROLL for (int32_t j = 0; j < 4; j++) {
        sum[j] = scale(sum[j], &columns[j], lane, &d->finish, form);
    }
    __m256i y = _mm256_packs_epi16(_mm256_packs_epi32(sum[0], sum[1]), _mm256_packs_epi32(sum[2], sum[3]));
    __m256i low = _mm256_set1_epi8((char)d->finish.low), high = _mm256_set1_epi8((char)d->finish.high);
    y = _mm256_min_epi8(_mm256_max_epi8(y, low), high);
    store(out + at, _mm256_castsi256_si128(y), d->count - at);
    if (d->count - at > X86_LANES) {
        store(out + at + X86_LANES, _mm256_extracti128_si256(y, 1), d->count - at - X86_LANES);
    }
}

AVX2_INLINE void depth_row(const x86_depth_t *d, int8_t *out, const int32_t form) {
    int32_t block = 0;
    for (int32_t at = 0; at < d->count; at += X86_BLOCK) {
        const int8_t *w = d->weights + (int64_t)block * d->groups * 256;
        const x86_column_t *columns = d->columns + 4 * (int64_t)block;
        depth_half(d, out, at, 0, w, columns, form);
        if (d->count - at > X86_BLOCK / 2) {
            depth_half(d, out, at + X86_BLOCK / 2, HALF, w, columns, form);
        }
        block = block + 1 == d->blocks ? 0 : block + 1;
    }
}

AVX2 void x86_depth_avx2(const x86_depth_t *d, int8_t *out) {
    if (d->finish.form == X86_RELU) {
        depth_row(d, out, X86_RELU);
    } else if (d->finish.form == X86_SHORT) {
        depth_row(d, out, X86_SHORT);
    } else {
        depth_row(d, out, X86_PLAIN);
    }
}

#endif
