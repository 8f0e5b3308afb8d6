/* SPDX-License-Identifier: MIT
 * Whole layers on x86-64 where scratch is not scarce: on a PC that runs models, not one that plans a board's arena. Decides
 * in prepare which layers are done so and packs their weights; the instruction set is chosen at run time. */
#include "x86.h"

#if defined __x86_64__ && defined __GNUC__

#define SLACK 64 /* bytes behind a ring's rows that may be read */
#define ALIGNMENT 64

int32_t x86_set(void) {
    bool vnni = __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    return INNER_X86 >= X86_VNNI && vnni                             ? X86_VNNI
           : INNER_X86 >= X86_AVX2 && __builtin_cpu_supports("avx2") ? X86_AVX2
                                                                     : X86_NONE;
}

/* ---- factors ------------------------------------------------------------------------------------------------------------- */

/* A shift of 23 keeps `half` within 2^30. */
int32_t x86_form(const inner_scale_t *scale, int32_t channels) {
    for (int32_t c = 0; c < channels; c++) {
        int32_t i = c & scale->mask, right = -scale->shift[i];
        if (scale->multiplier[i] != 0 && (right < 2 || right > 23)) {
            return X86_PLAIN;
        }
    }
    return scale->low >= scale->zero_point ? X86_RELU : X86_SHORT;
}

/* ---- the shape of a layer ------------------------------------------------------------------------------------------------ */

static int32_t reach(const inner_axis_t *axis) {
    return (axis->kernel - 1) * axis->dilation + 1;
}

/* Blocks of 64 outputs after which the channels begin at a block's beginning again. */
static int32_t period(int32_t channels) {
    int32_t a = channels, b = X86_BLOCK;
    while (b != 0) {
        int32_t rest = a % b;
        a = b;
        b = rest;
    }
    return channels / a;
}

x86_shape_t x86_shape(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    const inner_axis_t *y = &layer->y, *x = &layer->x;
    x86_shape_t shape = {.depthwise = s->fan && s->x_step > 1};
    int64_t taps = (int64_t)y->kernel * x->kernel;
    shape.reach_y = reach(y);
    shape.row_pixels = (int64_t)(x->out - 1) * x->stride + reach(x);
    if (shape.depthwise) {
        int64_t most = taps > X86_MOST_TAPS ? X86_MOST_TAPS + 1 : taps;
        shape.runs = (int32_t)most;
        shape.bytes = 1;
        shape.groups = (shape.runs + X86_GROUP - 1) / X86_GROUP;
        shape.columns = 4 * period(s->channels);
        shape.column_bytes = (uint64_t)shape.groups * 64;
        shape.plane_bytes = (shape.row_pixels + x->stride - 1) / x->stride * s->channels;
        shape.row_bytes = shape.plane_bytes * x->stride;
        return shape;
    }
    shape.runs = x->dilation == 1 ? y->kernel : taps > X86_MOST_TAPS ? X86_MOST_TAPS + 1 : (int32_t)taps;
    shape.bytes = x->dilation == 1 ? x->kernel * s->x_step : s->x_step;
    shape.groups = (shape.bytes + X86_GROUP - 1) / X86_GROUP;
    shape.columns = (s->channels + X86_LANES - 1) / X86_LANES;
    shape.column_bytes = (uint64_t)shape.runs * (uint64_t)shape.groups * 64;
    shape.direct = taps == 1 && y->pad == 0 && x->pad == 0 && s->x_step % X86_GROUP == 0;
    shape.row_bytes = shape.row_pixels * s->x_step;
    return shape;
}

static uint64_t scratch_bytes(const x86_shape_t *shape) {
    return shape->direct ? 1 : (uint64_t)shape->reach_y * (uint64_t)shape->row_bytes + SLACK;
}

static uint64_t kept_bytes(const x86_shape_t *shape) {
    return (uint64_t)shape->columns * (sizeof(x86_column_t) + shape->column_bytes) + sizeof(x86_kept_t) + ALIGNMENT;
}

