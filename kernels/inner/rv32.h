/* SPDX-License-Identifier: MIT
 * What the files of the RISC-V kernels share. */
#ifndef MPYLITE_RV32_H
#define MPYLITE_RV32_H

#include "layers_depth.h"

/* The step for y < 0 is not needed where low is the zero point. */
static inline int32_t rv32_scaled(uint32_t sum, const layers_factor_t *f, const inner_scale_t *scale, bool relu) {
    int32_t y = layers_high_multiply((int32_t)sum, f->multiplier);
    y = ((relu ? y : y + (y >> 31)) + f->half) >> f->shift;
    y += scale->zero_point;
    if (y < scale->low) {
        y = scale->low;
    }
    if (y > scale->high) {
        y = scale->high;
    }
    return y;
}

/* One window of `count` bytes and all outputs; `values` is room for them with the zero point taken off. */
void rv32_dense(const inner_strip_t *strip, const int8_t *x, int32_t count, int16_t *values, int8_t *out);

/* Depthwise layers, in rv32_depth.c. */
uint32_t rv32_depth_scratch(const inner_layer_t *layer);
void rv32_depth(const inner_layer_t *layer);

#endif
