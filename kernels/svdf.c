/* SPDX-License-Identifier: MIT
 * SVDF for int8: every filter shifts its row of the state, appends its feature, and weighs the row in time. The state
 * is a variable tensor of int16 or int8. */
#include "inner/inner.h"
#include "kernel.h"
#include "requant.h"

enum { X_PORT, FEATURE_PORT, TIME_PORT, BIAS_PORT, STATE_PORT };
enum { OPTION_RANK = 0 };

typedef struct {
    requant_t feature, time;
    int32_t rank;   /* filters summed into one output */
    int32_t memory; /* entries of a row of the state */
    int32_t x_zero_point, state_zero_point, out_zero_point;
} svdf_params_t;

static status_t require_size(const kernel_ctx_t *ctx, unsigned port, int32_t found, int32_t needs) {
    return found == needs ? STATUS_OK : kernel_fail(ctx, STATUS_SIZE, port, found, needs);
}

static status_t check_types(const kernel_ctx_t *ctx) {
    unsigned type = kernel_input(ctx, X_PORT)->type;
    if (type == TENSOR_FLOAT32 && kernel_input(ctx, FEATURE_PORT)->type == TENSOR_INT8) {
        return kernel_fail(ctx, STATUS_HYBRID, X_PORT, TENSOR_FLOAT32, TENSOR_INT8);
    }
    TRY(kernel_require_type(ctx, X_PORT, TENSOR_INT8));
    TRY(kernel_require_type(ctx, FEATURE_PORT, TENSOR_INT8));
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, TENSOR_INT8));
    if (kernel_input(ctx, TIME_PORT)->type != TENSOR_INT16) {
        TRY(kernel_require_type(ctx, TIME_PORT, TENSOR_INT8));
    }
    if (kernel_input(ctx, BIAS_PORT) != NULL) {
        TRY(kernel_require_type(ctx, BIAS_PORT, TENSOR_INT32));
    }
    TRY(kernel_require_type(ctx, STATE_PORT, kernel_input(ctx, TIME_PORT)->type));
    return kernel_input(ctx, STATE_PORT)->flags & TENSOR_VARIABLE
               ? STATUS_OK
               : kernel_fail(ctx, STATUS_TYPE, STATE_PORT, kernel_input(ctx, STATE_PORT)->type, 0);
}

/* input (n,k), feature weights (f,k), time weights (f,m), bias (f / rank), state (n, f * m), output (n, f / rank) */
static status_t check_shapes(const kernel_ctx_t *ctx, int32_t rank) {
    static const uint8_t ports[] = {X_PORT, FEATURE_PORT, TIME_PORT, STATE_PORT};
    for (unsigned i = 0; i < sizeof ports; i++) {
        TRY(kernel_require_rank(ctx, ports[i], 2, 2));
    }
    const int32_t *x = kernel_input(ctx, X_PORT)->dims, *feature = kernel_input(ctx, FEATURE_PORT)->dims;
    const int32_t *time = kernel_input(ctx, TIME_PORT)->dims, *state = kernel_input(ctx, STATE_PORT)->dims;
    const tensor_t *bias = kernel_input(ctx, BIAS_PORT);
    if (rank < 1 || feature[0] % rank != 0) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, rank, OPTION_RANK);
    }
    TRY(require_size(ctx, FEATURE_PORT, feature[1], x[1]));
    TRY(require_size(ctx, TIME_PORT, time[0], feature[0]));
    TRY(require_size(ctx, TIME_PORT, time[1] < 1 ? 0 : 1, 1));
    TRY(require_size(ctx, STATE_PORT, state[0], x[0]));
    TRY(require_size(ctx, STATE_PORT, state[1], (int32_t)kernel_input(ctx, TIME_PORT)->count));
    return bias == NULL ? STATUS_OK : require_size(ctx, BIAS_PORT, (int32_t)bias->count, feature[0] / rank);
}

/* TFLite computes both factors in float. */
static status_t fill_scales(const kernel_ctx_t *ctx, svdf_params_t *p) {
    float x, feature, time, state, out;
    TRY(kernel_scale(ctx, X_PORT, &x, &p->x_zero_point));
    TRY(kernel_scale(ctx, FEATURE_PORT, &feature, NULL));
    TRY(kernel_scale(ctx, TIME_PORT, &time, NULL));
    TRY(kernel_scale(ctx, STATE_PORT, &state, &p->state_zero_point));
    TRY(kernel_scale(ctx, KERNEL_OUTPUT, &out, &p->out_zero_point));
    p->feature = requant_ratio(x * feature / state, 1.0f, 1.0f);
    p->time = requant_ratio(state * time / out, 1.0f, 1.0f);
    if (p->feature.shift > 30 || p->time.shift > 30) {
        return kernel_fail(ctx, STATUS_SCALES, p->time.shift > 30 ? KERNEL_OUTPUT : STATE_PORT, 0, 0);
    }
    return STATUS_OK;
}

