/* SPDX-License-Identifier: MIT
 * Depthwise layers: in bands of rows, each channel's activations as a plane of 16-bit values with zeros around, four
 * channels at a time. The architecture has its own loops for windows of 3x3. */
#include "layers_depth.h"

#include <string.h>

#define MOST_BYTES 8192 /* of planes; more gains nothing */
#define PLANES 4

/* A direction of the image: along rows of a plane, or from row to row. */
typedef struct {
    const inner_axis_t *axis;
    int32_t in_step, out_step, w_step; /* elements from one position to the next */
} direction_t;

/* The planes of one band. */
typedef struct {
    const inner_layer_t *layer;
    direction_t along, across;
    int32_t planes;     /* at a time: 4, or 1 if there are fewer channels */
    int32_t pairs;      /* words of a row */
    int32_t band;       /* output rows at a time */
    int32_t band_rows;  /* rows of activations of a band */
    int32_t w_pairs;    /* words of a row of weights */
    uint32_t *words;    /* the planes, then the weights of a channel */
} depth_t;

static int32_t reach(const inner_axis_t *axis, int32_t out) {
    return (out - 1) * axis->stride + (axis->kernel - 1) * axis->dilation + 1;
}

static uint32_t bytes_of(const depth_t *d) {
    return 4 * (uint32_t)(d->planes * d->pairs * d->band_rows + d->across.axis->kernel * d->w_pairs);
}

static void set_band(depth_t *d, int32_t band) {
    d->band = band;
    d->band_rows = reach(d->across.axis, band);
}

static depth_t plan_along(const inner_layer_t *layer, bool turned) {
    const inner_axis_t *x = &layer->x, *y = &layer->y;
    int32_t in = layer->strip.x_step, out = layer->strip.out_step, w = layer->strip.w_tap;
    uint32_t most = layer->scratch_bytes < MOST_BYTES ? layer->scratch_bytes : MOST_BYTES;
    depth_t d = {.layer = layer, .planes = in < PLANES ? 1 : PLANES, .words = layer->strip.scratch};
    direction_t along = {x, in, out, w}, across = {y, in * x->in, out * x->out, w * x->kernel};
    d.along = turned ? across : along;
    d.across = turned ? along : across;
    const inner_axis_t *axis = d.along.axis;
    int32_t needed = reach(axis, (axis->out + 1) & ~1) + 1, filled = axis->pad + axis->in; /* two outputs, two values at a time */
    d.pairs = ((needed > filled ? needed : filled) + 1) / 2;
    d.w_pairs = (axis->kernel + 1) / 2;
    set_band(&d, d.across.axis->out);
    while (d.band > 1 && bytes_of(&d) > most) {
        set_band(&d, d.band - 1);
    }
    return d;
}

/* Rows of planes lie along the longer side of the image; along its columns only where none is read after outputs are
 * written, which may lie in the same memory. */
static depth_t make_plan(const inner_layer_t *layer) {
    if (layer->y.dilation == 1 && (layer->y.out > layer->x.out || layer->x.dilation != 1)) {
        depth_t turned = plan_along(layer, true);
        if (turned.band == layer->x.out) {
            return turned;
        }
    }
    return plan_along(layer, false);
}

static bool axis_fits(const inner_axis_t *axis) {
    return axis->kernel < 0x100 && axis->stride < 0x100 && axis->dilation < 0x100 && axis->in < 0x1000 && axis->out > 0 && axis->out < 0x1000;
}

uint32_t layers_depth_scratch(const inner_layer_t *layer) {
    if (!axis_fits(&layer->x) || !axis_fits(&layer->y)) {
        return 0;
    }
    depth_t d = make_plan(layer);
    uint32_t bytes = bytes_of(&d);
    return d.along.axis->dilation != 1 || bytes > 4 * MOST_BYTES ? 0 : bytes;
}

/* ---- planes -------------------------------------------------------------------------------------------------------------- */

