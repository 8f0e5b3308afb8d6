/* SPDX-License-Identifier: MIT
 * Operators that reduce an array over some of its axes: MEAN, SUM, REDUCE_MAX, REDUCE_MIN, REDUCE_ALL. */
#include "dims.h"
#include "requant.h"

#define GROUPS ((KERNEL_MAX_RANK + 1) / 2)

enum { KEPT, GONE };

#define FLOAT_LARGEST 3.40282347e+38f /* where the reference starts a minimum, so an infinity never wins it */

/* Neighbouring axes of one kind act as one; entry 0 is the innermost group. Strides count elements. */
typedef struct {
    uint32_t size[2][GROUPS];
    uint32_t stride[2][GROUPS];
} walk_t;

/* Running value of one output element. */
typedef union {
    int32_t i;
    float f;
} value_t;

/* Takes n more elements, `stride` apart, into the running value; flip -1 turns a maximum into a minimum. */
typedef void (*row_t)(value_t *value, const void *data, uint32_t at, uint32_t n, uint32_t stride, int32_t flip);

typedef struct {
    row_t row;
    value_t start;
    int32_t flip;
} reduce_t;

/* ---- axes ---------------------------------------------------------------------------------------------------- */

typedef struct {
    dims_t out;
    uint32_t gone; /* reduced axes, as bits */
} axes_t;

static status_t axes_read(const kernel_ctx_t *ctx, dims_t *plan) {
    const tensor_t *input = kernel_input(ctx, 0), *axes = kernel_input(ctx, 1);
    bool keep = kernel_option_byte(ctx, 0, 0);
    uint32_t gone = 0;
    for (uint32_t i = 0; i < axes->count && input->rank != 0; i++) {
        int32_t axis = dims_value(axes, i);
        TRY(dims_axis(ctx, 1, input->rank, &axis));
        gone |= UINT32_C(1) << axis;
    }
    plan->rank = 0;
    for (unsigned d = 0; d < input->rank; d++) {
        bool one = gone >> d & 1;
        if (keep || !one) {
            plan->size[plan->rank++] = one ? 1 : input->dims[d];
        }
    }
    ((axes_t *)plan)->gone = gone;
    return STATUS_OK;
}

