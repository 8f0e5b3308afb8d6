/* SPDX-License-Identifier: MIT
 * UNIDIRECTIONAL_SEQUENCE_LSTM with int8 or int16 activations, int8 weights and an int16 cell state. The four gates are
 * two dense layers each, added as Q3.12; gate values are Q0.15. Formulas: Hochreiter, Schmidhuber 1997, without
 * peepholes and projection, in the fixed-point order of TensorFlow Lite Micro. */
#include "inner/inner.h"
#include "kernel.h"
#include "requant.h"
#include "sigmoid.h"

enum { OPTION_FUSED = 0, OPTION_CELL_CLIP = 1, OPTION_TIME_MAJOR = 3 };
enum { FUSED_TANH = 4 };

/* Inputs of the operator; each of the first three has one a gate. */
enum { PORT_X = 0, PORT_WEIGHTS = 1, PORT_RECURRENT = 5, PORT_PEEPHOLE = 9, PORT_BIAS = 12, PORT_PROJECTION = 16, PORT_HIDDEN = 18,
       PORT_CELL = 19, PORT_NORM = 20, PORT_COUNT = 24 };
enum { GATE_INPUT, GATE_FORGET, GATE_CELL, GATE_OUTPUT, GATE_COUNT };

#define GATE_SCALE 0x1p-12f  /* of what goes into a gate's activation */
#define VALUE_SCALE 0x1p-15f /* of what comes out */

typedef struct {
    requant_t from_x[GATE_COUNT];
    requant_t from_hidden[GATE_COUNT];
    requant_t forget, update, output; /* products of gates and state */
    sigmoid_scale_t cell_scale;
    int32_t x_zero_point, hidden_zero_point;
    int32_t batches, steps, features, units;
    int32_t clip; /* 0: none */
    bool time_major;
} lstm_params_t;

static status_t require_shape(const kernel_ctx_t *ctx, unsigned port, int32_t rows, int32_t columns) {
    TRY(kernel_require_rank(ctx, port, 2, 2));
    const int32_t *dims = kernel_input(ctx, port)->dims;
    if (dims[0] != rows || dims[1] != columns) {
        int32_t found = dims[0] != rows ? dims[0] : dims[1];
        return kernel_fail(ctx, STATUS_SIZE, port, found, dims[0] != rows ? rows : columns);
    }
    return STATUS_OK;
}

static status_t require_count(const kernel_ctx_t *ctx, unsigned port, int32_t count) {
    int32_t found = (int32_t)kernel_input(ctx, port)->count;
    return found == count ? STATUS_OK : kernel_fail(ctx, STATUS_ELEMENTS, port, found, count);
}

/* The parts of the full LSTM that TensorFlow Lite Micro's integer kernel lacks too. */
static status_t refuse_variants(const kernel_ctx_t *ctx) {
    static const uint8_t absent[] = {PORT_PEEPHOLE, PORT_PEEPHOLE + 1, PORT_PEEPHOLE + 2, PORT_PROJECTION,
                                     PORT_PROJECTION + 1, PORT_NORM, PORT_NORM + 1, PORT_NORM + 2, PORT_NORM + 3};
    for (unsigned i = 0; i < sizeof absent; i++) {
        if (kernel_input(ctx, absent[i]) != NULL) {
            return kernel_fail(ctx, STATUS_INPUT_UNSUPPORTED, absent[i], 0, 0);
        }
    }
    int32_t fused = kernel_option_byte(ctx, OPTION_FUSED, 0);
    return fused == FUSED_TANH ? STATUS_OK : kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, fused, OPTION_FUSED);
}

/* A state must be a variable: the kernel writes it. */
static status_t require_state(const kernel_ctx_t *ctx, unsigned port, unsigned type, int32_t count) {
    const tensor_t *state = kernel_input(ctx, port);
    if (state == NULL || !(state->flags & TENSOR_VARIABLE)) {
        return kernel_fail(ctx, STATUS_VARIABLE, port, 0, 0);
    }
    TRY(kernel_require_type(ctx, port, type));
    return require_count(ctx, port, count);
}