#ifndef __ARM_FEATURE_DSP
void layers_pack_planes(layers_planes_t *p) {
    int32_t offset = (int16_t)p->offsets, plane = p->plane_bytes / 2, count = p->first + p->pair_bytes / 2 + p->last;
    const int8_t *x = p->x;
    int16_t *to = (int16_t *)(void *)p->to + p->first, *second = to + 2 * plane;
    for (; p->rows > 0; p->rows--, x += p->x_skip) {
        for (const int16_t *end = to + count; to < end; x += p->step, to++, second++) {
            to[0] = (int16_t)(x[0] + offset);
            to[plane] = (int16_t)(x[1] + offset);
            second[0] = (int16_t)(x[2] + offset);
            second[plane] = (int16_t)(x[3] + offset);
        }
        int32_t skip = p->first + p->last + p->to_skip / 2;
        to += skip;
        second += skip;
    }
}
#endif

/* Rows of activations, from the word `to` on, of a single channel. */
static void pack_plane(const depth_t *d, const int8_t *x, uint32_t *to, int32_t rows) {
    const inner_axis_t *axis = d->along.axis;
    int32_t offset = d->layer->strip.x_offset;
    for (; rows > 0; rows--, x += d->across.in_step, to += d->pairs) {
        int16_t *value = (int16_t *)(void *)to + axis->pad;
        const int8_t *at = x;
        for (int16_t *end = value + axis->in; value < end; at += d->along.in_step) {
            *value++ = (int16_t)(*at + offset);
        }
    }
}

/* The same of four channels. What lies around a row is 0 already. */
static void pack_four(const depth_t *d, const int8_t *x, uint32_t *to, int32_t rows) {
    const inner_axis_t *axis = d->along.axis;
    int32_t first = axis->pad & 1, pairs = (axis->in - first) / 2, last = axis->in - first - 2 * pairs;
    layers_planes_t planes = {x, to + axis->pad / 2, d->along.in_step, 4 * d->pairs * d->band_rows, 4 * pairs,
                               (uint32_t)(uint16_t)d->layer->strip.x_offset * 0x10001u,
                               d->across.in_step - axis->in * d->along.in_step, 4 * (d->pairs - first - pairs - last), first, last, rows};
    layers_pack_planes(&planes);
}

/* ---- windows ----------------------------------------------------------------------------------------------------------- */

/* What all channels have in common. */
static layers_window_t make_job(const depth_t *d, int32_t rows) {
    const inner_scale_t *scale = &d->layer->strip.scale;
    int32_t out = d->along.axis->out, pairs = out / 2, stride = d->along.axis->stride;
    layers_window_t job = {.zero_point = scale->zero_point, .low = scale->low, .high = scale->high, .rows = rows};
    job.out_step = d->along.out_step;
    job.out_skip = d->across.out_step - 2 * pairs * job.out_step;
    job.pair_bytes = pairs * 4 * stride;
    job.row_bytes = d->pairs * 4;
    job.x_skip = d->across.axis->stride * job.row_bytes - job.pair_bytes;
    job.odd = out - 2 * pairs;
    job.stride = stride;
    job.w_step = d->along.w_step;
    job.w_row = d->across.w_step;
    return job;
}

static bool is_3x3(const depth_t *d) {
    const inner_axis_t *along = d->along.axis, *across = d->across.axis;
    return along->kernel == 3 && across->kernel == 3 && across->dilation == 1 && along->stride <= 2;
}

/* Rows of pairs, of weights that lie anyhow. */
static void pack_weights(const depth_t *d, const int8_t *w, int16_t *to) {
    int32_t step = d->along.w_step, kernel = d->along.axis->kernel;
    for (int32_t row = d->across.axis->kernel; row > 0; row--, w += d->across.w_step) {
        const int8_t *at = w;
        for (int32_t tap = 0; tap < kernel; tap++, at += step) {
            *to++ = *at;
        }
        if (kernel & 1) {
            *to++ = 0;
        }
    }
}

