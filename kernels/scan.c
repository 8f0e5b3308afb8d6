/* SPDX-License-Identifier: MIT
 * Operators that go along one axis element by element: CUMSUM, ARG_MAX, ARG_MIN. */
#include "dims.h"
#include "requant.h"

/* An array seen from one of its axes. */
typedef struct {
    uint32_t outer;
    uint32_t size; /* of the axis */
    uint32_t inner;
} scan_t;

static void scan_from(const tensor_t *input, int32_t axis, scan_t *scan) {
    scan->outer = dims_product(input->dims, 0, (uint32_t)axis);
    scan->size = (uint32_t)input->dims[axis];
    scan->inner = dims_product(input->dims, (uint32_t)axis + 1, input->rank);
}

/* ---- ARG_MAX, ARG_MIN ---------------------------------------------------------------------------------------- */

/* The first index of the largest of n elements, `stride` apart; flip turns their order round: all bits of an integer
 * for the smallest, its sign bit where it is unsigned, and anything but 0 for the smallest float. */
typedef uint32_t (*arg_row_t)(const void *data, uint32_t at, uint32_t n, uint32_t stride, int32_t flip);

#define ARG_ROW(name, type, VALUE, BETTER)                                                                \
    static uint32_t name(const void *data, uint32_t at, uint32_t n, uint32_t stride, int32_t flip) {     \
        const type *x = (const type *)data + at;                                                          \
        type best = VALUE(*x);                                                                            \
        uint32_t found = 0;                                                                               \
        for (uint32_t i = 1; i < n; i++) {                                                                \
            x += stride;                                                                                  \
            type value = VALUE(*x);                                                                       \
            if (BETTER) {                                                                                 \
                best = value;                                                                             \
                found = i;                                                                                \
            }                                                                                             \
        }                                                                                                 \
        return found;                                                                                     \
    }
#define FLIPPED8(value) (int8_t)((value) ^ flip)
#define FLIPPED16(value) (int16_t)((value) ^ flip)
#define FLIPPED32(value) ((value) ^ flip)
#define PLAIN(value) (value)

ARG_ROW(arg_8, int8_t, FLIPPED8, value > best)
ARG_ROW(arg_16, int16_t, FLIPPED16, value > best)
ARG_ROW(arg_32, int32_t, FLIPPED32, value > best)
ARG_ROW(arg_float, float, PLAIN, flip ? value < best : value > best)

static arg_row_t arg_row(unsigned type) {
    switch (type) {
        case TENSOR_INT8:
        case TENSOR_UINT8:
        case TENSOR_BOOL:
            return arg_8;
        case TENSOR_INT16:
            return arg_16;
        case TENSOR_INT32:
            return arg_32;
        case TENSOR_FLOAT32:
            return arg_float;
        default:
            return NULL;
    }
}

typedef struct {
    dims_t out;
    scan_t scan;
} arg_t;

static status_t arg_read(const kernel_ctx_t *ctx, dims_t *plan) {
    const tensor_t *input = kernel_input(ctx, 0);
    int32_t axis;
    TRY(dims_read_axis(ctx, 1, input->rank, &axis));
    scan_from(input, axis, &((arg_t *)plan)->scan);
    plan->rank = input->rank - 1u;
    for (int32_t d = 0; d + 1 < input->rank; d++) {
        plan->size[d] = input->dims[d + (d >= axis)];
    }
    return STATUS_OK;
}

static status_t arg_prepare(kernel_ctx_t *ctx) {
    arg_t arg;
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_integer(ctx, KERNEL_OUTPUT));
    unsigned type = kernel_input(ctx, 0)->type;
    if (arg_row(type) == NULL) {
        return kernel_fail(ctx, STATUS_TYPE, 0, (int32_t)type, TENSOR_INT8);
    }
    return dims_prepare(ctx, 1, arg_read, &arg.out);
}

static status_t arg_invoke(const kernel_ctx_t *ctx, int32_t flip) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    arg_row_t row = arg_row(input->type);
    arg_t arg;
    uint32_t at = 0;
    TRY(dims_check(ctx, arg_read, &arg.out));
    const scan_t scan = arg.scan;
    flip ^= input->type == TENSOR_UINT8 ? -128 : 0;
    for (uint32_t outer = 0; at < output->count; outer++) {
        for (uint32_t inner = 0; inner < scan.inner; inner++) {
            uint32_t first = outer * scan.size * scan.inner + inner;
            uint32_t index = scan.size == 0 ? 0 : row(input->data, first, scan.size, scan.inner, flip);
            dims_store(output, at++, (int32_t)index);
        }
    }
    return STATUS_OK;
}

status_t arg_max_prepare(kernel_ctx_t *ctx) {
    return arg_prepare(ctx);
}

status_t arg_max_invoke(const kernel_ctx_t *ctx) {
    return arg_invoke(ctx, 0);
}

status_t arg_min_prepare(kernel_ctx_t *ctx) {
    return arg_prepare(ctx);
}