static status_t measure(kernel_ctx_t *ctx, lstm_params_t *p) {
    TRY(kernel_require_rank(ctx, PORT_X, 3, 3));
    TRY(kernel_require_rank(ctx, PORT_RECURRENT, 2, 2));
    const tensor_t *x = kernel_input(ctx, PORT_X);
    p->time_major = kernel_option_byte(ctx, OPTION_TIME_MAJOR, 0) != 0;
    p->batches = x->dims[p->time_major ? 1 : 0];
    p->steps = x->dims[p->time_major ? 0 : 1];
    p->features = x->dims[2];
    p->units = kernel_input(ctx, PORT_RECURRENT)->dims[1];
    int64_t states = (int64_t)p->batches * p->units;
    if (x->type != TENSOR_INT8 && x->type != TENSOR_INT16) {
        return kernel_require_type(ctx, PORT_X, TENSOR_INT8);
    }
    if (states > INT32_MAX / 8) {
        return kernel_fail(ctx, STATUS_SIZE, PORT_HIDDEN, p->units, 0);
    }
    TRY(require_state(ctx, PORT_HIDDEN, x->type, (int32_t)states));
    TRY(require_state(ctx, PORT_CELL, TENSOR_INT16, (int32_t)states));
    TRY(kernel_require_type(ctx, KERNEL_OUTPUT, x->type));
    int32_t shape[3] = {x->dims[0], x->dims[1], p->units};
    return kernel_set_shape(ctx, 0, 3, shape);
}

static status_t weights_factor(const kernel_ctx_t *ctx, unsigned port, float scale, requant_t *factor) {
    float weights_scale;
    int32_t zero_point;
    TRY(kernel_require_type(ctx, port, TENSOR_INT8));
    TRY(kernel_scale(ctx, port, &weights_scale, &zero_point));
    if (zero_point != 0) {
        return kernel_fail(ctx, STATUS_ZERO_POINT, port, zero_point, 0);
    }
    *factor = requant_ratio(scale, weights_scale, GATE_SCALE);
    int32_t most = kernel_input(ctx, PORT_X)->type == TENSOR_INT8 ? REQUANT_MOST_SHIFT : REQUANT_WIDE_MOST_SHIFT;
    return factor->shift > most ? kernel_fail(ctx, STATUS_SCALES, port, 0, 0) : STATUS_OK;
}

static status_t prepare_gate(const kernel_ctx_t *ctx, lstm_params_t *p, unsigned gate, float x_scale, float hidden_scale) {
    unsigned bias = PORT_BIAS + gate;
    TRY(require_shape(ctx, PORT_WEIGHTS + gate, p->units, p->features));
    TRY(require_shape(ctx, PORT_RECURRENT + gate, p->units, p->units));
    TRY(weights_factor(ctx, PORT_WEIGHTS + gate, x_scale, &p->from_x[gate]));
    TRY(weights_factor(ctx, PORT_RECURRENT + gate, hidden_scale, &p->from_hidden[gate]));
    bool narrow = kernel_input(ctx, PORT_X)->type == TENSOR_INT8;
    TRY(kernel_require_type(ctx, bias, narrow ? TENSOR_INT32 : TENSOR_INT64));
    return require_count(ctx, bias, p->units);
}