/* ---- prepare ------------------------------------------------------------------------------------------------------------- */

x86_column_t *x86_columns(void *kept) {
    return (x86_column_t *)(void *)(((uintptr_t)kept + sizeof(x86_kept_t) + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1));
}

uint32_t inner_layer_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (layer->scratch_bytes < X86_LEAST_BOUND || x86_set() == X86_NONE || s->item_bytes != 1 || s->channels < 1 ||
        layer->x.out < 1 || layer->y.out < 1) {
        return 0;
    }
    x86_shape_t shape = x86_shape(layer);
    bool fits = shape.runs >= 1 && shape.runs <= X86_MOST_TAPS && shape.bytes >= 1 && shape.row_bytes <= INT32_MAX / 4;
    return fits && shape.column_bytes <= X86_LEAST_BOUND && scratch_bytes(&shape) <= X86_LEAST_BOUND && kept_bytes(&shape) <= X86_LEAST_BOUND
               ? (uint32_t)scratch_bytes(&shape)
               : 0;
}

uint32_t inner_layer_kept(const inner_layer_t *layer) {
    x86_shape_t shape = x86_shape(layer);
    return (uint32_t)kept_bytes(&shape);
}

/* Packs one output as lane i of a product's column. */
static void keep_output(const inner_layer_t *layer, const x86_shape_t *shape, x86_column_t *column, int8_t *packed, int32_t c,
                        const x86_kept_t *kept) {
    const inner_strip_t *s = &layer->strip;
    const int8_t *w = s->w + (int64_t)c * s->w_channel;
    int32_t i = c % X86_LANES, step = s->fan ? s->w_tap : 1;
    const int64_t group = 64 * x86_together(c / X86_LANES, shape->columns);
    uint32_t sum = 0;
    packed += x86_weights_at(c / X86_LANES, (int64_t)shape->column_bytes) + X86_GROUP * i;
    for (int32_t run = 0; run < shape->runs; run++, packed += shape->groups * group) {
        for (int32_t k = 0; k < shape->bytes; k++, w += step) {
            packed[k / X86_GROUP * group + k % X86_GROUP] = *w;
            sum += (uint32_t)*w;
        }
    }
    x86_set_lane(s, kept, column, i, c, sum);
}

/* Packs an output of a depthwise layer. */
static void keep_depth(const inner_layer_t *layer, const x86_shape_t *shape, x86_column_t *columns, int8_t *packed, int32_t output,
                       const x86_kept_t *kept) {
    const inner_strip_t *s = &layer->strip;
    int32_t c = output % s->channels, block = output / X86_BLOCK, o = output % X86_BLOCK;
    int32_t column = o / 4 % 4, lane = o / 16 * 4 + o % 4;
    const int8_t *w = s->w + c;
    uint32_t sum = 0;
    packed += (int64_t)block * shape->groups * 256 + column * 64 + lane * X86_GROUP;
    for (int32_t tap = 0; tap < shape->runs; tap++, w += s->w_tap) {
        packed[tap / X86_GROUP * 256 + tap % X86_GROUP] = *w;
        sum += (uint32_t)*w;
    }
    x86_set_lane(s, kept, &columns[4 * block + column], lane, c, sum);
}

void inner_layer_keep(const inner_layer_t *layer) {
    x86_shape_t shape = x86_shape(layer);
    x86_kept_t *kept = layer->kept;
    x86_column_t *columns = x86_columns(kept);
    int8_t *packed = (int8_t *)(columns + shape.columns);
    kept->set = x86_set();
    kept->form = x86_form(&layer->strip.scale, layer->strip.channels);
    if (shape.depthwise) {
        for (int32_t output = 0; output < shape.columns * X86_LANES; output++) {
            keep_depth(layer, &shape, columns, packed, output, kept);
        }
        return;
    }
    for (int32_t c = 0; c < layer->strip.channels; c++) {
        keep_output(layer, &shape, &columns[c / X86_LANES], packed, c, kept);
    }
}

#endif
