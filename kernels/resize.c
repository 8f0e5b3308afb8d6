/* SPDX-License-Identifier: MIT
 * Operators that resize an image: RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR. */
#include "dims.h"

#define MAX_SIDE (1 << 20) /* so that a side with ten fraction bits fits 31 */

enum { HEIGHT = 1, WIDTH }; /* dims of (n,h,w,c) */

static status_t resize_read(const kernel_ctx_t *ctx, dims_t *plan) {
    const tensor_t *input = kernel_input(ctx, 0), *sizes = kernel_input(ctx, 1);
    TRY(dims_require_count(ctx, 1, 2));
    plan->rank = 4;
    memcpy(plan->size, input->dims, 4 * sizeof plan->size[0]);
    for (unsigned d = HEIGHT; d <= WIDTH; d++) {
        int32_t in = input->dims[d], out = dims_value(sizes, d - HEIGHT);
        plan->size[d] = out;
        if (in < 1 || in > MAX_SIDE || out < 1 || out > MAX_SIDE) {
            return kernel_fail(ctx, STATUS_SIZE, KERNEL_OUTPUT, out, in);
        }
    }
    return STATUS_OK;
}

static status_t resize_prepare(kernel_ctx_t *ctx) {
    dims_t dims;
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_same_type(ctx));
    TRY(kernel_require_rank(ctx, 0, 4, 4));
    return dims_prepare(ctx, 1, resize_read, &dims);
}

static status_t resize_check(const kernel_ctx_t *ctx) {
    dims_t dims;
    return dims_check(ctx, resize_read, &dims);
}

/* ---- RESIZE_NEAREST_NEIGHBOR --------------------------------------------------------------------------------- */

/* The reference works in float: position = round24((x + offset) * round24(in / out)), where round24 rounds to a
 * float's 24 bits, half to even. These are the same bits from integers. */
typedef struct {
    uint32_t mantissa; /* scale = mantissa * 2^-exponent, 24 bits */
    uint32_t exponent;
    uint32_t drop; /* bits that the product has too many; grows with x */
} nearest_t;

/* value / 2^drop, rounded half to even; sticky tells of bits lost before. */
static uint32_t round_even(uint64_t value, uint32_t drop, bool sticky) {
    uint32_t result = (uint32_t)(value >> drop), rest = (uint32_t)value & ((1u << drop) - 1), half = 1u << drop >> 1;
    return result + (drop != 0 && (rest > half || (rest == half && (sticky || (result & 1)))));
}

static void nearest_begin(nearest_t *nearest, uint32_t in, uint32_t out, bool align_corners) {
    if (align_corners && out > 1) {
        in--;
        out--;
    }
    uint32_t quotient = in / out, rest = in % out, exponent = 0;
    while (in != 0 && quotient < UINT32_C(1) << 24) { /* 25 bits: one to round by */
        rest <<= 1;
        quotient = quotient << 1 | (rest >= out);
        rest -= rest >= out ? out : 0;
        exponent++;
    }
    nearest->mantissa = round_even(quotient, 1, rest != 0);
    nearest->exponent = exponent - 1;
    nearest->drop = 0;
}

/* The input index for output index x; half: centres of pixels count. */
static uint32_t nearest_at(nearest_t *nearest, uint32_t x, bool half, bool align_corners, uint32_t in) {
    uint64_t product = (uint64_t)(2 * x + half) * nearest->mantissa; /* doubled, so one bit more to drop */
    while (product >> nearest->drop >= UINT32_C(1) << 24) {
        nearest->drop++;
    }
    uint32_t value = round_even(product, nearest->drop, false), point = nearest->exponent + 1 - nearest->drop;
    uint32_t index = point > 31 ? 0 : value >> point;
    if (align_corners && point <= 31) { /* half away from zero */
        index = (value + (1u << point >> 1)) >> point;
    }
    return index < in ? index : in - 1;
}

status_t resize_nearest_neighbor_prepare(kernel_ctx_t *ctx) {
    return resize_prepare(ctx);
}

