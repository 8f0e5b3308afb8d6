/* SPDX-License-Identifier: MIT
 * Prepares the operators of a subgraph in order; a tensor is written once, before it is read. */
#include "prepare.h"

/* Makes room for so many bytes and as many as aligning them takes, where that can be had. */
static void make_room(interpreter_t *interpreter, uint32_t bytes) {
#if MPYLITE_RAISES
    arena_t *records = &interpreter->records;
    if (records->base == NULL || bytes > records->bytes - records->low) {
        interpreter->record_bytes += records->low;
        bytes += sizeof(int64_t);
        void *block = interpreter_more_records(interpreter, &bytes);
        arena_init(records, block, bytes);
    }
#else
    (void)interpreter;
    (void)bytes;
#endif
}

void *prepare_take(interpreter_t *interpreter, uint32_t bytes) {
    make_room(interpreter, bytes);
    return arena_take(&interpreter->records, bytes);
}

static status_t fail_records(interpreter_t *interpreter) {
    return status_fail(&interpreter->error, STATUS_RECORDS, (int32_t)interpreter->records.bytes, 0);
}

void prepare_ctx(kernel_ctx_t *ctx, engine_op_t *engine, interpreter_t *interpreter, interpreter_subgraph_t *subgraph, uint32_t index) {
    const interpreter_op_t *op = &subgraph->ops[index];
    engine->interpreter = interpreter;
    engine->subgraph = subgraph;
    engine->op_index = index;
    engine->options = ENGINE_OPTIONS_UNREAD;
    ctx->tensors = subgraph->tensors;
    ctx->inputs = op->inputs;
    ctx->outputs = op->outputs;
    ctx->input_count = op->input_count;
    ctx->output_count = op->output_count;
    for (unsigned i = 0; i < KERNEL_NEAR; i++) {
        ctx->near[i] = kernel_far_input(ctx, i);
    }
    ctx->output = ctx->output_count ? &ctx->tensors[ctx->outputs[0]] : NULL;
    ctx->params = op->params;
    ctx->scratch = op->scratch;
    ctx->macs = 0;
    ctx->engine = engine;
}

/* Variables live in the records: they outlast an invocation, and the arena may be shared. */
static status_t take_tensors(interpreter_t *interpreter, interpreter_subgraph_t *subgraph) {
    uint32_t count = subgraph->model.tensors->count;
    subgraph->tensors = prepare_take(interpreter, count * (uint32_t)sizeof(tensor_t));
    if (subgraph->tensors == NULL) {
        return fail_records(interpreter);
    }
    for (uint32_t i = 0; i < count; i++) {
        tensor_t *tensor = &subgraph->tensors[i];
        model_tensor(&interpreter->model, &subgraph->model, i, tensor);
        if (tensor->flags & TENSOR_VARIABLE) {
            tensor->data = prepare_take(interpreter, kernel_bytes(tensor));
            if (tensor->data == NULL) {
                return fail_records(interpreter);
            }
        }
        if (tensor->flags & (TENSOR_CONSTANT | TENSOR_VARIABLE)) {
            tensor->flags |= TENSOR_WRITTEN;
        }
    }
    const flatbuf_vector_t *inputs = subgraph->model.inputs;
    for (uint32_t i = 0; i < inputs->count; i++) {
        tensor_t *tensor = &subgraph->tensors[inputs->item[i]];
        if (tensor->flags & TENSOR_CONSTANT) {
            uint32_t position = flatbuf_position(&interpreter->model.file, &inputs->item[i]);
            return status_fail(&interpreter->error, STATUS_FILE_DAMAGED, (int32_t)position, 0);
        }
        tensor->flags |= TENSOR_WRITTEN;
    }
    return STATUS_OK;
}

