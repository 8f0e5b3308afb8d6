/* SPDX-License-Identifier: MIT
 * What kernel.h promises to kernels: checks, options, quantisation, memory. */
#include "prepare.h"
#include "schema.h"

static engine_op_t *engine_of(const kernel_ctx_t *ctx) {
    return ctx->engine;
}

/* Tensor index at a port; the port must exist. */
static uint32_t index_of(const kernel_ctx_t *ctx, unsigned port) {
    return (uint32_t)(port & KERNEL_OUTPUT ? ctx->outputs[port & ~(unsigned)KERNEL_OUTPUT] : ctx->inputs[port]);
}

static tensor_t *tensor_of(const kernel_ctx_t *ctx, unsigned port) {
    return &ctx->tensors[index_of(ctx, port)];
}

tensor_t *kernel_far_input(const kernel_ctx_t *ctx, unsigned i) {
    return i < ctx->input_count && ctx->inputs[i] >= 0 ? &ctx->tensors[ctx->inputs[i]] : NULL;
}

status_t kernel_fail(const kernel_ctx_t *ctx, status_t status, unsigned port, int32_t found, int32_t needs) {
    failure_t *error = &engine_of(ctx)->interpreter->error;
    error->port = (uint8_t)port;
    STATUS_FAIL(error, status, found, needs);
}

status_t kernel_arity(const kernel_ctx_t *ctx, unsigned min, unsigned max, unsigned outputs) {
    unsigned inputs = ctx->input_count;
    if (inputs < min || inputs > max) {
        return kernel_fail(ctx, STATUS_OPERATOR_INPUTS, KERNEL_OP, (int32_t)inputs, (int32_t)(inputs < min ? min : max));
    }
    for (unsigned i = 0; i < min; i++) {
        if (ctx->inputs[i] < 0) {
            return kernel_fail(ctx, STATUS_OPERATOR_INPUTS, KERNEL_OP, (int32_t)i, (int32_t)min);
        }
    }
    if (ctx->output_count != outputs) {
        return kernel_fail(ctx, STATUS_OPERATOR_OUTPUTS, KERNEL_OP, ctx->output_count, (int32_t)outputs);
    }
    return STATUS_OK;
}

status_t kernel_require_type(const kernel_ctx_t *ctx, unsigned port, unsigned type) {
    unsigned found = tensor_of(ctx, port)->type;
    return found == type ? STATUS_OK : kernel_fail(ctx, STATUS_TYPE, port, (int32_t)found, (int32_t)type);
}

status_t kernel_require_rank(const kernel_ctx_t *ctx, unsigned port, unsigned min, unsigned max) {
    unsigned rank = tensor_of(ctx, port)->rank;
    if (rank < min || rank > max) {
        return kernel_fail(ctx, STATUS_RANK, port, (int32_t)rank, (int32_t)(rank < min ? min : max));
    }
    return STATUS_OK;
}

status_t kernel_require_constant(const kernel_ctx_t *ctx, unsigned port) {
    bool constant = tensor_of(ctx, port)->flags & TENSOR_CONSTANT;
    return constant ? STATUS_OK : kernel_fail(ctx, STATUS_CONSTANT, port, 0, 0);
}

quant_t kernel_quant(const kernel_ctx_t *ctx, unsigned port) {
    const engine_op_t *engine = engine_of(ctx);
    return model_quant(&engine->interpreter->model, &engine->subgraph->model, index_of(ctx, port));
}

status_t kernel_scale(const kernel_ctx_t *ctx, unsigned port, float *scale, int32_t *zero_point) {
    quant_t quant = kernel_quant(ctx, port);
    if (quant.count != 1) {
        return kernel_fail(ctx, STATUS_QUANTISATION, port, (int32_t)quant.count, 1);
    }
    *scale = quant.scale[0];
    *zero_point = quant.zero_point[0];
    uint32_t bits; /* scales are not negative: no float arithmetic is linked */
    memcpy(&bits, scale, sizeof bits);
    if (bits == 0) {
        return kernel_fail(ctx, STATUS_SCALES, port, 0, 0);
    }
    return STATUS_OK;
}

