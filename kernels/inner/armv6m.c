/* SPDX-License-Identifier: MIT
 * Whole layers on Cortex-M0 and M0+: convolutions and matrix products are packed and handed to armv6m_dot.S, block by
 * block of outputs and five pixels at a time. What does not fit is left to the strips of portable.c. */
#include "armv6m.h"

#include <stdbool.h>
#include <string.h>

#define LEAST_PIXELS 3             /* below, packing the weights costs more than it gains */
#define STREAM_MOST_BYTES 32768    /* of packed weights and their sums at a time */
#define MOST_PRODUCTS (1 << 28)    /* the sum of a window's products, with every x + x_offset within 256 */
#define SUMS_BYTES (4 * ARMV6M_PIXELS)

/* ---- prepare ---------------------------------------------------------------------------------------------------------- */

static uint32_t magnitude(int32_t x) {
    return x < 0 ? 0 - (uint32_t)x : (uint32_t)x;
}

/* Bytes of the row's stream with its sums; 0 if a pair of weights or the sum of the products may overflow. */
static uint32_t row_bytes(const int8_t *w, int32_t count) {
    uint32_t words = 3, piece = 0, all = 0;
    for (int32_t i = 0; i < count; i += 4) {
        uint32_t sum = 0;
        for (int32_t j = i; j < i + 4 && j < count; j++) {
            sum += magnitude(w[j]);
            if (w[j] == -128 && j >= i + 2 && w[j - 2] == -128) {
                return 0;
            }
        }
        all += sum;
        if (sum > 255) {
            words += 3;
            piece = 0;
        } else {
            words += piece == 0 ? 3 : 2;
            piece = (piece + 1) % ARMV6M_MOST_GROUPS;
        }
    }
    return all > MOST_PRODUCTS / 256 ? 0 : 4 * words + SUMS_BYTES;
}

static bool is_relu(const inner_scale_t *scale) {
    return scale->low == scale->zero_point;
}

/* Whether armv6m_scale.S may scale the sums: dead channels with a multiplier of 0 and a large bias are common. */
static bool sums_fit(const inner_strip_t *s) {
    const int32_t *bias = s->bias;
    uint32_t most = (is_relu(&s->scale) ? ARMV6M_MOST_SUM_RELU : ARMV6M_MOST_SUM) - MOST_PRODUCTS;
    for (int32_t c = 0; c < s->channels; c++) {
        int32_t i = c & s->scale.mask;
        bool shift_fits = s->scale.shift[i] < 0 || (s->scale.shift[i] == 0 && (is_relu(&s->scale) || s->scale.multiplier[i] == 0));
        if (!shift_fits || (bias != NULL && magnitude(bias[c]) > most)) {
            return false;
        }
    }
    return true;
}

static uint32_t padded(const inner_layer_t *layer) {
    return (uint32_t)(layer->strip.w_channel + 3) & ~3u;
}

/* Most bytes that a row's stream may have, and the exit. */
static uint32_t most_row_bytes(uint32_t count) {
    return 12 + 3 * count + SUMS_BYTES + 8;
}

static uint32_t conv_scratch(const inner_layer_t *layer) {
    const inner_strip_t *s = &layer->strip;
    uint32_t count = padded(layer), bytes = 0;
    if (layer->y.out * layer->x.out * layer->batches < LEAST_PIXELS || count > 0x4000) {
        return 0;
    }
    for (int32_t c = 0; c < s->channels; c++) {
        uint32_t one = row_bytes(s->w + c * s->w_channel, s->w_channel);
        if (one == 0) {
            return 0;
        }
        bytes += one;
    }
    bytes += most_row_bytes(count);
    if (bytes > STREAM_MOST_BYTES) {
        bytes = STREAM_MOST_BYTES > most_row_bytes(count) ? STREAM_MOST_BYTES : most_row_bytes(count);
    }
    return bytes + count * 2 * ARMV6M_PIXELS + count; /* and the pixels' words, and one pixel's bytes */
}

uint32_t inner_layer_scratch(const inner_layer_t *layer) {
    if (!sums_fit(&layer->strip)) {
        return 0;
    }
    return layer->strip.fan ? armv6m_depth_scratch(layer) : conv_scratch(layer);
}

/* ---- packing weights --------------------------------------------------------------------------------------------------- */

#define LOW_BYTES 0x00ff00ffu
#define BIASED 0x80808080u

/* The sum of the absolute values of four bytes. */
static uint32_t magnitudes(uint32_t bytes) {
    uint32_t negative = bytes >> 7 & 0x01010101u;
    uint32_t all = (bytes ^ ((negative << 8) - negative)) + negative;
    all = (all & LOW_BYTES) + (all >> 8 & LOW_BYTES);
    return (all + (all >> 16)) & 0xffff;
}

