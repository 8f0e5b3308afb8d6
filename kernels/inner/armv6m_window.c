/* SPDX-License-Identifier: MIT
 * Depthwise layers on Cortex-M0 and M0+ whose windows are not 3x3 (or whose strides differ): pixel by pixel, four channels
 * at a time, nothing packed. */
#include "armv6m_conv.h"

#define CHANNEL_BYTES 20 /* a sum and a factor */
#define MOST_BYTES (256 * CHANNEL_BYTES)
#define LITTLE_BYTES (16 * CHANNEL_BYTES) /* with little scratch */
#define MARK 1 /* scratch of other depthwise layers is asked for in words */

uint32_t armv6m_window_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    if (s->fan != 1 || s->channels < 4) {
        return 0;
    }
    uint32_t bytes = (uint32_t)s->channels * CHANNEL_BYTES, most = layer->scratch_bytes < ARMV6M_LITTLE ? LITTLE_BYTES : MOST_BYTES;
    return (bytes < most ? bytes : most) + MARK;
}

bool armv6m_is_window(const inner_layer_t *layer) {
    return layer->scratch_bytes & MARK;
}

/* A window's taps that lie in the image, in lines; channels [first, end) of them. */
typedef struct {
    armv6m_window_t line;
    int32_t lines, x_step, w_step; /* from line to line */
    int32_t first, end;            /* channels */
} taps_t;

static taps_t taps_at(const inner_layer_t *layer, const int8_t *image, int32_t y, int32_t x) {
    const inner_strip_t *s = &layer->strip;
    armv6m_cut_t rows = armv6m_cut(&layer->y, y), columns = armv6m_cut(&layer->x, x);
    int32_t x_row = layer->y.dilation * layer->x.in * s->x_step, w_row = layer->x.kernel * s->w_tap;
    int32_t x_column = layer->x.dilation * s->x_step;
    const int8_t *at = image + (rows.in * layer->x.in + columns.in) * s->x_step;
    const int8_t *w = s->w + rows.first * w_row + columns.first * s->w_tap;
    taps_t along = {{at, w, x_column, s->w_tap, s->x_offset, columns.count}, rows.count, x_row, w_row, 0, 0};
    taps_t down = {{at, w, x_row, w_row, s->x_offset, rows.count}, columns.count, x_column, s->w_tap, 0, 0};
    return columns.count == 1 ? down : along;
}

/* Adds one channel of a line. */
static int32_t channel_sum(const armv6m_window_t *line) {
    const int8_t *x = line->x, *w = line->w;
    int32_t sum = 0;
    for (int32_t tap = line->taps; tap > 0; tap--, x += line->x_step, w += line->w_step) {
        sum += (*x + line->x_offset) * *w;
    }
    return sum;
}

static void add_line(const taps_t *taps, int32_t line_number, int32_t *sums) {
    armv6m_window_t line = taps->line;
    line.x += line_number * taps->x_step + taps->first;
    line.w += line_number * taps->w_step + taps->first;
    bool aligned = (((uintptr_t)line.x | (uintptr_t)line.w | (uint32_t)line.x_step | (uint32_t)line.w_step) & 3) == 0;
    int32_t channels = taps->end - taps->first, whole = aligned ? channels & ~3 : 0;
    for (int32_t c = 0; c < whole; c += 4, line.x += 4, line.w += 4) {
        armv6m_window4(&line, sums + c);
    }
    for (int32_t c = whole; c < channels; c++, line.x++, line.w++) {
        sums[c] = (int32_t)((uint32_t)sums[c] + (uint32_t)channel_sum(&line));
    }
}

static void run_pixel(const inner_layer_t *layer, taps_t taps, int32_t *sums) {
    const int32_t *bias = layer->strip.bias;
    for (int32_t c = taps.first; c < taps.end; c++) {
        sums[c - taps.first] = bias ? bias[c] : 0;
    }
    for (int32_t line = 0; line < taps.lines && taps.line.taps > 0; line++) {
        add_line(&taps, line, sums);
    }
}

/* Some channels of all pixels; where the output is the memory of the input, no pixel that is still to be read. */
static void run_channels(const inner_layer_t *layer, int32_t first, int32_t end) {
    const inner_strip_t *s = &layer->strip;
    armv6m_factor_t *factors = s->scratch;
    int32_t *sums = (int32_t *)(void *)(factors + (end - first)), pixels_in = layer->y.in * layer->x.in;
    for (int32_t c = first; c < end; c++) {
        factors[c - first] = armv6m_factor(&s->scale, c);
    }
    armv6m_scale_t scale = {factors, (int8_t *)s->out + first, end - first, sizeof *factors, 1, 4, 0, 1,
                            s->scale.zero_point, s->scale.low, s->scale.high};
    for (int32_t batch = 0; batch < layer->batches; batch++) {
        const int8_t *image = (const int8_t *)s->x + batch * pixels_in * s->x_step;
        for (int32_t y = 0; y < layer->y.out; y++) {
            for (int32_t x = 0; x < layer->x.out; x++, scale.out += s->out_step) {
                taps_t taps = taps_at(layer, image, y, x);
                taps.first = first;
                taps.end = end;
                run_pixel(layer, taps, sums);
                armv6m_scale_any(sums, &scale);
            }
        }
    }
}

void armv6m_window_layer(const inner_layer_t *layer) {
    int32_t channels = layer->strip.channels, most = (int32_t)(layer->scratch_bytes / CHANNEL_BYTES);
    for (int32_t first = 0; first < channels; first += most) {
        run_channels(layer, first, channels - first < most ? channels : first + most);
    }
}
