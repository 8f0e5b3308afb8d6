/* SPDX-License-Identifier: MIT
 * Depthwise 3x3 windows of stride 1 and 2 on RISC-V: a row of outputs of one channel at a time, first its sums, then their
 * scaling, each with its own use of the registers. Activations are read where they lie, each column once; what lies
 * beside the image is the zero point, and rows above and below it have weights of 0. Other windows: layers_depth.c. */
#include "rv32.h"

/* A direction of the image: along rows, or from row to row. */
typedef struct {
    const inner_axis_t *axis;
    int32_t in_step, out_step, w_step; /* elements from one position to the next */
} direction_t;

typedef struct {
    const inner_layer_t *layer;
    direction_t along, across;
} depth_t;

/* Rows lie along the longer side of the image; along its columns only where outputs cannot lie on inputs. */
static depth_t make_plan(const inner_layer_t *layer) {
    const inner_axis_t *x = &layer->x, *y = &layer->y;
    int32_t in = layer->strip.x_step, out = layer->strip.out_step, w = layer->strip.w_tap;
    direction_t along = {x, in, out, w}, across = {y, in * x->in, out * x->out, w * x->kernel};
    bool turned = y->out > x->out && (x->pad > 0 || y->pad > 0);
    depth_t d = {layer, turned ? across : along, turned ? along : across};
    return d;
}

/* No more than one column is missing at either end, and one output has all three or misses the first. */
static bool axis_fits(const inner_axis_t *axis) {
    return axis->kernel == 3 && axis->dilation == 1 && axis->stride <= 2 && axis->pad <= 1 && axis->in >= 2 && axis->in < 0x4000 &&
           axis->out >= 1 && (axis->out - 1) * axis->stride + 3 - axis->pad - axis->in <= 1;
}

static bool fits(const inner_layer_t *layer) {
    return axis_fits(&layer->x) && axis_fits(&layer->y);
}

uint32_t rv32_depth_scratch(const inner_layer_t *layer) {
    if (!fits(layer)) {
        return layers_depth_scratch(layer);
    }
    return 4 * (uint32_t)make_plan(layer).along.axis->out;
}

/* A row at work. */
typedef struct {
    const int8_t *x[3];  /* the first column of each row of the window that lies in the image */
    int32_t step;        /* from column to column */
    int32_t weights[9];  /* column by column */
    int32_t bias;        /* with what the zero point adds */
    int32_t zero;        /* the zero point */
    int32_t pad;         /* 1: the first column is beside the image */
    int32_t whole;       /* outputs whose last column lies in the image */
    int32_t out;         /* outputs: whole, or one more */
} row_t;

/* The next column. The barrier keeps the compiler from using a register for each column's address. */
#define NEXT                                                                 \
    do {                                                                     \
        __asm__ volatile("" : "+r"(x0), "+r"(x1), "+r"(x2) : : "memory");    \
        p = *x0;                                                             \
        q = *x1;                                                             \
        r = *x2;                                                             \
        x0 += step;                                                          \
        x1 += step;                                                          \
        x2 += step;                                                          \
    } while (0)
#define BESIDE (p = q = r = row->zero)

/* What the column is to three sums: their first, second or third one. */
#define FIRST(sum) (sum = bias + p * w0 + q * w1 + r * w2)
#define SECOND(sum) (sum += p * w3 + q * w4 + r * w5)
#define THIRD(sum) (sum += p * w6 + q * w7 + r * w8)

#define ROW                                                                                         \
    const int8_t *x0 = row->x[0], *x1 = row->x[1], *x2 = row->x[2];                                 \
    int32_t w0 = row->weights[0], w1 = row->weights[1], w2 = row->weights[2], w3 = row->weights[3]; \
    int32_t w4 = row->weights[4], w5 = row->weights[5], w6 = row->weights[6], w7 = row->weights[7]; \
    int32_t w8 = row->weights[8], step = row->step, bias = row->bias, left = row->whole;            \
    int32_t p, q, r, s, t

LAYERS_ALONE static void sums_of_row(const row_t *row, int32_t *sums) {
    ROW, u;
    if (row->pad) {
        BESIDE;
    } else {
        NEXT;
    }
    FIRST(s);
    NEXT;
    SECOND(s);
    FIRST(t);
    for (; left >= 3; left -= 3, sums += 3) {
        NEXT;
        sums[0] = THIRD(s);
        SECOND(t);
        FIRST(u);
        NEXT;
        sums[1] = THIRD(t);
        SECOND(u);
        FIRST(s);
        NEXT;
        sums[2] = THIRD(u);
        SECOND(s);
        FIRST(t);
    }
    for (; left > 0; left--, s = t, t = u) {
        NEXT;
        *sums++ = THIRD(s);
        SECOND(t);
        FIRST(u);
    }
    if (row->out > row->whole) {
        BESIDE;
        *sums = THIRD(s);
    }
}