/* The cell state's scale is a power of two, so that tanh needs shifts only. */
static status_t prepare_cell(kernel_ctx_t *ctx, lstm_params_t *p, float hidden_scale) {
    float scale;
    int32_t zero_point, power = -20;
    TRY(kernel_scale(ctx, PORT_CELL, &scale, &zero_point));
    while (power < 0 && !sigmoid_near_power_of_two(scale, power)) {
        power++;
    }
    if (power == 0 || zero_point != 0) {
        return kernel_fail(ctx, STATUS_SCALES, PORT_CELL, 0, 0);
    }
    p->cell_scale.multiplier = power >= -12 ? 3 << (power + 12) : 3;
    p->cell_scale.shift = power >= -12 ? 0 : -12 - power;
    p->forget = requant_ratio(VALUE_SCALE, scale, scale);
    p->update = requant_ratio(VALUE_SCALE, VALUE_SCALE, scale);
    p->output = requant_ratio(VALUE_SCALE, VALUE_SCALE, hidden_scale);
    float clip = kernel_option_float(ctx, OPTION_CELL_CLIP, 0);
    if (!(clip >= 0)) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, (int32_t)-1, OPTION_CELL_CLIP);
    }
    float stored = clip / scale;
    p->clip = stored >= 32767.0f ? INT16_MAX : (int32_t)stored;
    if (clip > 0 && p->clip == 0) {
        return kernel_fail(ctx, STATUS_OPTION, KERNEL_OP, 0, OPTION_CELL_CLIP);
    }
    return STATUS_OK;
}

status_t unidirectional_sequence_lstm_prepare(kernel_ctx_t *ctx) {
    TRY(kernel_arity(ctx, PORT_PEEPHOLE, PORT_COUNT, 1));
    if (ctx->input_count < PORT_NORM) {
        return kernel_fail(ctx, STATUS_OPERATOR_INPUTS, KERNEL_OP, ctx->input_count, PORT_COUNT);
    }
    lstm_params_t *p = kernel_params(ctx, sizeof *p);
    if (p == NULL) {
        return STATUS_RECORDS;
    }
    TRY(refuse_variants(ctx));
    TRY(measure(ctx, p));
    float x_scale, hidden_scale;
    TRY(kernel_scale(ctx, PORT_X, &x_scale, &p->x_zero_point));
    TRY(kernel_scale(ctx, PORT_HIDDEN, &hidden_scale, &p->hidden_zero_point));
    for (unsigned gate = 0; gate < GATE_COUNT; gate++) {
        if (kernel_input(ctx, PORT_BIAS + gate) == NULL) {
            return kernel_fail(ctx, STATUS_OPERATOR_INPUTS, KERNEL_OP, (int32_t)(PORT_BIAS + gate), PORT_COUNT);
        }
        TRY(prepare_gate(ctx, p, gate, x_scale, hidden_scale));
    }
    TRY(prepare_cell(ctx, p, hidden_scale));
    kernel_scratch(ctx, (uint32_t)p->units * GATE_COUNT * (uint32_t)sizeof(int16_t));
    uint64_t macs = (uint64_t)p->batches * (uint32_t)p->steps * GATE_COUNT * (uint32_t)p->units * (uint64_t)((int64_t)p->features + p->units);
    ctx->macs = macs > UINT32_MAX ? UINT32_MAX : (uint32_t)macs;
    return STATUS_OK;
}

static int32_t clamp_16(int32_t value) {
    return requant_clamp(value, INT16_MIN, INT16_MAX);
}

/* One output of a dense layer, as Q3.12. `bias` is NULL for the recurrent one. */
static int32_t dense(const tensor_t *x, const void *row, const int8_t *weights, int32_t n, int32_t zero_point,
                     const tensor_t *bias, int32_t unit, requant_t factor) {
    if (x->type == TENSOR_INT8) {
        int32_t sum = inner_dot_s8(row, weights, n, -zero_point);
        sum = (int32_t)((uint32_t)sum + (bias ? (uint32_t)((const int32_t *)bias->data)[unit] : 0));
        return clamp_16(requant_apply(sum, factor.multiplier, factor.shift));
    }
    int64_t sum = inner_dot_s16(row, weights, n), addend = 0;
    if (bias) {
        memcpy(&addend, (const uint8_t *)bias->data + 8 * unit, sizeof addend);
    }
    sum = (int64_t)((uint64_t)sum + (uint64_t)addend);
    return clamp_16(requant_apply_wide(sum, factor.multiplier, factor.shift));
}