status_t resize_nearest_neighbor_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    bool align_corners = kernel_option_byte(ctx, 0, 0), half = kernel_option_byte(ctx, 1, 0);
    uint32_t height = (uint32_t)input->dims[HEIGHT], width = (uint32_t)input->dims[WIDTH];
    TRY(resize_check(ctx));
    uint32_t bytes = (uint32_t)input->dims[3] * input->item_bytes, row_bytes = width * bytes;
    uint32_t last_row = UINT32_MAX, out_row_bytes = (uint32_t)output->dims[WIDTH] * bytes;
    uint8_t *to = output->data;
    nearest_t rows, columns;
    if (output->count == 0) {
        return STATUS_OK;
    }
    nearest_begin(&rows, height, (uint32_t)output->dims[HEIGHT], align_corners);
    nearest_begin(&columns, width, (uint32_t)output->dims[WIDTH], align_corners);
    for (uint32_t n = 0; n < (uint32_t)input->dims[0]; n++) {
        rows.drop = 0;
        for (uint32_t y = 0; y < (uint32_t)output->dims[HEIGHT]; y++) {
            uint32_t row = n * height + nearest_at(&rows, y, half, align_corners, height);
            const uint8_t *from = (const uint8_t *)input->data + row * row_bytes;
            if (row == last_row) {
                memcpy(to, to - out_row_bytes, out_row_bytes);
                to += out_row_bytes;
                continue;
            }
            last_row = row;
            columns.drop = 0;
            for (uint32_t x = 0; x < (uint32_t)output->dims[WIDTH]; x++, to += bytes) {
                memcpy(to, from + nearest_at(&columns, x, half, align_corners, width) * bytes, bytes);
            }
        }
    }
    return STATUS_OK;
}

/* ---- RESIZE_BILINEAR ----------------------------------------------------------------------------------------- */

enum { ALIGN_CORNERS = 2, HALF_PIXEL = 3 }; /* fields of the options */

/* Two neighbouring rows or columns, and how far the wanted place lies between them. */
typedef struct {
    uint32_t low; /* of integers it may lie beyond the edge, where a rounded scale leads */
    uint32_t high;
    union {
        int32_t i; /* 1024 for all the way; outside of 0..1024 beyond the first pixel's centre */
        float f;
    } part;
} between_t;

/* One side of the image: pixels of the input for one of the output. */
typedef struct {
    int32_t last;
    int32_t count; /* of the output */
    union {
        int32_t i; /* 10 fraction bits */
        float f;
    } scale;
    bool half_pixel;
} side_t;

static side_t side_begin(const kernel_ctx_t *ctx, unsigned d) {
    int32_t in = kernel_input(ctx, 0)->dims[d], out = kernel_output(ctx, 0)->dims[d];
    side_t side = {in - 1, out, {0}, kernel_option_byte(ctx, HALF_PIXEL, 0)};
    if (kernel_option_byte(ctx, ALIGN_CORNERS, 0) && out > 1) {
        in--;
        out--;
    }
    if (kernel_input(ctx, 0)->type == TENSOR_FLOAT32) {
        side.scale.f = (float)in / (float)out;
    } else {
        side.scale.i = (int32_t)((((uint32_t)in << 10) + (uint32_t)out / 2) / (uint32_t)out);
    }
    return side;
}

static inline between_t side_integer(const side_t *side, int32_t x) {
    int32_t place = x * side->scale.i + (side->half_pixel ? side->scale.i / 2 - 512 : 0);
    int32_t low = place < 0 ? 0 : place >> 10, high = (place + 1023) >> 10;
    between_t between;
    between.part.i = place - (low << 10);
    between.low = (uint32_t)low;
    between.high = (uint32_t)(high < side->last ? high : side->last);
    return between;
}

static inline between_t side_float(const side_t *side, int32_t x) {
    float place = side->half_pixel ? ((float)x + 0.5f) * side->scale.f - 0.5f : (float)x * side->scale.f;
    int32_t low = (int32_t)place, high = low + (place > (float)low); /* towards zero, which is the least anyway */
    between_t between;
    low = low < side->last ? low : side->last;
    between.part.f = place - (float)low;
    between.low = (uint32_t)low;
    between.high = (uint32_t)(high < side->last ? high : side->last);
    return between;
}

/* The two rows of the input that make one of the output. */
typedef struct {
    const uint8_t *low;
    const uint8_t *high;
    uint32_t low_pixels; /* from there to the input's end */
    uint32_t high_pixels;
    between_t y;
} rows_t;

/* A column beyond the edge is the next row's first one, as the reference reads on; at the very end, where it would
 * read outside of the tensor, it is the last column. */
static inline uint32_t inside(uint32_t x, uint32_t pixels, const side_t *columns) {
    return x < pixels ? x : (uint32_t)columns->last;
}

typedef void (*mix_row_t)(void *out, const rows_t *rows, const side_t *columns, uint32_t channels);