/* Some models have outputs without weights. */
static bool is_zero(const uint32_t *w, const uint32_t *end) {
    while (w != end && *w == 0) {
        w++;
    }
    return w == end;
}

/* Appends one output's weights. */
static uint32_t *pack_row(uint32_t *at, const armv6m_code_t *code, const uint32_t *w, uint32_t groups, int32_t x_offset,
                          int32_t bias) {
    uint32_t base = (uint32_t)(uintptr_t)code, used = 0, total = 0;
    uint32_t *jump = at, *bias_at = at + 1;
    const uint32_t *end = w + groups;
    at += 2;
    groups = is_zero(w, end) ? 0 : groups;
    for (w = end - groups; w != end; w++) {
        uint32_t low = (*w ^ BIASED) & LOW_BYTES, high = (*w ^ BIASED) >> 8 & LOW_BYTES;
        total += ((low + high) & 0xffff) + ((low + high) >> 16);
        bool wide = magnitudes(*w) > 255;
        if (used != 0 && (wide || used == ARMV6M_MOST_GROUPS)) {
            *jump = base + code->groups_end - used * code->group_bytes;
            jump = at++;
            used = 0;
        }
        at[0] = (low >> 16 | low << 16) - 0x00800080;
        at[1] = (high >> 16 | high << 16) - 0x00800080;
        at += 2;
        used++;
        if (wide) {
            *jump = base + code->wide;
            jump = at++;
            used = 0;
        }
    }
    if (used != 0) {
        *jump = base + code->groups_end - used * code->group_bytes;
        jump = at++;
    }
    *jump = base + code->done;
    *bias_at = (uint32_t)bias + (uint32_t)x_offset * (total - 128 * 4 * groups);
    return at;
}

/* ---- packing activations ----------------------------------------------------------------------------------------------- */

/* One layer at work. */
typedef struct {
    const inner_layer_t *layer;
    uint32_t count;    /* bytes of a window, a multiple of 4 */
    uint32_t *words;   /* five packed pixels */
    int8_t *row;       /* a window's bytes, or weights, where they are not aligned */
    uint32_t *stream;
    uint32_t *end;     /* of stream and sums */
    int32_t batch, y, x; /* of the next pixel */
} conv_t;

static void copy(int8_t *to, const int8_t *from, int32_t count) {
    while (--count >= 0) {
        *to++ = *from++;
    }
}

static void fill(int8_t *to, int8_t value, int32_t count) {
    while (--count >= 0) {
        *to++ = value;
    }
}

/* Where a pixel of the image begins. */
static const int8_t *pixel_at(const conv_t *conv, int32_t y, int32_t x) {
    const inner_layer_t *layer = conv->layer;
    return (const int8_t *)layer->strip.x + ((conv->batch * layer->y.in + y) * layer->x.in + x) * layer->strip.x_step;
}

static bool inside(const inner_axis_t *axis, int32_t at) {
    return at >= 0 && at < axis->in;
}

/* The bytes of one window; padding is the zero point. */
static void gather(const conv_t *conv, int8_t *to) {
    const inner_axis_t *ay = &conv->layer->y, *ax = &conv->layer->x;
    int32_t depth = conv->layer->strip.x_step;
    int8_t zero = (int8_t)-conv->layer->strip.x_offset;
    int32_t first = conv->x * ax->stride - ax->pad;
    bool whole = ax->dilation == 1 && first >= 0 && first + ax->kernel <= ax->in;
    for (int32_t ky = 0, y = conv->y * ay->stride - ay->pad; ky < ay->kernel; ky++, y += ay->dilation) {
        if (whole && inside(ay, y)) {
            copy(to, pixel_at(conv, y, first), ax->kernel * depth);
            to += ax->kernel * depth;
            continue;
        }
        for (int32_t kx = 0, x = first; kx < ax->kernel; kx++, x += ax->dilation, to += depth) {
            if (inside(ay, y) && inside(ax, x)) {
                copy(to, pixel_at(conv, y, x), depth);
            } else {
                fill(to, zero, depth);
            }
        }
    }
}

/* The words of one window, pixel i of five. */
static void pack_pixel(const conv_t *conv, int32_t i) {
    const inner_axis_t *ay = &conv->layer->y, *ax = &conv->layer->x;
    const int8_t *bytes = conv->row;
    if (ay->kernel == 1 && ax->kernel == 1 && ay->pad == 0 && ax->pad == 0 && conv->layer->strip.x_step % 4 == 0) {
        bytes = pixel_at(conv, conv->y * ay->stride, conv->x * ax->stride);
    } else {
        gather(conv, conv->row);
    }
    armv6m_pack_x(bytes, conv->words + 2 * i, (int32_t)conv->count / 4, 8 * ARMV6M_PIXELS);
}

