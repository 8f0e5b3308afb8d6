/* SPDX-License-Identifier: MIT
 * The walk of x86-64's whole layers over an image: row by row of outputs, what a row reads in a ring of padded rows. */
#include "x86.h"

#if defined __x86_64__ && defined __GNUC__
#include <emmintrin.h>
#include <string.h>

/* ---- the ring of rows ----------------------------------------------------------------------------------------------------- */

typedef struct {
    const inner_layer_t *layer;
    const x86_shape_t *shape;
    const int8_t *image; /* of a batch */
    int32_t flip;        /* of every byte */
    int32_t next;        /* row of the padded image to load */
    int32_t turn;        /* a multiple of the ring's rows, at most that many before the first row in it */
} ring_t;

static int8_t *ring_row(const ring_t *ring, int32_t row) {
    int32_t slot = row - ring->turn;
    slot -= slot < ring->shape->reach_y ? 0 : ring->shape->reach_y;
    return (int8_t *)ring->layer->strip.scratch + slot * ring->shape->row_bytes;
}

static void flip_bytes(int8_t *to, const int8_t *from, int32_t count, int32_t flip) {
    const __m128i all = _mm_set1_epi8((char)flip);
    int32_t i = 0;
    for (; i <= count - 16; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(from + i));
        _mm_storeu_si128((__m128i *)(void *)(to + i), _mm_xor_si128(bytes, all));
    }
    if (i <= count - 8) {
        __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)(from + i));
        _mm_storel_epi64((__m128i *)(void *)(to + i), _mm_xor_si128(bytes, all));
        i += 8;
    }
    for (; i < count; i++) {
        to[i] = (int8_t)(from[i] ^ flip);
    }
}

/* Pixels from_step apart to where they lie side by side. */
static void flip_pixels(int8_t *to, const int8_t *from, int64_t from_step, int32_t pixels, int32_t channels, int32_t flip) {
    const __m128i all = _mm_set1_epi8((char)flip);
    for (; pixels > 0; pixels--, from += from_step) {
        if (channels % 16 == 0) { /* of most layers */
            for (int32_t c = 0; c < channels; c += 16, to += 16) {
                __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(from + c));
                _mm_storeu_si128((__m128i *)(void *)to, _mm_xor_si128(bytes, all));
            }
        } else {
            flip_bytes(to, from, channels, flip);
            to += channels;
        }
    }
}

/* Pixels into planes, each channel `fan` times. */
static void load_planes(const ring_t *ring, int8_t *to, const int8_t *from, int32_t pixels) {
    const inner_strip_t *s = &ring->layer->strip;
    const int32_t pad = ring->layer->x.pad, stride = ring->layer->x.stride;
    if (s->fan == 1) {
        for (int32_t i = 0; i < stride && i < pixels; i++) {
            int8_t *at = to + (pad + i) % stride * ring->shape->plane_bytes + (int64_t)((pad + i) / stride) * s->channels;
            int32_t count = (pixels - i + stride - 1) / stride;
            flip_pixels(at, from + (int64_t)i * s->x_step, (int64_t)stride * s->x_step, count, s->channels, ring->flip);
        }
        return;
    }
    for (int32_t pixel = pad; pixel < pad + pixels; pixel++, from += s->x_step) {
        int8_t *at = to + pixel % stride * ring->shape->plane_bytes + (int64_t)(pixel / stride) * s->channels;
        for (int32_t c = 0; c < s->x_step; c++, at += s->fan) {
            memset(at, from[c] ^ ring->flip, (size_t)s->fan);
        }
    }
}

static void load_row(const ring_t *ring, int32_t row) {
    const inner_strip_t *s = &ring->layer->strip;
    const inner_axis_t *x = &ring->layer->x;
    int8_t *to = ring_row(ring, row);
    int32_t y = row - ring->layer->y.pad, zero = -s->x_offset ^ ring->flip;
    int64_t pixels = ring->shape->row_pixels - x->pad;
    pixels = pixels < x->in ? pixels : x->in;
    if (y < 0 || y >= ring->layer->y.in || pixels <= 0) {
        memset(to, zero, (size_t)ring->shape->row_bytes);
        return;
    }
    const int8_t *from = ring->image + (int64_t)y * x->in * s->x_step;
    if (ring->shape->depthwise && (x->stride > 1 || s->fan > 1)) {
        if (x->pad > 0 || pixels < ring->shape->row_pixels) {
            memset(to, zero, (size_t)ring->shape->row_bytes);
        }
        load_planes(ring, to, from, (int32_t)pixels);
    } else {
        int64_t before = (int64_t)x->pad * s->x_step, inside = pixels * s->x_step;
        memset(to, zero, (size_t)before);
        flip_bytes(to + before, from, (int32_t)inside, ring->flip);
        memset(to + before + inside, zero, (size_t)(ring->shape->row_bytes - before - inside));
    }
}