#define MIX_ROW(name, type, SIDE, WEIGH, SUM)                                                                \
    static void name(void *out, const rows_t *rows, const side_t *columns, uint32_t channels) {              \
        const type *low = (const void *)rows->low, *high = (const void *)rows->high;                         \
        type *to = out;                                                                                      \
        for (int32_t i = 0; i < columns->count; i++) {                                                       \
            const between_t x_between = SIDE(columns, i);                                                    \
            const type *p00 = low + inside(x_between.low, rows->low_pixels, columns) * channels;             \
            const type *p10 = high + inside(x_between.low, rows->high_pixels, columns) * channels;           \
            const type *p01 = low + x_between.high * channels, *p11 = high + x_between.high * channels;      \
            WEIGH                                                                                            \
            for (uint32_t c = channels; c > 0; c--, p00++, p01++, p10++, p11++) {                            \
                *to++ = SUM;                                                                                 \
            }                                                                                                \
        }                                                                                                    \
    }

/* Weights of 20 fraction bits; they sum up to 2^20, their sizes to 2^22 at most, so eight bits times them fit 32. */
#define WEIGH_INTEGER                                                                                     \
    int32_t y = rows->y.part.i, x = x_between.part.i;                                                  \
    int32_t w00 = (1024 - y) * (1024 - x), w01 = (1024 - y) * x, w10 = y * (1024 - x), w11 = y * x;
#define WEIGH_FLOAT float y = rows->y.part.f, x = x_between.part.f;

/* Half away from zero. */
static inline int8_t round_s8(int32_t sum) {
    return (int8_t)((sum + (1 << 19) - (sum < 0)) >> 20);
}

static inline int16_t round_s16(int64_t sum) {
    return (int16_t)((sum + (1 << 19) - (sum < 0)) >> 20);
}

MIX_ROW(mix_s8, int8_t, side_integer, WEIGH_INTEGER, round_s8(*p00 * w00 + *p01 * w01 + *p10 * w10 + *p11 * w11))
MIX_ROW(mix_s16, int16_t, side_integer, WEIGH_INTEGER,
        round_s16((int64_t)*p00 * w00 + (int64_t)*p01 * w01 + (int64_t)*p10 * w10 + (int64_t)*p11 * w11))
MIX_ROW(mix_f32, float, side_float, WEIGH_FLOAT,
        *p00 * (1 - y) * (1 - x) + *p10 * y * (1 - x) + *p01 * (1 - y) * x + *p11 * y * x)

static mix_row_t mix_row(unsigned type) {
    switch (type) {
        case TENSOR_INT8:
            return mix_s8;
        case TENSOR_INT16:
            return mix_s16;
        case TENSOR_FLOAT32:
            return mix_f32;
        default:
            return NULL;
    }
}

status_t resize_bilinear_prepare(kernel_ctx_t *ctx) {
    TRY(resize_prepare(ctx));
    unsigned type = kernel_input(ctx, 0)->type;
    if (mix_row(type) == NULL) {
        return kernel_fail(ctx, STATUS_TYPE, 0, (int32_t)type, TENSOR_INT8);
    }
    if (kernel_option_byte(ctx, ALIGN_CORNERS, 0) && kernel_option_byte(ctx, HALF_PIXEL, 0)) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, 1, HALF_PIXEL);
    }
    return STATUS_OK;
}

status_t resize_bilinear_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    TRY(resize_check(ctx));
    side_t lines = side_begin(ctx, HEIGHT), columns = side_begin(ctx, WIDTH);
    mix_row_t mix = mix_row(input->type);
    uint32_t channels = (uint32_t)input->dims[3], pixel_bytes = channels * input->item_bytes;
    uint32_t width = (uint32_t)input->dims[WIDTH], row_bytes = width * pixel_bytes;
    uint32_t first = 0, all = (uint32_t)input->dims[0] * (uint32_t)input->dims[HEIGHT]; /* rows */
    uint8_t *to = output->data;
    for (; first < all && output->count != 0; first += (uint32_t)input->dims[HEIGHT]) {
        for (int32_t i = 0; i < lines.count; i++, to += pixel_bytes * (uint32_t)columns.count) {
            rows_t rows;
            rows.y = input->type == TENSOR_FLOAT32 ? side_float(&lines, i) : side_integer(&lines, i);
            uint32_t low = first + rows.y.low, high = first + rows.y.high;
            low = low < all ? low : first + (uint32_t)lines.last;
            rows.low = (const uint8_t *)input->data + low * row_bytes;
            rows.high = (const uint8_t *)input->data + high * row_bytes;
            rows.low_pixels = (all - low) * width;
            rows.high_pixels = (all - high) * width;
            mix(to, &rows, &columns, channels);
        }
    }
    return STATUS_OK;
}