/* Single assignment: inputs are written, outputs are not. Kernels rely on it for the shapes they prepare with. */
static status_t check_order(interpreter_t *interpreter, const kernel_ctx_t *ctx) {
    for (uint32_t i = 0; i < ctx->input_count; i++) {
        int32_t index = ctx->inputs[i];
        if (index >= 0 && !(ctx->tensors[index].flags & TENSOR_WRITTEN)) {
            return status_fail(&interpreter->error, STATUS_ORDER, index, 0);
        }
    }
    for (uint32_t i = 0; i < ctx->output_count; i++) {
        tensor_t *tensor = &ctx->tensors[ctx->outputs[i]];
        if (tensor->flags & TENSOR_WRITTEN) {
            return status_fail(&interpreter->error, STATUS_ORDER, ctx->outputs[i], 0);
        }
        tensor->flags |= TENSOR_WRITTEN;
    }
    return STATUS_OK;
}

static status_t prepare_op(interpreter_t *interpreter, interpreter_subgraph_t *subgraph, uint32_t i) {
    interpreter_op_t *op = &subgraph->ops[i];
    engine_op_t engine;
    model_operator_t operator= model_operator(&interpreter->model, &subgraph->model, i);
    interpreter->error.op_index = (int32_t)i;
    interpreter->error.op_code = (int16_t)operator.code;
    op->row = registry_find(operator.code);
    if (op->row == NULL) {
        status_t why = operator.code == MODEL_CODE_CUSTOM ? STATUS_OPERATOR_CUSTOM : STATUS_OPERATOR_MISSING;
        return status_fail(&interpreter->error, why, operator.code, 0);
    }
    op->inputs = operator.inputs->item;
    op->outputs = operator.outputs->item;
    op->input_count = (uint8_t) operator.inputs->count;
    op->output_count = (uint8_t) operator.outputs->count;
    kernel_ctx_t ctx;
    prepare_ctx(&ctx, &engine, interpreter, subgraph, i);
    engine.options = operator.options;
    TRY(check_order(interpreter, &ctx));
    status_t status = op->row->prepare(&ctx);
    uint32_t damaged = flatbuf_damaged(&interpreter->model.file);
    if (damaged) { /* options are read here for the first time; what the kernel made of them does not count */
        return status_fail(&interpreter->error, STATUS_FILE_DAMAGED, (int32_t)damaged, 0);
    }
    if (!MPYLITE_RAISES && status != STATUS_OK) {
        if (status == STATUS_RECORDS) {
            return fail_records(interpreter);
        }
        interpreter->error.status = status;
        return status;
    }
    op->params = ctx.params;
    op->macs = ctx.macs;
    return STATUS_OK;
}

static status_t check_outputs(interpreter_t *interpreter, const interpreter_subgraph_t *subgraph) {
    const flatbuf_vector_t *outputs = subgraph->model.outputs;
    interpreter->error.op_index = -1;
    for (uint32_t i = 0; i < outputs->count; i++) {
        if (!(subgraph->tensors[outputs->item[i]].flags & TENSOR_WRITTEN)) {
            return status_fail(&interpreter->error, STATUS_ORDER, outputs->item[i], 0);
        }
    }
    return STATUS_OK;
}

status_t prepare_subgraph(interpreter_t *interpreter, uint32_t index) {
    interpreter_subgraph_t *subgraph = &interpreter->subgraphs[index];
    if (REGISTRY_CALLS && subgraph->state == INTERPRETER_PREPARED) {
        return STATUS_OK;
    }
    subgraph->state = INTERPRETER_PREPARING;
    model_subgraph(&interpreter->model, index, &subgraph->model);
    uint32_t count = subgraph->model.operators->count;
    subgraph->ops = prepare_take(interpreter, count * (uint32_t)sizeof(interpreter_op_t));
    if (subgraph->ops == NULL) {
        return fail_records(interpreter);
    }
    TRY(take_tensors(interpreter, subgraph));
    for (uint32_t i = 0; i < count; i++) {
        TRY(prepare_op(interpreter, subgraph, i));
    }
    TRY(check_outputs(interpreter, subgraph));
    TRY(place_subgraph(interpreter, subgraph, index));
    subgraph->state = INTERPRETER_PREPARED;
    return STATUS_OK;
}
