/* SPDX-License-Identifier: MIT
 * Depthwise 3x3 windows on Xtensa: eight of the nine weights stay in MAC16's registers. */
#include "layers_depth.h"

#define SUMS 32 /* of a row, computed before they are scaled */

/* Weights as pairs: (w0, w1) (w2, w3) (w4, w5) (w6, w7), lower half first, and w8. */
typedef struct {
    uint32_t pairs[4];
    int32_t last;
    int32_t bias;
} weights_t;

/* Two words of each row of the window: a b, c d, e f. */
#ifdef __XTENSA__
#define LOAD_WEIGHTS(w)                                                        \
    __asm__ volatile("wsr %0, m0\n wsr %1, m1\n wsr %2, m2\n wsr %3, m3"       \
                     :                                                         \
                     : "r"((w)->pairs[0]), "r"((w)->pairs[1]), "r"((w)->pairs[2]), "r"((w)->pairs[3]))
#define OPERANDS : "=r"(sum) : "r"(a), "r"(b), "r"(c), "r"(d), "r"(e), "r"(f), "r"(bias), "r"(last)
/* The window begins in the lower half of a, c, e. */
#define LOWER(sum)                                                                                                        \
    __asm__ volatile("wsr %7, acclo\n mula.da.ll m0, %1\n mula.da.hh m0, %1\n mula.da.ll m1, %2\n mula.da.hl m1, %3\n"    \
                     "mula.ad.hl %3, m2\n mula.ad.lh %4, m2\n mula.ad.ll %5, m3\n mula.ad.hh %5, m3\n mula.aa.ll %6, %8\n" \
                     "rsr %0, acclo" OPERANDS)
/* And in the upper half. */
#define UPPER(sum)                                                                                                        \
    __asm__ volatile("wsr %7, acclo\n mula.da.lh m0, %1\n mula.da.hl m0, %2\n mula.da.lh m1, %2\n mula.da.hh m1, %3\n"    \
                     "mula.ad.ll %4, m2\n mula.ad.hh %4, m2\n mula.ad.hl %5, m3\n mula.ad.lh %6, m3\n mula.aa.hl %6, %8\n" \
                     "rsr %0, acclo" OPERANDS)
#else
#define LOAD_WEIGHTS(w) const weights_t *weights_ = (w)
#define L(x) ((int16_t)(x))
#define H(x) ((int16_t)((x) >> 16))
#define W(i) ((i) == 8 ? last : (i) % 2 ? H(weights_->pairs[(i) / 2]) : L(weights_->pairs[(i) / 2]))
#define LOWER(sum)                                                                                                        \
    (sum = bias + L(a) * W(0) + H(a) * W(1) + L(b) * W(2) + L(c) * W(3) + H(c) * W(4) + L(d) * W(5) + L(e) * W(6) +       \
           H(e) * W(7) + L(f) * W(8))
#define UPPER(sum)                                                                                                        \
    (sum = bias + H(a) * W(0) + L(b) * W(1) + H(b) * W(2) + H(c) * W(3) + L(d) * W(4) + H(d) * W(5) + H(e) * W(6) +       \
           L(f) * W(7) + H(f) * W(8))
#endif

/* `pairs` times two sums, with stride 1. */
LAYERS_ALONE static void sums_of_row(const weights_t *w, const uint32_t *x, int32_t line, int32_t pairs, int32_t *sums) {
    const uint32_t *y = x + line, *z = y + line;
    int32_t bias = w->bias, last = w->last, sum;
    uint32_t a = *x++, c = *y++, e = *z++;
    LOAD_WEIGHTS(w);
    for (; pairs > 0; pairs--, sums += 2) {
        uint32_t b = *x++, d = *y++, f = *z++;
        LOWER(sum);
        sums[0] = sum;
        UPPER(sum);
        sums[1] = sum;
        a = b, c = d, e = f;
    }
}

LAYERS_ALONE static void sums_of_row_stride2(const weights_t *w, const uint32_t *x, int32_t line, int32_t pairs, int32_t *sums) {
    const uint32_t *y = x + line, *z = y + line;
    int32_t bias = w->bias, last = w->last, sum;
    uint32_t a = *x++, c = *y++, e = *z++;
    LOAD_WEIGHTS(w);
    for (pairs *= 2; pairs > 0; pairs--) {
        uint32_t b = *x++, d = *y++, f = *z++;
        LOWER(sum);
        *sums++ = sum;
        a = b, c = d, e = f;
    }
}

LAYERS_ALONE static void store(const layers_window_t *window, const int32_t *sums, int32_t count, int8_t *out) {
    layers_factor_t factor = window->factor;
    int32_t zero_point = window->zero_point, low = window->low, high = window->high, step = window->out_step;
    for (const int32_t *end = sums + count; sums < end; sums++, out += step) {
        *out = (int8_t)requant_clamp(layers_scale(*sums, &factor, zero_point), low, high);
    }
}

static uint32_t pair(int32_t lower, int32_t upper) {
    return (uint32_t)(uint16_t)lower | (uint32_t)upper << 16;
}

void layers_depth_3x3(const layers_window_t *window, const int8_t *w) {
    int32_t step = window->w_step, sums[SUMS], pair_words = window->stride, count = window->pair_bytes / 4 / pair_words * 2 + window->odd;
    const int8_t *w1 = w + window->w_row, *w2 = w1 + window->w_row;
    weights_t weights = {{pair(w[0], w[step]), pair(w[2 * step], w1[0]), pair(w1[step], w1[2 * step]), pair(w2[0], w2[step])},
                         w2[2 * step], window->factor.bias};
    const uint32_t *line = (const uint32_t *)(const void *)window->x;
    int8_t *out = window->out;
    for (int32_t rows = window->rows; rows > 0; rows--, line += (window->pair_bytes + window->x_skip) / 4) {
        const uint32_t *x = line;
        for (int32_t left = count; left > 0; left -= SUMS, x += SUMS / 2 * pair_words) {
            int32_t some = left < SUMS ? left : SUMS;
            if (window->stride == 1) {
                sums_of_row(&weights, x, window->row_bytes / 4, (some + 1) / 2, sums);
            } else {
                sums_of_row_stride2(&weights, x, window->row_bytes / 4, (some + 1) / 2, sums);
            }
            store(window, sums, some, out);
            out += some * window->out_step;
        }
        out += window->out_skip - window->odd * window->out_step;
    }
}
