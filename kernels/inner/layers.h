/* SPDX-License-Identifier: MIT
 * What the architectures' kernels for whole layers have in common (Cortex-M0's have their own): which layers can be taken,
 * the factors of outputs, and the windows of a convolution one after another as bytes. */
#ifndef MPYLITE_LAYERS_H
#define MPYLITE_LAYERS_H

#include <stdbool.h>

#include "../requant.h"
#include "inner.h"

#define LAYERS_ALONE __attribute__((noinline)) /* a loop that needs the registers for itself */

/* An output's bias and factor. It is so made that y = (2 * sum * multiplier + 2^31) >> 32, rounded once more as
 * (y + (y < 0 ? -1 : 0) + half) >> shift, is what requant_apply gives; where low == zero_point, the step for y < 0 may
 * be left out. A dead output, of multiplier 0, gets no bias and shift 31, by which every y within its sum becomes 0. */
typedef struct {
    int32_t bias;
    int32_t multiplier;
    int32_t half;
    int32_t shift;
} layers_factor_t;

/* (2 * sum * multiplier + 2^31) >> 32, of a multiplier of at least 2^30; of 0 something within sum. */
static inline int32_t layers_high_multiply(int32_t sum, int32_t multiplier) {
#ifdef __riscv_mul
    int32_t high, low = (int32_t)((uint32_t)sum * ((uint32_t)multiplier << 1));
    __asm__("mulhsu %0, %1, %2" : "=r"(high) : "r"(sum), "r"((uint32_t)multiplier << 1));
    return high + (int32_t)((uint32_t)low >> 31);
#elif defined __XTENSA__ && defined __XCHAL_HAVE_MUL32_HIGH && !__XCHAL_HAVE_MUL32_HIGH
    uint32_t factor = (uint32_t)multiplier << 1, low = (uint32_t)sum & 0xffff, product = (uint32_t)sum * factor;
    int32_t upper = sum >> 16, middle = upper * (int32_t)(factor & 0xffff) + (int32_t)(low * (factor & 0xffff) >> 16);
    uint32_t other = low * (factor >> 16) + ((uint32_t)middle & 0xffff);
    return upper * (int32_t)(factor >> 16) + (middle >> 16) + (int32_t)(other >> 16) + (int32_t)(product >> 31);
#else
    uint32_t doubled = (uint32_t)multiplier << 1; /* as a signed number it is 2^32 less; of a dead output it is 0 */
    return (int32_t)(((int64_t)sum * (int32_t)doubled) >> 32) + sum + (int32_t)((uint32_t)sum * doubled >> 31);
#endif
}

layers_factor_t layers_factor(const inner_strip_t *strip, int32_t channel);

/* A sum, with its bias, scaled; not clamped yet. */
static inline int32_t layers_scale(int32_t sum, const layers_factor_t *factor, int32_t zero_point) {
    int32_t y = layers_high_multiply(sum, factor->multiplier);
    return ((y + (y >> 31) + factor->half) >> factor->shift) + zero_point;
}

/* The same where the weights (count >= 1) lie side by side. If all are 0, the multiplier becomes 0, and bias, half and
 * shift such that the sum, which is the bias alone, is scaled to what it must become. So an output with multiplier 0 is
 * always layers_constant. */
layers_factor_t layers_factor_of(const inner_strip_t *strip, int32_t channel, const int8_t *w, int32_t count);

static inline int32_t layers_constant(const layers_factor_t *factor, int32_t zero_point) {
    return (factor->bias >> 1) + zero_point;
}

/* Elements of a window that an output reads. */
int32_t layers_count(const inner_layer_t *layer);

/* The same in groups of four, and output pixels. */
static inline int32_t layers_groups(const inner_layer_t *layer) {
    return (layers_count(layer) + 3) / 4;
}

static inline int32_t layers_pixels(const inner_layer_t *layer) {
    return layer->batches * layer->y.out * layer->x.out;
}

/* Whether factors say all: every sum of weights times values within 255, and the bias, has 32 bits, and so has what is
 * made of it on the way to an output. */
bool layers_fit(const inner_layer_t *layer);

/* The windows of all output pixels in their order, for layers that are not depthwise. */
typedef struct {
    const inner_layer_t *layer;
    int8_t *row;                /* room for a window */
    int32_t y_inside, x_inside; /* a window that begins below, and not below 0, lies in the image */
    bool in_place;              /* a window inside the image is one run of bytes there */
    int32_t batch, y, x;        /* the next output pixel */
} layers_windows_t;

/* `row`, of layers_count bytes, is aligned to 4. */
void layers_begin(layers_windows_t *windows, const inner_layer_t *layer, int8_t *row);

/* The next window: in row, or where it lies. */
const int8_t *layers_next(layers_windows_t *windows);

#endif