static void step(conv_t *conv) {
    if (++conv->x == conv->layer->x.out) {
        conv->x = 0;
        if (++conv->y == conv->layer->y.out) {
            conv->y = 0;
            conv->batch++;
        }
    }
}

void armv6m_scale_any(armv6m_scale_t *arguments) {
    if (arguments->low == arguments->zero_point) {
        armv6m_scale_relu(arguments);
    } else {
        armv6m_scale(arguments);
    }
}

/* ---- invoke --------------------------------------------------------------------------------------------------------------- */

/* Packs outputs from `first` on as long as there is room for streams and sums; gives the first one left. */
static int32_t pack_outputs(conv_t *conv, int32_t first) {
    const inner_strip_t *s = &conv->layer->strip;
    const armv6m_code_t *code = armv6m_dot5_code();
    const int32_t *bias = s->bias;
    uint32_t *at = conv->stream, *end = conv->end;
    int32_t c = first;
    for (; c < s->channels && (uint32_t)((char *)end - (char *)at) >= most_row_bytes(conv->count); c++, end -= ARMV6M_PIXELS) {
        const int8_t *w = s->w + c * s->w_channel;
        if ((uintptr_t)w % 4 != 0 || s->w_channel % 4 != 0) {
            copy(conv->row, w, s->w_channel);
            fill(conv->row + s->w_channel, 0, (int32_t)conv->count - s->w_channel);
            w = conv->row;
        }
        at = pack_row(at, code, (const uint32_t *)(const void *)w, conv->count / 4, s->x_offset, bias ? bias[c] : 0);
    }
    at[0] = (uint32_t)(uintptr_t)code + code->exit;
    at[1] = 0;
    return c;
}

/* Packed outputs [first, last) of all pixels. */
static void run_outputs(conv_t *conv, int32_t first, int32_t last) {
    const inner_layer_t *layer = conv->layer;
    const inner_strip_t *s = &layer->strip;
    int32_t left = layer->batches * layer->y.out * layer->x.out;
    int32_t *sums = (int32_t *)conv->end - (last - first) * ARMV6M_PIXELS;
    int8_t *out = (int8_t *)s->out + first;
    int32_t factor = first & s->scale.mask;
    conv->batch = conv->y = conv->x = 0;
    for (; left > 0; left -= ARMV6M_PIXELS, out += ARMV6M_PIXELS * s->out_step) {
        int32_t pixels = left < ARMV6M_PIXELS ? left : ARMV6M_PIXELS;
        for (int32_t i = 0; i < pixels; i++, step(conv)) {
            pack_pixel(conv, i);
        }
        armv6m_dot5(conv->stream, conv->words, sums);
        armv6m_scale_t scale = {sums, out, s->scale.multiplier + factor, s->scale.shift + factor, pixels, SUMS_BYTES, s->out_step,
                                last - first, 1, -s->scale.mask, s->scale.zero_point, s->scale.low, s->scale.high};
        armv6m_scale_any(&scale);
    }
}

static void run_conv(const inner_layer_t *layer) {
    conv_t conv = {.layer = layer, .count = padded(layer)};
    char *scratch = layer->strip.scratch;
    conv.words = (uint32_t *)(void *)scratch;
    conv.row = (int8_t *)(scratch + conv.count * 2 * ARMV6M_PIXELS);
    conv.stream = (uint32_t *)(void *)(conv.row + conv.count);
    conv.end = (uint32_t *)(void *)(scratch + (layer->scratch_bytes & ~3u));
    for (int32_t first = 0, last; first < layer->strip.channels; first = last) {
        last = pack_outputs(&conv, first);
        run_outputs(&conv, first, last);
    }
}

void inner_layer(const inner_layer_t *layer) {
    if (layer->strip.fan) {
        armv6m_depth_layer(layer);
    } else {
        run_conv(layer);
    }
}

/* ---- sums of two operands --------------------------------------------------------------------------------------------- */

#define SUMS_AT_ONCE (INNER_SUM_MORE / 4)

uint32_t inner_sum_scratch(void) {
    return INNER_SUM_TABLES + INNER_SUM_MORE;
}

void inner_sum_s8(const inner_sum_t *sum) {
    for (int32_t i = 0; i < sum->count; i += SUMS_AT_ONCE) {
        int32_t n = sum->count - i < SUMS_AT_ONCE ? sum->count - i : SUMS_AT_ONCE;
        const inner_scale_t *scale = &sum->scale;
        armv6m_add_t add = {sum->a + i, sum->b + i, sum->scratch, sum->first, sum->second, n};
        armv6m_scale_t all = {sum->scratch, sum->out + i, scale->multiplier, scale->shift, n, 0, 1, 1, 0, 0,
                              scale->zero_point, scale->low, scale->high};
        armv6m_add(&add);
        armv6m_scale_any(&all);
    }
}
