/* SPDX-License-Identifier: MIT
 * The engine for callers that cannot see C structs. */
#include "engine_api.h"

uint32_t engine_interpreter_bytes(void) {
    return sizeof(interpreter_t);
}

status_t engine_load(interpreter_t *interpreter, const void *model, uint32_t model_bytes, void *records, uint32_t record_bytes,
                     uint32_t speed) {
    static const uint32_t scratch_bytes[] = {INTERPRETER_FAST, INTERPRETER_SMALL, INTERPRETER_HOST};
    return interpreter_load_bounded(interpreter, model, model_bytes, records, record_bytes, scratch_bytes[speed]);
}

uint32_t engine_number(const interpreter_t *interpreter, uint32_t which) {
    switch (which) {
        case ENGINE_ARENA_BYTES:
            return interpreter_arena_bytes(interpreter);
        case ENGINE_RECORD_BYTES:
            return interpreter_record_bytes(interpreter);
        default:
            return interpreter->model.subgraphs->count;
    }
}

uint64_t engine_macs(const interpreter_t *interpreter) {
    return interpreter_macs(interpreter);
}

static const flatbuf_vector_t *part(interpreter_t *interpreter, uint32_t subgraph, uint32_t which) {
    model_subgraph_t view;
    model_subgraph(&interpreter->model, subgraph, &view);
    switch (which) {
        case ENGINE_TENSORS:
            return view.tensors;
        case ENGINE_OPS:
            return view.operators;
        case ENGINE_INPUTS:
            return view.inputs;
        default:
            return view.outputs;
    }
}

uint32_t engine_count(interpreter_t *interpreter, uint32_t subgraph, uint32_t which) {
    return part(interpreter, subgraph, which)->count;
}

int32_t engine_port(interpreter_t *interpreter, uint32_t subgraph, uint32_t which, uint32_t i) {
    return part(interpreter, subgraph, which)->item[i];
}

void engine_tensor(interpreter_t *interpreter, uint32_t subgraph, uint32_t i, engine_tensor_t *out) {
    const interpreter_subgraph_t *prepared = &interpreter->subgraphs[subgraph];
    model_subgraph_t view;
    model_subgraph(&interpreter->model, subgraph, &view);
    quant_t quant = model_quant(&interpreter->model, &view, i);
    tensor_t tensor;
    if (prepared->tensors) {
        tensor = prepared->tensors[i];
    } else {
        model_tensor(&interpreter->model, &view, i, &tensor);
    }
    memset(out, 0, sizeof *out);
    out->data = tensor.data;
    out->name = model_tensor_name(&interpreter->model, &view, i, &out->name_bytes);
    out->scale = quant.scale;
    out->zero_point = quant.zero_point;
    out->scale_count = quant.count;
    out->axis = quant.axis;
    out->type = tensor.type;
    out->rank = tensor.rank;
    out->flags = tensor.flags;
    out->bytes = kernel_bytes(&tensor);
    bool placed = prepared->tensors && !(tensor.flags & (TENSOR_CONSTANT | TENSOR_VARIABLE));
    out->offset = placed ? (int32_t)((uint8_t *)tensor.data - prepared->arena) : -1;
    memcpy(out->dims, tensor.dims, tensor.rank * sizeof tensor.dims[0]);
}

void engine_op(interpreter_t *interpreter, uint32_t subgraph, uint32_t i, engine_op_info_t *out) {
    model_subgraph_t view;
    model_subgraph(&interpreter->model, subgraph, &view);
    model_operator_t op = model_operator(&interpreter->model, &view, i);
    const interpreter_subgraph_t *prepared = &interpreter->subgraphs[subgraph];
    out->inputs = op.inputs->item;
    out->outputs = op.outputs->item;
    out->code = op.code;
    out->input_count = op.inputs->count;
    out->output_count = op.outputs->count;
    out->macs = prepared->ops ? prepared->ops[i].macs : 0;
}

uint32_t engine_explain(const interpreter_t *interpreter, char *text, uint32_t bytes) {
    return (uint32_t)interpreter_explain(interpreter, text, bytes);
}

uint32_t engine_wants_records(uint32_t status) {
    return status == STATUS_RECORDS;
}

int32_t engine_row_code(uint32_t i) {
    return i < registry_count() ? registry_code(registry_row(i)) : -1;
}

const char *engine_op_name(int32_t code) {
    return registry_name(code, NULL); /* not packed here */
}
