/* SPDX-License-Identifier: MIT
 * SVDF for int8: every filter shifts its row of the state, appends its feature, and weighs the row in time. The state
 * is a variable tensor of int16 or int8. */
#include "clamp.h"
#include "requant.h"
#include "weighted.h"

enum { X_PORT, FEATURE_PORT, TIME_PORT, BIAS_PORT, STATE_PORT };
enum { OPTION_RANK = 0 };

/* One factor for all channels. */
typedef struct {
    inner_scale_t scale;
    int32_t multiplier;
    int8_t shift;
} factor_t;

typedef struct {
    factor_t feature, output;
    int32_t rank; /* filters summed into one output */
    int32_t x_offset;
} svdf_params_t;

/* input (n,k), feature weights (f,k), time weights (f,m), bias (f / rank), state (n, f * m), output (n, f / rank) */
static status_t check_shapes(const kernel_ctx_t *ctx, int32_t rank) {
    static const uint8_t ports[] = {X_PORT, FEATURE_PORT, TIME_PORT, STATE_PORT};
    for (unsigned i = 0; i < sizeof ports; i++) {
        TRY(kernel_require_rank(ctx, ports[i], 2, 2));
    }
    const int32_t *x = kernel_input(ctx, X_PORT)->dims;
    const tensor_t *time = kernel_input(ctx, TIME_PORT), *bias = kernel_input(ctx, BIAS_PORT);
    int32_t filters = time->dims[0];
    if (rank < 1 || filters % rank != 0) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, rank, OPTION_RANK);
    }
    if (time->dims[1] < 1) {
        return kernel_fail(ctx, STATUS_SIZE, TIME_PORT, 0, 1);
    }
    TRY(weighted_require_size(ctx, FEATURE_PORT, 0, filters));
    TRY(weighted_require_size(ctx, FEATURE_PORT, 1, x[1]));
    TRY(weighted_require_size(ctx, STATE_PORT, 0, x[0]));
    TRY(weighted_require_size(ctx, STATE_PORT, 1, (int32_t)time->count));
    if (bias == NULL) {
        return STATUS_OK;
    }
    TRY(kernel_require_rank(ctx, BIAS_PORT, 1, 1));
    TRY(kernel_require_type(ctx, BIAS_PORT, TENSOR_INT32));
    return weighted_require_size(ctx, BIAS_PORT, 0, filters / rank);
}

static status_t check_types(const kernel_ctx_t *ctx) {
    TRY(weighted_types(ctx, X_PORT, TENSOR_INT8));
    TRY(kernel_require_type(ctx, X_PORT, TENSOR_INT8));
    unsigned type = kernel_input(ctx, STATE_PORT)->type;
    if (type != TENSOR_INT16) {
        TRY(kernel_require_type(ctx, STATE_PORT, TENSOR_INT8));
    }
    if (!(kernel_input(ctx, STATE_PORT)->flags & TENSOR_VARIABLE)) {
        return kernel_fail(ctx, STATUS_VARIABLE, STATE_PORT, 0, 0);
    }
    return kernel_require_type(ctx, TIME_PORT, type);
}

/* Sets a factor that ends in the tensor at the port; its zero point is set already. */
static status_t set_factor(const kernel_ctx_t *ctx, factor_t *factor, requant_t parts, unsigned port) {
    const tensor_t *tensor = port == KERNEL_OUTPUT ? kernel_output(ctx, 0) : kernel_input(ctx, port);
    factor->multiplier = parts.multiplier;
    factor->shift = (int8_t)parts.shift;
    factor->scale.multiplier = &factor->multiplier;
    factor->scale.shift = &factor->shift;
    clamp_type_range(tensor->type, &factor->scale.low, &factor->scale.high);
    return parts.shift <= 30 ? STATUS_OK : kernel_fail(ctx, STATUS_SCALES, port, 0, 0);
}

static status_t fill_scales(const kernel_ctx_t *ctx, svdf_params_t *p) {
    float x, feature, time, state, out;
    int32_t zero_point;
    TRY(kernel_scale(ctx, X_PORT, &x, &p->x_offset));
    TRY(kernel_scale(ctx, FEATURE_PORT, &feature, &zero_point));
    TRY(kernel_scale(ctx, TIME_PORT, &time, &zero_point));
    TRY(kernel_scale(ctx, STATE_PORT, &state, &p->feature.scale.zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &out, &p->output.scale.zero_point));
    p->x_offset = -p->x_offset;
    TRY(set_factor(ctx, &p->feature, requant_ratio(x, feature, state), STATE_PORT));
    return set_factor(ctx, &p->output, requant_ratio(state, time, out), KERNEL_OUTPUT);
}