void *kernel_params(kernel_ctx_t *ctx, uint32_t bytes) {
    void *memory = prepare_take(engine_of(ctx)->interpreter, bytes);
    if (ctx->params == NULL) {
        ctx->params = memory;
    }
    return memory;
}

static interpreter_op_t *op_of(const kernel_ctx_t *ctx) {
    return &engine_of(ctx)->subgraph->ops[engine_of(ctx)->op_index];
}

void kernel_scratch(kernel_ctx_t *ctx, uint32_t bytes) {
    op_of(ctx)->scratch = (uint8_t *)(uintptr_t)bytes;
}

void kernel_in_place(kernel_ctx_t *ctx, unsigned i, unsigned j) {
    op_of(ctx)->shared_output = (uint8_t)i;
    op_of(ctx)->shared_input = (uint8_t)(j + 1);
}

uint32_t kernel_scratch_most(const kernel_ctx_t *ctx) {
    return engine_of(ctx)->interpreter->scratch_bytes;
}

static bool has_shape(const tensor_t *tensor, unsigned rank, const int32_t *dims) {
    bool same = rank == tensor->rank;
    for (unsigned d = 0; same && d < rank; d++) {
        same = dims[d] == tensor->dims[d];
    }
    return same;
}

status_t kernel_set_shape(kernel_ctx_t *ctx, unsigned i, unsigned rank, const int32_t *dims) {
    tensor_t *tensor = kernel_output(ctx, i);
    uint32_t count = 0;
    if (rank > KERNEL_MAX_RANK) {
        return kernel_fail(ctx, STATUS_RANK, KERNEL_OUTPUT + i, (int32_t)rank, KERNEL_MAX_RANK);
    }
    uint32_t bad = model_elements(dims, rank, tensor->item_bytes, &count);
    if (bad != rank) {
        return kernel_fail(ctx, STATUS_SIZE, KERNEL_OUTPUT + i, dims[bad], 0);
    }
    if (has_shape(tensor, rank, dims)) {
        return STATUS_OK;
    }
    int32_t *copy = prepare_take(engine_of(ctx)->interpreter, rank * (uint32_t)sizeof *dims);
    if (copy == NULL) {
        return STATUS_RECORDS;
    }
    memcpy(copy, dims, rank * sizeof *dims);
    tensor->dims = copy;
    tensor->rank = (uint8_t)rank;
    tensor->count = count;
    tensor->flags |= TENSOR_RESHAPED;
    return STATUS_OK;
}

static uint32_t options_of(const kernel_ctx_t *ctx) {
    engine_op_t *engine = engine_of(ctx);
    if (engine->options == ENGINE_OPTIONS_UNREAD) {
        engine->options = model_operator(&engine->interpreter->model, &engine->subgraph->model, engine->op_index).options;
    }
    return engine->options;
}

static flatbuf_t *file_of(const kernel_ctx_t *ctx) {
    return &engine_of(ctx)->interpreter->model.file;
}

int32_t kernel_option_byte(const kernel_ctx_t *ctx, unsigned field, int32_t absent) {
    return flatbuf_byte(file_of(ctx), options_of(ctx), field, absent);
}

int32_t kernel_option_int(const kernel_ctx_t *ctx, unsigned field, int32_t absent) {
    return flatbuf_int(file_of(ctx), options_of(ctx), field, absent);
}

float kernel_option_float(const kernel_ctx_t *ctx, unsigned field, float absent) {
    int32_t bits;
    memcpy(&bits, &absent, sizeof bits);
    bits = flatbuf_int(file_of(ctx), options_of(ctx), field, bits);
    memcpy(&absent, &bits, sizeof absent);
    return absent;
}

const int32_t *kernel_option_ints(const kernel_ctx_t *ctx, unsigned field, uint32_t *count) {
    const flatbuf_vector_t *vector = flatbuf_vector(file_of(ctx), options_of(ctx), field);
    *count = vector->count;
    return vector->count ? vector->item : NULL;
}