status_t arg_min_invoke(const kernel_ctx_t *ctx) {
    return arg_invoke(ctx, -1);
}

/* ---- CUMSUM -------------------------------------------------------------------------------------------------- */

/* int8 sums are kept with 19 fraction bits, as the reference does: bit 20 halved. */
#define SUM_BITS 19

typedef struct {
    int32_t multiplier;
    int32_t shift;
    int32_t input_zero_point;
    int32_t output_zero_point;
} cumsum_params_t;

static status_t cumsum_rescale(kernel_ctx_t *ctx) {
    float input_scale, output_scale;
    cumsum_params_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    TRY(kernel_scale(ctx, 0, &input_scale, &params->input_zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &output_scale, &params->output_zero_point));
    requant_t factor = requant_ratio(input_scale, 1.0f / (1 << SUM_BITS), output_scale);
    if (factor.shift > 0) {
        return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0);
    }
    params->multiplier = factor.multiplier;
    params->shift = factor.shift;
    return STATUS_OK;
}

status_t cumsum_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_same_type(ctx));
    TRY(dims_require_integer(ctx, 1));
    const tensor_t *input = kernel_input(ctx, 0);
    TRY(kernel_set_shape(ctx, 0, input->rank, input->dims));
    kernel_in_place(ctx, 0, 0);
    switch (input->type) {
        case TENSOR_INT8:
            return cumsum_rescale(ctx);
        case TENSOR_INT32:
        case TENSOR_FLOAT32:
            return STATUS_OK;
        default:
            return kernel_fail(ctx, STATUS_TYPE, 0, input->type, TENSOR_INT8);
    }
}

/* One row of n elements, `stride` apart (backwards where negative). */
typedef void (*cumsum_row_t)(const kernel_ctx_t *ctx, uint32_t at, uint32_t n, ptrdiff_t stride, bool exclusive);

static void cumsum_s8(const kernel_ctx_t *ctx, uint32_t at, uint32_t n, ptrdiff_t stride, bool exclusive) {
    const cumsum_params_t *params = ctx->params;
    const int8_t *x = (const int8_t *)kernel_input(ctx, 0)->data + at;
    int8_t *y = (int8_t *)kernel_output(ctx, 0)->data + at;
    /* the reference begins with the stored 0, not with the real one; unsigned: it wraps */
    uint32_t zero_point = (uint32_t)params->input_zero_point, sum = (0u - zero_point) << SUM_BITS;
    for (; n > 0; n--, x += stride, y += stride) {
        uint32_t before = sum;
        sum += ((uint32_t)*x - zero_point) << SUM_BITS;
        int32_t value = requant_apply((int32_t)(exclusive ? before : sum), params->multiplier, params->shift);
        *y = (int8_t)requant_clamp(value + params->output_zero_point, INT8_MIN, INT8_MAX);
    }
}

static void cumsum_s32(const kernel_ctx_t *ctx, uint32_t at, uint32_t n, ptrdiff_t stride, bool exclusive) {
    const uint32_t *x = (const uint32_t *)kernel_input(ctx, 0)->data + at;
    uint32_t *y = (uint32_t *)kernel_output(ctx, 0)->data + at, sum = 0;
    for (; n > 0; n--, x += stride, y += stride) {
        uint32_t before = sum;
        sum += *x;
        *y = exclusive ? before : sum;
    }
}

static void cumsum_f32(const kernel_ctx_t *ctx, uint32_t at, uint32_t n, ptrdiff_t stride, bool exclusive) {
    const float *x = (const float *)kernel_input(ctx, 0)->data + at;
    float *y = (float *)kernel_output(ctx, 0)->data + at, sum = 0;
    for (; n > 0; n--, x += stride, y += stride) {
        float before = sum;
        sum += *x;
        *y = exclusive ? before : sum;
    }
}

status_t cumsum_invoke(const kernel_ctx_t *ctx) {
    const tensor_t *input = kernel_input(ctx, 0);
    bool exclusive = kernel_option_byte(ctx, 0, 0), reverse = kernel_option_byte(ctx, 1, 0);
    cumsum_row_t row = input->type == TENSOR_INT8 ? cumsum_s8 : input->type == TENSOR_INT32 ? cumsum_s32 : cumsum_f32;
    int32_t axis;
    scan_t scan;
    TRY(dims_read_axis(ctx, 1, input->rank, &axis));
    scan_from(input, axis, &scan);
    if (input->count == 0) {
        return STATUS_OK;
    }
    for (uint32_t outer = 0; outer < scan.outer; outer++) {
        for (uint32_t inner = 0; inner < scan.inner; inner++) {
            uint32_t first = outer * scan.size * scan.inner + inner;
            first += reverse ? (scan.size - 1) * scan.inner : 0;
            row(ctx, first, scan.size, reverse ? -(ptrdiff_t)scan.inner : (ptrdiff_t)scan.inner, exclusive);
        }
    }
    return STATUS_OK;
}