LAYERS_ALONE static void sums_of_row_stride2(const row_t *row, int32_t *sums) {
    ROW;
    if (row->pad) {
        BESIDE;
    } else {
        NEXT;
    }
    FIRST(s);
    for (; left > 0; left--, s = t) {
        NEXT;
        SECOND(s);
        NEXT;
        *sums++ = THIRD(s);
        FIRST(t);
    }
    if (row->out > row->whole) {
        NEXT;
        SECOND(s);
        BESIDE;
        *sums = THIRD(s);
    }
}

static inline void store_row(const inner_scale_t *how, const layers_factor_t *factor, const int32_t *sums, int32_t count, int8_t *out,
                             int32_t step, bool relu) {
    layers_factor_t f = *factor;
    inner_scale_t scale = *how;
    for (const int32_t *end = sums + count; sums < end; sums++, out += step) {
        *out = (int8_t)rv32_scaled((uint32_t)*sums, &f, &scale, relu);
    }
}

LAYERS_ALONE static void store(const inner_scale_t *how, const layers_factor_t *factor, const int32_t *sums, int32_t count, int8_t *out, int32_t step) {
    if (how->low == how->zero_point) {
        store_row(how, factor, sums, count, out, step, true);
    } else {
        store_row(how, factor, sums, count, out, step, false);
    }
}

/* The weights, bias and rows of output row y of one channel: of the rows [first, end) of the window that lie in the image. */
static void set_rows(const depth_t *d, row_t *row, const int8_t *x, const int8_t *w, int32_t bias, int32_t y) {
    const inner_axis_t *across = d->across.axis;
    int32_t begin = y * across->stride - across->pad, sum = 0, offset = d->layer->strip.x_offset;
    for (int32_t i = 0; i < 3; i++, w += d->across.w_step) {
        bool inside = begin + i >= 0 && begin + i < across->in;
        row->x[i] = x + (inside ? begin + i : 0) * d->across.in_step;
        for (int32_t j = 0; j < 3; j++) {
            int32_t weight = inside ? w[j * d->along.w_step] : 0;
            row->weights[3 * j + i] = weight;
            sum += weight;
        }
    }
    row->bias = (int32_t)((uint32_t)bias + (uint32_t)(sum * offset));
}

/* Whether the window of output row y lies in the image from top to bottom. */
static bool is_inside(const inner_axis_t *axis, int32_t y) {
    int32_t begin = y * axis->stride - axis->pad;
    return begin >= 0 && begin + 3 <= axis->in;
}

static void run_channel(const depth_t *d, row_t *row, const int8_t *x, int8_t *out, int32_t c) {
    const inner_strip_t *s = &d->layer->strip;
    const inner_axis_t *along = d->along.axis, *across = d->across.axis;
    layers_factor_t factor = layers_factor(s, c);
    bool ready = false; /* weights and bias are those of a window inside */
    for (int32_t y = 0; y < across->out; y++, out += d->across.out_step) {
        bool inside = is_inside(across, y);
        if (inside && ready) {
            for (int32_t i = 0; i < 3; i++) {
                row->x[i] += across->stride * d->across.in_step;
            }
        } else {
            set_rows(d, row, x, s->w + c, factor.bias, y);
        }
        ready = inside;
        if (along->stride == 1) {
            sums_of_row(row, s->scratch);
        } else {
            sums_of_row_stride2(row, s->scratch);
        }
        store(&s->scale, &factor, s->scratch, along->out, out, d->along.out_step);
    }
}

void rv32_depth(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (!fits(layer)) {
        layers_depth(layer);
        return;
    }
    depth_t d = make_plan(layer);
    const inner_axis_t *along = d.along.axis;
    int32_t whole = (along->in + along->pad - 3 + along->stride) / along->stride; /* 0 if the first one sticks out */
    row_t row = {.step = d.along.in_step, .zero = -s->x_offset, .pad = along->pad, .out = along->out};
    row.whole = whole < along->out ? whole : along->out;
    const int8_t *x = s->x;
    int8_t *out = s->out;
    for (int32_t batch = layer->batches; batch > 0; batch--) {
        for (int32_t c = 0; c < s->channels; c++) {
            run_channel(&d, &row, x + c / s->fan, out + c, c);
        }
        x += layer->y.in * layer->x.in * s->x_step;
        out += layer->y.out * layer->x.out * s->out_step;
    }
}

/* Three rows of planes, for windows that are not done above. */
void layers_depth_3x3(const layers_window_t *window, const int8_t *w) {
    const int16_t *x = window->x;
    int32_t line = window->row_bytes / 2, row = window->w_row, step = window->w_step;
    int8_t *out = window->out;
    for (int32_t rows = window->rows; rows > 0; rows--) {
        for (const int16_t *end = x + window->pair_bytes / 2 + window->odd * window->stride; x < end; x += window->stride) {
            int32_t sum = window->factor.bias;
            for (int32_t i = 0; i < 3; i++) {
                sum += x[i * line] * w[i * row] + x[i * line + 1] * w[i * row + step] + x[i * line + 2] * w[i * row + 2 * step];
            }
            *out = (int8_t)requant_clamp(layers_scale(sum, &window->factor, window->zero_point), window->low, window->high);
            out += window->out_step;
        }
        out += window->out_skip - window->odd * window->out_step;
        x += window->x_skip / 2 - window->odd * window->stride;
    }
}