status_t svdf_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, 5, 5, 1));
    svdf_params_t *p = kernel_params(ctx, sizeof *p);
    if (p == NULL) {
        return STATUS_RECORDS;
    }
    p->rank = kernel_option_int(ctx, OPTION_RANK, 0);
    TRY(check_types(ctx));
    TRY(check_shapes(ctx, p->rank));
    TRY(fill_scales(ctx, p));
    const int32_t *x = kernel_input(ctx, X_PORT)->dims, *time = kernel_input(ctx, TIME_PORT)->dims;
    p->memory = time[1];
    int32_t shape[2] = {x[0], time[0] / p->rank};
    ctx->macs = (uint32_t)x[0] * (uint32_t)time[0] * (uint32_t)(x[1] + time[1]);
    return kernel_set_shape(ctx, 0, 2, shape);
}

/* Shifts a row of the state by one entry, appends the newest, and weighs it in time. */
static uint32_t row_s16(const svdf_params_t *p, int16_t *row, const int16_t *weight, int32_t newest) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < p->memory; i++) {
        row[i] = (int16_t)(i + 1 < p->memory ? row[i + 1] : requant_clamp(newest, INT16_MIN, INT16_MAX));
        sum += (uint32_t)weight[i] * (uint32_t)(row[i] - p->state_zero_point);
    }
    return sum;
}

static uint32_t row_s8(const svdf_params_t *p, int8_t *row, const int8_t *weight, int32_t newest) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < p->memory; i++) {
        row[i] = (int8_t)(i + 1 < p->memory ? row[i + 1] : requant_clamp(newest, INT8_MIN, INT8_MAX));
        sum += (uint32_t)weight[i] * (uint32_t)(row[i] - p->state_zero_point);
    }
    return sum;
}

/* What filter f adds to its output for the input row x. */
static uint32_t filter(const kernel_ctx_t *ctx, const int8_t *x, int32_t batch, int32_t f) {
    const svdf_params_t *p = ctx->params;
    const tensor_t *time = kernel_input(ctx, TIME_PORT), *state = kernel_input(ctx, STATE_PORT);
    int32_t depth = kernel_input(ctx, X_PORT)->dims[1];
    const int8_t *weights = kernel_input(ctx, FEATURE_PORT)->data;
    int32_t sum = inner_dot_s8(x, weights + f * depth, depth, -p->x_zero_point);
    int32_t newest = requant_apply(sum, p->feature.multiplier, p->feature.shift);
    newest = (int32_t)((uint32_t)newest + (uint32_t)p->state_zero_point);
    int32_t row = (batch * time->dims[0] + f) * p->memory;
    if (time->type == TENSOR_INT16) {
        return row_s16(p, (int16_t *)state->data + row, (const int16_t *)time->data + f * p->memory, newest);
    }
    return row_s8(p, (int8_t *)state->data + row, (const int8_t *)time->data + f * p->memory, newest);
}

status_t svdf_invoke(const kernel_ctx_t *ctx) {
    const svdf_params_t *p = ctx->params;
    const int32_t *shape = kernel_output(ctx, 0)->dims;
    const int32_t *input = kernel_input(ctx, X_PORT)->dims;
    const int8_t *x = kernel_input(ctx, X_PORT)->data;
    const tensor_t *bias = kernel_input(ctx, BIAS_PORT);
    int8_t *out = kernel_output(ctx, 0)->data;
    for (int32_t batch = 0; batch < input[0]; batch++, x += input[1]) {
        for (int32_t unit = 0; unit < shape[1]; unit++) {
            uint32_t sum = bias ? (uint32_t)((const int32_t *)bias->data)[unit] : 0;
            for (int32_t i = 0; i < p->rank; i++) {
                sum += filter(ctx, x, batch, unit * p->rank + i);
            }
            int32_t y = requant_apply((int32_t)sum, p->time.multiplier, p->time.shift);
            *out++ = (int8_t)requant_clamp((int32_t)((uint32_t)y + (uint32_t)p->out_zero_point), INT8_MIN, INT8_MAX);
        }
    }
    return STATUS_OK;
}
