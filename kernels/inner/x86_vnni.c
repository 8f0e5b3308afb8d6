/* SPDX-License-Identifier: MIT
 * Matrix products with AVX-512 and its byte products (VNNI). Those want unsigned activations: a byte's sign bit is flipped,
 * which adds 128, and the packed bias takes that back. */
#if defined __x86_64__ && defined __GNUC__
#include "x86_vnni.h"

#define MOST_SUMS 24 /* in registers */
#define MOST_PIXELS 12

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
    const int64_t step = p->pixel_step;
    __m512i sum[MOST_PIXELS][X86_COLUMNS];
    UNROLL for (int32_t c = 0; c < columns; c++) {
        UNROLL for (int32_t i = 0; i < pixels; i++) {
            sum[i][c] = _mm512_load_si512(p->columns[column + c].bias);
        }
    }
    for (int32_t run = 0; run < p->runs; run++) {
        const int8_t *at = x + p->run_at[run];
        for (int32_t group = p->groups; group > 0; group--, at += X86_GROUP, w += 64 * columns) {
            __m512i weights[X86_COLUMNS];
            UNROLL for (int32_t c = 0; c < columns; c++) {
                weights[c] = _mm512_load_si512(w + c * 64);
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
    static const int8_t most[X86_COLUMNS] = {MOST_PIXELS, MOST_PIXELS, MOST_SUMS / 3, MOST_SUMS / 4};
    int32_t all = (p->channels + X86_LANES - 1) / X86_LANES;
    for (int32_t column = 0; column < all; column += X86_COLUMNS) {
        int32_t columns = all - column < X86_COLUMNS ? all - column : X86_COLUMNS;
        int32_t blocks = (pixels + most[columns - 1] - 1) / most[columns - 1], n = pixels / blocks;
        int32_t larger = pixels - n * blocks; /* that have one pixel more: few products at once are slow */
        if (columns <= 2) {
            n = (n + (larger > 0) + 3) & ~3; /* four pixels are stored at once */
            larger = 0;
        }
        for (int32_t i = 0; i < pixels; larger--) {
            int32_t more = n + (larger > 0), here = more < pixels - i ? more : pixels - i;
            block(p, x + (int64_t)i * p->pixel_step, out + (int64_t)i * p->out_step, column, here, columns);
            i += here;
        }
    }
}

#endif