/* All units of one gate for one step: Q0.15 into `out`. */
static void run_gate(const kernel_ctx_t *ctx, unsigned gate, const void *x_row, const void *hidden_row, int16_t *out) {
    static const sigmoid_scale_t steps = {3, 0}; /* Q3.12 in steps of 1 / 12288 */
    const lstm_params_t *p = ctx->params;
    const tensor_t *x = kernel_input(ctx, PORT_X);
    const int8_t *weights = kernel_input(ctx, PORT_WEIGHTS + gate)->data;
    const int8_t *recurrent = kernel_input(ctx, PORT_RECURRENT + gate)->data;
    const tensor_t *bias = kernel_input(ctx, PORT_BIAS + gate);
    for (int32_t u = 0; u < p->units; u++) {
        int32_t sum = dense(x, x_row, weights + u * p->features, p->features, p->x_zero_point, bias, u, p->from_x[gate]);
        sum += dense(x, hidden_row, recurrent + u * p->units, p->units, p->hidden_zero_point, NULL, u, p->from_hidden[gate]);
        int32_t in = sigmoid_steps(clamp_16(sum), steps);
        out[u] = (int16_t)(gate == GATE_CELL ? sigmoid_tanh(in) : sigmoid_logistic(in));
    }
}

static int32_t product(int32_t a, int32_t b, requant_t factor) {
    return requant_apply(a * b, factor.multiplier, factor.shift);
}

/* New cell and hidden state of one batch from the gates' values (gates,units). */
static void update(const lstm_params_t *p, const int16_t *gates, int16_t *cell, void *hidden, bool narrow) {
    const int16_t *input = gates, *forget = gates + p->units, *value = gates + 2 * p->units, *output = gates + 3 * p->units;
    for (int32_t u = 0; u < p->units; u++) {
        int32_t state = clamp_16(product(forget[u], cell[u], p->forget)) + clamp_16(product(input[u], value[u], p->update));
        state = clamp_16(state);
        state = p->clip ? requant_clamp(state, -p->clip, p->clip) : state;
        cell[u] = (int16_t)state;
        int32_t out = product(sigmoid_tanh(sigmoid_steps(state, p->cell_scale)), output[u], p->output);
        out = (int32_t)((uint32_t)out + (uint32_t)p->hidden_zero_point);
        if (narrow) {
            ((int8_t *)hidden)[u] = (int8_t)requant_clamp(out, INT8_MIN, INT8_MAX);
        } else {
            ((int16_t *)hidden)[u] = (int16_t)clamp_16(out);
        }
    }
}

status_t unidirectional_sequence_lstm_invoke(const kernel_ctx_t *ctx) {
    const lstm_params_t *p = ctx->params;
    const tensor_t *x = kernel_input(ctx, PORT_X);
    uint32_t item = x->item_bytes;
    uint8_t *hidden = kernel_input(ctx, PORT_HIDDEN)->data, *out = kernel_output(ctx, 0)->data;
    int16_t *cell = kernel_input(ctx, PORT_CELL)->data, *gates = ctx->scratch;
    uint32_t state_bytes = (uint32_t)p->units * item;
    for (int32_t step = 0; step < p->steps; step++) {
        for (int32_t b = 0; b < p->batches; b++) {
            uint32_t row = (uint32_t)(p->time_major ? step * p->batches + b : b * p->steps + step);
            const uint8_t *x_row = (const uint8_t *)x->data + row * (uint32_t)p->features * item;
            uint8_t *hidden_row = hidden + (uint32_t)b * state_bytes;
            for (unsigned gate = 0; gate < GATE_COUNT; gate++) {
                run_gate(ctx, gate, x_row, hidden_row, gates + (int32_t)gate * p->units);
            }
            update(p, gates, cell + b * p->units, hidden_row, item == 1);
            memcpy(out + row * state_bytes, hidden_row, state_bytes);
        }
    }
    return STATUS_OK;
}