/* Loads what output row y reads and is not there yet. */
static void load_rows(ring_t *ring, int32_t y) {
    int32_t first = y * ring->layer->y.stride;
    while (first - ring->turn >= ring->shape->reach_y) {
        ring->turn += ring->shape->reach_y;
    }
    for (ring->next = ring->next < first ? first : ring->next; ring->next < first + ring->shape->reach_y; ring->next++) {
        load_row(ring, ring->next);
    }
}

/* ---- invoke ---------------------------------------------------------------------------------------------------------------- */

static x86_finish_t finish_of(const inner_layer_t *layer) {
    const inner_scale_t *scale = &layer->strip.scale;
    const x86_kept_t *kept = layer->kept;
    x86_finish_t finish = {scale->zero_point, scale->low, scale->high, kept->form};
    return finish;
}

static void run_depth_row(x86_depth_t *depth, const ring_t *ring, int32_t y, int8_t *out) {
    const inner_layer_t *layer = ring->layer;
    int32_t t = 0;
    for (int32_t row = 0; row < layer->y.kernel; row++) {
        const int8_t *at = ring_row(ring, y * layer->y.stride + row * layer->y.dilation);
        for (int32_t tap = 0; tap < layer->x.kernel; tap++) {
            int32_t pixel = tap * layer->x.dilation;
            depth->tap[t++] = at + pixel % layer->x.stride * ring->shape->plane_bytes +
                              (int64_t)(pixel / layer->x.stride) * layer->strip.channels;
        }
    }
    for (; t % X86_GROUP != 0; t++) {
        depth->tap[t] = depth->tap[t - 1];
    }
    if (((const x86_kept_t *)layer->kept)->set == X86_VNNI) {
        x86_depth_vnni(depth, out);
    } else {
        x86_depth_avx2(depth, out);
    }
}

static void run_depth(const inner_layer_t *layer, const x86_shape_t *shape) {
    const x86_column_t *columns = x86_columns(layer->kept);
    const x86_kept_t *kept = layer->kept;
    x86_depth_t depth;
    depth.groups = shape->groups;
    depth.count = layer->x.out * layer->strip.channels;
    depth.blocks = shape->columns / 4;
    depth.columns = columns;
    depth.weights = (const int8_t *)(columns + shape->columns);
    depth.finish = finish_of(layer);
    ring_t ring = {layer, shape, layer->strip.x, kept->set == X86_VNNI ? 0x80 : 0, 0, 0};
    int8_t *out = layer->strip.out;
    for (int32_t batch = 0; batch < layer->batches; batch++) {
        ring.next = ring.turn = 0;
        for (int32_t y = 0; y < layer->y.out; y++, out += depth.count) {
            load_rows(&ring, y);
            run_depth_row(&depth, &ring, y, out);
        }
        ring.image += (int64_t)layer->y.in * layer->x.in * layer->strip.x_step;
    }
}

/* Where the pieces of a row's windows lie in the ring. */
static void set_runs(const ring_t *ring, int32_t y, int32_t *run_at) {
    const inner_layer_t *layer = ring->layer;
    for (int32_t row = 0; row < layer->y.kernel; row++) {
        int32_t at = (int32_t)(ring_row(ring, y * layer->y.stride + row * layer->y.dilation) - (int8_t *)layer->strip.scratch);
        int32_t taps = layer->x.dilation == 1 ? 1 : layer->x.kernel;
        for (int32_t tap = 0; tap < taps; tap++) {
            *run_at++ = at + tap * layer->x.dilation * layer->strip.x_step;
        }
    }
}

static void run_product(const inner_layer_t *layer, const x86_shape_t *shape) {
    const inner_strip_t *s = &layer->strip;
    const x86_kept_t *kept = layer->kept;
    const x86_column_t *columns = x86_columns(layer->kept);
    int32_t run_at[X86_MOST_TAPS] = {0};
    x86_product_t product = {run_at, shape->runs, shape->groups, layer->x.stride * s->x_step, s->out_step, s->channels,
                             (int32_t)shape->column_bytes, (const int8_t *)(columns + shape->columns), columns, finish_of(layer)};
    ring_t ring = {layer, shape, s->x, 0, 0, 0};
    int8_t *out = s->out;
    for (int32_t batch = 0; batch < layer->batches; batch++) {
        ring.next = ring.turn = 0;
        for (int32_t y = 0; y < layer->y.out; y++, out += (int64_t)layer->x.out * s->out_step) {
            const int8_t *x = s->scratch;
            if (shape->direct) {
                x = ring.image + (int64_t)y * layer->y.stride * layer->x.in * s->x_step;
            } else {
                load_rows(&ring, y);
                set_runs(&ring, y, run_at);
            }
            if (kept->set == X86_VNNI) {
                x86_product_vnni(&product, x, out, layer->x.out);
            } else {
                x86_product_avx2(&product, x, out, layer->x.out);
            }
        }
        ring.image += (int64_t)layer->y.in * layer->x.in * s->x_step;
    }
}

void inner_layer(const inner_layer_t *layer) {
    x86_shape_t shape = x86_shape(layer);
    if (shape.depthwise) {
        run_depth(layer, &shape);
    } else {
        run_product(layer, &shape);
    }
}

#endif