/* sum + the two products. */
static inline int32_t multiply_two(const int16_t *x, const int16_t *w, int32_t sum) {
#ifdef __ARM_FEATURE_DSP
    uint32_t a, b;
    memcpy(&a, x, 4);
    memcpy(&b, w, 4);
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
#else
    return sum + x[0] * w[0] + x[1] * w[1];
#endif
}

/* Any window. */
static void run_any(const depth_t *d, const layers_window_t *job, const int16_t *weights) {
    const inner_axis_t *along = d->along.axis, *across = d->across.axis;
    int32_t row_step = across->dilation * d->pairs * 2;
    for (int32_t y = 0; y < job->rows; y++) {
        const int16_t *x = job->x + y * across->stride * d->pairs * 2;
        int8_t *out = job->out + y * d->across.out_step;
        for (int32_t left = along->out; left > 0; left--, x += along->stride, out += job->out_step) {
            const int16_t *line = x, *w = weights;
            int32_t sum = job->factor.bias;
            for (int32_t row = across->kernel; row > 0; row--, line += row_step) {
                const int16_t *at = line;
                for (int32_t i = d->w_pairs; i > 0; i--, at += 2, w += 2) {
                    sum = multiply_two(at, w, sum);
                }
            }
            *out = (int8_t)requant_clamp(layers_scale(sum, &job->factor, job->zero_point), job->low, job->high);
        }
    }
}

/* ---- layer --------------------------------------------------------------------------------------------------------------- */

/* The channels that read input channels [c, c + planes). */
static void run_channels(const depth_t *d, layers_window_t *job, int8_t *out, int32_t c) {
    const inner_strip_t *s = &d->layer->strip;
    int32_t plane = d->pairs * d->band_rows;
    uint32_t *words = d->words;
    int16_t *weights = (int16_t *)(void *)(words + d->planes * plane);
    for (int32_t i = 0, fan = s->fan, o = c * fan; i < d->planes; i++, words += plane) {
        job->x = (const int16_t *)(const void *)words;
        for (int32_t left = fan; left > 0; left--, o++) {
            job->out = out + o;
            job->factor = layers_factor(s, o);
            if (is_3x3(d)) {
                layers_depth_3x3(job, s->w + o);
            } else {
                pack_weights(d, s->w + o, weights);
                run_any(d, job, weights);
            }
        }
    }
}

/* Output rows [first, first + rows) of all channels. */
static void run_band(depth_t d, const int8_t *x, int8_t *out, int32_t first, int32_t rows) {
    const inner_axis_t *across = d.across.axis;
    int32_t begin = first * across->stride - across->pad, channels = d.layer->strip.x_step;
    int32_t from = begin < 0 ? 0 : begin, end = begin + reach(across, rows);
    layers_window_t job = make_job(&d, rows);
    end = end < across->in ? end : across->in;
    memset(d.words, 0, bytes_of(&d));
    for (int32_t c = 0; c < channels; c += d.planes) {
        if (channels - c < d.planes) {
            d.planes = 1;
        }
        if (end > from && d.planes == PLANES) {
            pack_four(&d, x + from * d.across.in_step + c, d.words + (from - begin) * d.pairs, end - from);
        } else if (end > from) {
            pack_plane(&d, x + from * d.across.in_step + c, d.words + (from - begin) * d.pairs, end - from);
        }
        run_channels(&d, &job, out + first * d.across.out_step, c);
    }
}

void layers_depth(const inner_layer_t *layer) {
    depth_t d = make_plan(layer);
    const int8_t *x = layer->strip.x;
    int8_t *out = layer->strip.out;
    int32_t rows = d.across.axis->out;
    for (int32_t batch = layer->batches; batch > 0; batch--) {
        for (int32_t first = 0; first < rows; first += d.band) {
            run_band(d, x, out, first, rows - first < d.band ? rows - first : d.band);
        }
        x += layer->y.in * layer->x.in * layer->strip.x_step;
        out += layer->y.out * layer->x.out * layer->strip.out_step;
    }
}