status_t svdf_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, BIAS_PORT, 5, 1)); /* the bias may be left out, the state not */
    if (kernel_input(ctx, STATE_PORT) == NULL) {
        return kernel_fail(ctx, STATUS_OPERATOR_INPUTS, KERNEL_OP, ctx->input_count, 5);
    }
    svdf_params_t *p = kernel_params(ctx, sizeof *p);
    if (p == NULL) {
        return STATUS_RECORDS;
    }
    p->rank = kernel_option_int(ctx, OPTION_RANK, 0);
    TRY(check_types(ctx));
    TRY(check_shapes(ctx, p->rank));
    TRY(fill_scales(ctx, p));
    const int32_t *x = kernel_input(ctx, X_PORT)->dims, *time = kernel_input(ctx, TIME_PORT)->dims;
    int32_t shape[2] = {x[0], time[0] / p->rank};
    ctx->macs = (uint32_t)x[0] * (uint32_t)time[0] * (uint32_t)(x[1] + time[1]);
    return kernel_set_shape(ctx, 0, 2, shape);
}

/* Shifts a row of the state by one entry, appends the newest, and weighs it in time. */
static uint32_t row_s16(int16_t *row, const int16_t *weight, int32_t memory, int32_t newest, int32_t zero_point) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < memory; i++) {
        row[i] = i + 1 < memory ? row[i + 1] : (int16_t)newest;
        sum += (uint32_t)weight[i] * (uint32_t)(row[i] - zero_point);
    }
    return sum;
}

static uint32_t row_s8(int8_t *row, const int8_t *weight, int32_t memory, int32_t newest, int32_t zero_point) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < memory; i++) {
        row[i] = i + 1 < memory ? row[i + 1] : (int8_t)newest;
        sum += (uint32_t)weight[i] * (uint32_t)(row[i] - zero_point);
    }
    return sum;
}

/* What filter f adds to its output for the input row x. */
static uint32_t filter(const kernel_ctx_t *ctx, const int8_t *x, int32_t batch, int32_t f) {
    const svdf_params_t *p = ctx->params;
    const inner_scale_t *scale = &p->feature.scale;
    const tensor_t *time = kernel_input(ctx, TIME_PORT);
    void *state = kernel_input(ctx, STATE_PORT)->data;
    int32_t depth = kernel_input(ctx, X_PORT)->dims[1], memory = time->dims[1];
    const int8_t *weights = kernel_input(ctx, FEATURE_PORT)->data;
    int32_t newest = inner_scale(scale, 0, inner_dot_s8(x, weights + f * depth, depth, p->x_offset));
    int32_t from = f * memory, at = batch * (int32_t)time->count + from;
    if (time->type == TENSOR_INT16) {
        return row_s16((int16_t *)state + at, (const int16_t *)time->data + from, memory, newest, scale->zero_point);
    }
    return row_s8((int8_t *)state + at, (const int8_t *)time->data + from, memory, newest, scale->zero_point);
}

status_t svdf_invoke(const kernel_ctx_t *ctx) {
    const svdf_params_t *p = ctx->params;
    const int32_t *shape = kernel_output(ctx, 0)->dims;
    const int8_t *x = kernel_input(ctx, X_PORT)->data;
    const tensor_t *bias = kernel_input(ctx, BIAS_PORT);
    int8_t *out = kernel_output(ctx, 0)->data;
    for (int32_t batch = 0; batch < shape[0]; batch++, x += kernel_input(ctx, X_PORT)->dims[1]) {
        for (int32_t unit = 0; unit < shape[1]; unit++) {
            uint32_t sum = bias ? (uint32_t)((const int32_t *)bias->data)[unit] : 0;
            for (int32_t i = 0; i < p->rank; i++) {
                sum += filter(ctx, x, batch, unit * p->rank + i);
            }
            *out++ = (int8_t)inner_scale(&p->output.scale, 0, (int32_t)sum);
        }
    }
    return STATUS_OK;
}
