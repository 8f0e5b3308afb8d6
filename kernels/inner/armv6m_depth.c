/* SPDX-License-Identifier: MIT
 * Depthwise 3x3 layers of stride 1 and 2 on Cortex-M0 and M0+: channel by channel, in bands of rows that fit the scratch.
 * Where the image is narrow, its columns are taken as rows. */
#include "armv6m.h"

#include <stdbool.h>
#include <stddef.h>

#define MOST_BYTES 8192u  /* of a band; more gains nothing */
#define LITTLE_BYTES 640u /* with little scratch */

/* A direction of the image. */
typedef struct {
    const inner_axis_t *axis;
    int32_t in_step, out_step, w_step; /* elements from one position to the next */
} direction_t;

typedef struct {
    direction_t along, across; /* a row, and from row to row */
    int32_t stride;
    int32_t period;   /* words of a row */
    int32_t row_sums; /* of an output row, with those beyond its end */
    int32_t band;     /* output rows at a time */
} depth_plan_t;

static int32_t period_of(const inner_axis_t *axis) {
    return (axis->pad + axis->in + 1) & ~1;
}

static uint32_t band_bytes(const depth_plan_t *plan, int32_t rows) {
    return 4 * (uint32_t)(plan->period * ((rows - 1) * plan->stride + 3) + plan->row_sums * rows);
}

static void plan_rows(depth_plan_t *plan) {
    plan->period = period_of(plan->along.axis);
    plan->row_sums = plan->period / plan->stride;
    plan->band = plan->across.axis->out;
}

static depth_plan_t make_plan(const inner_layer_t *layer, uint32_t most) {
    const inner_axis_t *x = &layer->x, *y = &layer->y;
    int32_t in = layer->strip.x_step, out = layer->strip.out_step, w = layer->strip.w_tap;
    depth_plan_t plan = {{x, in, out, w}, {y, in * x->in, out * x->out, 3 * w}, x->stride, 0, 0, 0};
    depth_plan_t turned = {plan.across, plan.along, x->stride, 0, 0, 0};
    plan_rows(&plan);
    plan_rows(&turned);
    if (turned.row_sums * turned.band < plan.row_sums * plan.band && band_bytes(&turned, turned.band) <= most) {
        return turned;
    }
    while (plan.band > 1 && band_bytes(&plan, plan.band) > most) {
        plan.band--;
    }
    return plan;
}

static bool axis_fits(const inner_axis_t *axis) {
    return axis->kernel == 3 && axis->dilation == 1 && axis->stride <= 2 && axis->pad <= 1 && axis->in >= 2 &&
           axis->in < 0x4000 && axis->out >= 1;
}

uint32_t armv6m_depth_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (s->fan != 1 || !axis_fits(&layer->x) || !axis_fits(&layer->y) || layer->x.stride != layer->y.stride) {
        return 0;
    }
    if (armv6m_has_least(s->w, 9 * s->w_tap)) {
        return 0;
    }
    uint32_t most = layer->scratch_bytes < ARMV6M_LITTLE ? LITTLE_BYTES : MOST_BYTES;
    depth_plan_t plan = make_plan(layer, layer->scratch_bytes < most ? layer->scratch_bytes : most);
    return band_bytes(&plan, plan.band);
}

static uint32_t pair(int32_t lower, int32_t upper) {
    return (uint32_t)lower + ((uint32_t)upper << 16);
}

/* The weights of channel c and what the zero point adds to its bias. */
static void load_weights(const inner_layer_t *layer, const depth_plan_t *plan, int32_t c, armv6m_depth_t *depth) {
    const inner_strip_t *s = &layer->strip;
    const int8_t *w = s->w + c;
    int32_t step = plan->along.w_step, sum = 0;
    for (int i = 0; i < 6; i += 2, w += plan->across.w_step) {
        int32_t w0 = w[0], w1 = w[step], w2 = w[2 * step];
        depth->weights[i] = pair(w0, w1);
        depth->weights[i + 1] = plan->stride == 1 ? pair(w2, w1) : pair(0, w2);
        sum += w0 + w1 + w2;
    }
    const int32_t *bias = s->bias;
    depth->bias = (int32_t)((uint32_t)(bias ? bias[c] : 0) + (uint32_t)(s->x_offset * sum));
}

static void fill_rows(const depth_plan_t *plan, uint32_t *words, int32_t first, int32_t last, int32_t zero) {
    for (uint32_t *at = words + first * plan->period, *end = words + last * plan->period; at < end; at++) {
        *at = pair(zero, zero);
    }
}

static void run_sums(const depth_plan_t *plan, const uint32_t *words, int32_t *sums, int32_t rows, armv6m_depth_t *depth) {
    int32_t row_bytes = 4 * plan->period;
    if (plan->stride == 1) {
        depth->bytes = (uint32_t)(row_bytes * rows);
        armv6m_depth3(words, row_bytes, sums, depth);
        return;
    }
    depth->bytes = (uint32_t)row_bytes;
    for (; rows > 0; rows--, words += 2 * plan->period, sums += plan->row_sums) {
        armv6m_depth3_stride2(words, row_bytes, sums, depth);
    }
}

/* Output rows [first, first + rows) of all channels. */
static void run_band(const inner_layer_t *layer, const depth_plan_t *plan, int32_t batch, int32_t first, int32_t rows) {
    const inner_strip_t *s = &layer->strip;
    const direction_t *along = &plan->along, *across = &plan->across;
    int32_t begin = first * plan->stride - across->axis->pad, count = (rows - 1) * plan->stride + 3;
    int32_t above = begin < 0 ? -begin : 0;
    int32_t inside = across->axis->in - begin - above < count - above ? across->axis->in - begin - above : count - above;
    uint32_t *words = s->scratch;
    int32_t *sums = (int32_t *)words + count * plan->period;
    const int8_t *x = (const int8_t *)s->x + batch * layer->y.in * layer->x.in * s->x_step + (begin + above) * across->in_step;
    int8_t *out = (int8_t *)s->out + batch * layer->y.out * layer->x.out * s->out_step + first * across->out_step;
    fill_rows(plan, words, 0, above, -s->x_offset);
    fill_rows(plan, words, above + inside, count, -s->x_offset);
    for (int32_t c = 0; c < s->channels; c++) {
        armv6m_factor_t factor = armv6m_factor(&s->scale, c);
        armv6m_plane_t plane = {x + c, words + above * plan->period, along->in_step, along->axis->in, across->in_step,
                                inside, along->axis->pad, -s->x_offset};
        armv6m_depth_t depth;
        armv6m_scale_t scale = {&factor, out + c, rows, 0, across->out_step, 4 * along->axis->out,
                                4 * (plan->row_sums - along->axis->out), along->out_step,
                                s->scale.zero_point, s->scale.low, s->scale.high};
        armv6m_pack_plane(&plane);
        load_weights(layer, plan, c, &depth);
        run_sums(plan, words, sums, rows, &depth);
        armv6m_scale_any(sums, &scale);
    }
}

void armv6m_depth_layer(const inner_layer_t *layer) {
    depth_plan_t plan = make_plan(layer, layer->scratch_bytes);
    int32_t rows = plan.across.axis->out;
    for (int32_t batch = 0; batch < layer->batches; batch++) {
        for (int32_t first = 0; first < rows; first += plan.band) {
            run_band(layer, &plan, batch, first, rows - first < plan.band ? rows - first : plan.band);
        }
    }
}