static void plan_walk(const tensor_t *input, uint32_t gone, walk_t *walk) {
    uint32_t stride = 1, last = 2, used[2] = {0, 0};
    for (unsigned g = 0; g < GROUPS; g++) {
        walk->size[KEPT][g] = walk->size[GONE][g] = 1;
        walk->stride[KEPT][g] = walk->stride[GONE][g] = 0;
    }
    for (unsigned d = input->rank; d-- > 0;) {
        uint32_t kind = gone >> d & 1, size = (uint32_t)input->dims[d];
        if (size == 1) {
            continue;
        }
        if (kind != last) {
            walk->stride[kind][used[kind]++] = stride;
        }
        walk->size[kind][used[kind] - 1] *= size;
        stride *= size;
        last = kind;
    }
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

#define ROW(name, type, statement)                                                                                  \
    static void name(value_t *value, const void *data, uint32_t at, uint32_t n, uint32_t stride, int32_t flip) {   \
        const type *x = (const type *)data + at;                                                                    \
        value_t v = *value;                                                                                         \
        (void)flip;                                                                                                 \
        for (; n > 0; n--, x += stride) {                                                                           \
            statement;                                                                                              \
        }                                                                                                           \
        *value = v;                                                                                                 \
    }

/* unsigned: a sum wraps as in the reference */
#define ROW_SUM(name, type) ROW(name, type, v.i = (int32_t)((uint32_t)v.i + (uint32_t)*x))
#define ROW_MAX(name, type) ROW(name, type, if ((*x ^ flip) > v.i) v.i = *x ^ flip)

ROW_SUM(sum_s8, int8_t)
ROW_SUM(sum_s16, int16_t)
ROW_SUM(sum_s32, int32_t)
ROW(sum_f32, float, v.f += *x)

static row_t sum_row(unsigned type) {
    switch (type) {
        case TENSOR_INT8:
            return sum_s8;
        case TENSOR_INT16:
            return sum_s16;
        case TENSOR_INT32:
            return sum_s32;
        case TENSOR_FLOAT32:
            return sum_f32;
        default:
            return NULL;
    }
}

/* ---- the walk ------------------------------------------------------------------------------------------------ */

/* Writes a running value as output element `at`. */
typedef void (*store_t)(const kernel_ctx_t *ctx, value_t value, uint32_t at);

static void store_integer(const tensor_t *output, int32_t value, uint32_t at) {
    switch (output->type) {
        case TENSOR_INT16:
            ((int16_t *)output->data)[at] = (int16_t)value;
            break;
        case TENSOR_INT32:
        case TENSOR_FLOAT32: /* its bits */
            ((int32_t *)output->data)[at] = value;
            break;
        default:
            ((int8_t *)output->data)[at] = (int8_t)value;
            break;
    }
}

static void walk_input(const kernel_ctx_t *ctx, const walk_t *walk, const reduce_t *reduce, store_t store) {
    const uint32_t *kept = walk->size[KEPT], *gone = walk->size[GONE];
    const uint32_t *kept_by = walk->stride[KEPT], *gone_by = walk->stride[GONE];
    const void *data = kernel_input(ctx, 0)->data;
    uint32_t index[GROUPS] = {0}, outputs = kernel_output(ctx, 0)->count;
    for (uint32_t at = 0; at < outputs; at++) {
        value_t value = reduce->start;
        uint32_t base = index[0] * kept_by[0] + index[1] * kept_by[1] + index[2] * kept_by[2];
        for (uint32_t g2 = 0; g2 < gone[2]; g2++) {
            for (uint32_t g1 = 0; g1 < gone[1]; g1++) {
                reduce->row(&value, data, base + g2 * gone_by[2] + g1 * gone_by[1], gone[0], gone_by[0], reduce->flip);
            }
        }
        store(ctx, value, at);
        for (unsigned g = 0; g < GROUPS && ++index[g] == kept[g]; g++) {
            index[g] = 0;
        }
    }
}

/* Arity, types and shape, the same for all of the family. */
static status_t reduce_prepare(kernel_ctx_t *ctx) {
    axes_t axes;
    TRY(kernel_arity(ctx, 2, 2, 1));
    TRY(dims_require_same_type(ctx));
    return dims_prepare(ctx, 1, axes_read, &axes.out);
}

static status_t reduce_invoke(const kernel_ctx_t *ctx, const reduce_t *reduce, store_t store) {
    walk_t walk;
    axes_t axes;
    TRY(dims_check(ctx, axes_read, &axes.out));
    plan_walk(kernel_input(ctx, 0), axes.gone, &walk);
    if (kernel_input(ctx, 0)->count == 0) { /* no rows at all, however many there are beside a zero-sized axis */
        walk.size[GONE][GROUPS - 1] = 0;
    }
    walk_input(ctx, &walk, reduce, store);
    return STATUS_OK;
}

/* ---- MEAN, SUM ----------------------------------------------------------------------------------------------- */

typedef struct {
    int32_t multiplier;
    int32_t shift;
    int32_t offset; /* zero point times the number of reduced elements, wrapped */
    int32_t zero_point;
} sum_params_t;

/* Elements of the input that make one of the output. */
static uint32_t reduced_count(const kernel_ctx_t *ctx) {
    uint32_t outputs = kernel_output(ctx, 0)->count;
    return outputs ? kernel_input(ctx, 0)->count / outputs : 0;
}

/* multiplier * 2^shift / divisor, where 2^shift <= divisor < 2^31: long division, as no 64-bit one is at hand. */
static int32_t divide_multiplier(int32_t multiplier, int32_t shift, uint32_t divisor) {
    uint32_t quotient = (uint32_t)multiplier / divisor, rest = (uint32_t)multiplier % divisor;
    for (; shift > 0; shift--) {
        rest <<= 1;
        quotient = quotient << 1 | (rest >= divisor);
        rest -= rest >= divisor ? divisor : 0;
    }
    return (int32_t)quotient;
}

/* The factor input scale / output scale, for a mean with the division worked in as the reference does. */
static status_t sum_rescale(kernel_ctx_t *ctx, bool mean) {
    float input_scale, output_scale;
    int32_t zero_point;
    uint32_t count = reduced_count(ctx);
    sum_params_t *params = kernel_params(ctx, sizeof *params);
    if (params == NULL) {
        return STATUS_RECORDS;
    }
    TRY(kernel_scale(ctx, 0, &input_scale, &zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &output_scale, &params->zero_point));
    requant_t factor = requant_ratio(input_scale, 1.0f, output_scale);
    if (factor.shift > 30) {
        return kernel_fail(ctx, STATUS_SCALES, KERNEL_OUTPUT, 0, 0);
    }
    params->offset = (int32_t)((uint32_t)zero_point * count);
    if (mean && count != 0) {
        int32_t shift = 0;
        while (shift < 31 + factor.shift && count >> shift > 1) {
            shift++;
        }
        factor.multiplier = divide_multiplier(factor.multiplier, shift, count);
        factor.shift -= shift;
    }
    params->multiplier = factor.multiplier;
    params->shift = factor.shift;
    return STATUS_OK;
}

static void sum_store(const kernel_ctx_t *ctx, value_t value, uint32_t at) {
    const sum_params_t *params = ctx->params;
    const tensor_t *output = kernel_output(ctx, 0);
    int32_t sum = value.i, low = output->type == TENSOR_INT8 ? INT8_MIN : INT16_MIN;
    if (params != NULL) { /* unsigned: a hostile zero point or scale wraps */
        sum = requant_apply((int32_t)((uint32_t)sum - (uint32_t)params->offset), params->multiplier, params->shift);
        sum = requant_clamp((int32_t)((uint32_t)sum + (uint32_t)params->zero_point), low, ~low);
    }
    store_integer(output, sum, at);
}

static void mean_store_f32(const kernel_ctx_t *ctx, value_t value, uint32_t at) {
    ((float *)kernel_output(ctx, 0)->data)[at] = value.f / (float)reduced_count(ctx);
}

static status_t sum_invoke_as(const kernel_ctx_t *ctx, store_t store) {
    const tensor_t *input = kernel_input(ctx, 0), *output = kernel_output(ctx, 0);
    reduce_t reduce = {sum_row(input->type), {0}, 0};
    if (input->count == 0) { /* nothing summed is 0 as stored, whatever the zero point */
        memset(output->data, 0, kernel_bytes(output));
        return STATUS_OK;
    }
    return reduce_invoke(ctx, &reduce, store);
}

status_t mean_prepare(kernel_ctx_t *ctx) {
    TRY(reduce_prepare(ctx));
    unsigned type = kernel_input(ctx, 0)->type;
    switch (type) {
        case TENSOR_INT8:
        case TENSOR_INT16:
            return sum_rescale(ctx, true);
        default:
            return kernel_require_type(ctx, 0, TENSOR_FLOAT32);
    }
}

status_t mean_invoke(const kernel_ctx_t *ctx) {
    return sum_invoke_as(ctx, ctx->params != NULL ? sum_store : mean_store_f32);
}

status_t sum_prepare(kernel_ctx_t *ctx) {
    TRY(reduce_prepare(ctx));
    unsigned type = kernel_input(ctx, 0)->type;
    if (sum_row(type) == NULL) {
        return kernel_fail(ctx, STATUS_TYPE, 0, (int32_t)type, TENSOR_INT8);
    }
    return kernel_input(ctx, 0)->item_bytes <= 2 ? sum_rescale(ctx, false) : STATUS_OK;
}

status_t sum_invoke(const kernel_ctx_t *ctx) {
    return sum_invoke_as(ctx, sum_store);
}

/* ---- REDUCE_MAX, REDUCE_MIN, REDUCE_ALL ---------------------------------------------------------------------- */

/* An integer minimum is the complement of the maximum of the complements. */
ROW_MAX(max_s8, int8_t)
ROW_MAX(max_s16, int16_t)
ROW_MAX(max_s32, int32_t)
ROW(max_f32, float, if (flip ? *x < v.f : *x > v.f) v.f = *x)
ROW(all_bool, uint8_t, v.i &= *x != 0)

static row_t max_row(unsigned type) {
    switch (type) {
        case TENSOR_INT8:
            return max_s8;
        case TENSOR_INT16:
            return max_s16;
        case TENSOR_INT32:
            return max_s32;
        case TENSOR_FLOAT32:
            return max_f32;
        default:
            return NULL;
    }
}

static void value_store(const kernel_ctx_t *ctx, value_t value, uint32_t at) {
    store_integer(kernel_output(ctx, 0), value.i, at);
}

static void flipped_store(const kernel_ctx_t *ctx, value_t value, uint32_t at) {
    store_integer(kernel_output(ctx, 0), ~value.i, at);
}

static status_t max_prepare(kernel_ctx_t *ctx) {
    TRY(reduce_prepare(ctx));
    unsigned type = kernel_input(ctx, 0)->type;
    if (max_row(type) == NULL) {
        return kernel_fail(ctx, STATUS_TYPE, 0, (int32_t)type, TENSOR_INT8);
    }
    if (kernel_input(ctx, 0)->item_bytes <= 2) {
        TRY(dims_require_same_scale(ctx, 0, KERNEL_OUTPUT));
    }
    return STATUS_OK;
}

static status_t max_invoke(const kernel_ctx_t *ctx, int32_t flip) {
    unsigned type = kernel_input(ctx, 0)->type;
    reduce_t reduce = {max_row(type), {0}, flip};
    if (type == TENSOR_FLOAT32) {
        reduce.start.f = flip ? FLOAT_LARGEST : -FLOAT_LARGEST;
        return reduce_invoke(ctx, &reduce, value_store);
    }
    reduce.start.i = type == TENSOR_INT8 ? INT8_MIN : type == TENSOR_INT16 ? INT16_MIN : INT32_MIN;
    return reduce_invoke(ctx, &reduce, flip ? flipped_store : value_store);
}

status_t reduce_max_prepare(kernel_ctx_t *ctx) {
    return max_prepare(ctx);
}

status_t reduce_max_invoke(const kernel_ctx_t *ctx) {
    return max_invoke(ctx, 0);
}

status_t reduce_min_prepare(kernel_ctx_t *ctx) {
    return max_prepare(ctx);
}

status_t reduce_min_invoke(const kernel_ctx_t *ctx) {
    return max_invoke(ctx, -1);
}

status_t reduce_all_prepare(kernel_ctx_t *ctx) {
    TRY(reduce_prepare(ctx));
    return kernel_require_type(ctx, 0, TENSOR_BOOL);
}

status_t reduce_all_invoke(const kernel_ctx_t *ctx) {
    reduce_t reduce = {all_bool, {1}, 0};
    return reduce_invoke(ctx, &reduce, value_store);
}
