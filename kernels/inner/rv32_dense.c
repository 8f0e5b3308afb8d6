/* SPDX-License-Identifier: MIT
 * All outputs of one pixel on RISC-V: matrix times vector, and pixels that are left over. Each weight is used once, so none
 * is packed. */
#include "rv32.h"

typedef struct {
    int32_t a, b, c, d;
} sums_t;

/* Element k of four outputs. Left to itself, the compiler loads so much ahead that registers do not suffice. */
#ifdef __riscv_mul
#define ELEMENT(k)                                                                                                       \
    __asm__("lh %[x0], 2 * " #k "(%[x])\n lb %[u], " #k "(%[w])\n lb %[v], " #k "(%[w1])\n mul %[u], %[u], %[x0]\n"      \
            "lb %[y], " #k "(%[w2])\n mul %[v], %[v], %[x0]\n add %[a], %[a], %[u]\n lb %[u], " #k "(%[w3])\n"           \
            "mul %[y], %[y], %[x0]\n add %[b], %[b], %[v]\n mul %[u], %[u], %[x0]\n add %[c], %[c], %[y]\n"             \
            "add %[d], %[d], %[u]"                                                                                       \
            : [a] "+r"(sum.a), [b] "+r"(sum.b), [c] "+r"(sum.c), [d] "+r"(sum.d), [x0] "=&r"(value), [u] "=&r"(u),       \
              [v] "=&r"(v), [y] "=&r"(y)                                                                                 \
            : [x] "r"(x), [w] "r"(w), [w1] "r"(w1), [w2] "r"(w2), [w3] "r"(w3)                                           \
            : "memory")
#else
#define ELEMENT(k) (value = x[k], u = w[k], v = w1[k], y = w2[k], sum.a += u * value, sum.b += v * value, sum.c += y * value, sum.d += w3[k] * value)
#endif

/* Sums of four outputs; x has the zero point taken off. */
LAYERS_ALONE static sums_t dot_outputs(const int8_t *w, int32_t step, const int16_t *x, int32_t count) {
    const int8_t *w1 = w + step, *w2 = w1 + step, *w3 = w2 + step;
    sums_t sum = {0, 0, 0, 0};
    int32_t value, u, v, y;
    for (; count >= 8; count -= 8, x += 8, w += 8, w1 += 8, w2 += 8, w3 += 8) {
        ELEMENT(0);
        ELEMENT(1);
        ELEMENT(2);
        ELEMENT(3);
        ELEMENT(4);
        ELEMENT(5);
        ELEMENT(6);
        ELEMENT(7);
    }
    for (; count > 0; count--, x++, w++, w1++, w2++, w3++) {
        ELEMENT(0);
    }
    return sum;
}

void rv32_dense(const inner_strip_t *s, const int8_t *x, int32_t count, int16_t *values, int8_t *out) {
    for (int32_t i = 0; i < count; i++) {
        values[i] = (int16_t)(x[i] + s->x_offset);
    }
    for (int32_t c = 0; c < s->channels;) {
        int32_t outputs = s->channels - c < 4 ? 1 : 4;
        sums_t sum = dot_outputs(s->w + c * count, outputs == 4 ? count : 0, values, count);
        int32_t sums[4] = {sum.a, sum.b, sum.c, sum.d};
        for (int32_t i = 0; i < outputs; i++, c++) {
            layers_factor_t factor = layers_factor(s, c);
            int32_t y = layers_scale((int32_t)((uint32_t)sums[i] + (uint32_t)factor.bias), &factor, s->scale.zero_point);
            out[c] = (int8_t)requant_clamp(y, s->scale.low, s->scale.high);
        }
    }
}
