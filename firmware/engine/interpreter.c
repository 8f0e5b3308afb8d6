/* SPDX-License-Identifier: MIT
 * Load, place, invoke. */
#include "interpreter.h"

#include "prepare.h"

status_t interpreter_load(interpreter_t *interpreter, const void *model, uint32_t model_bytes, void *records, uint32_t record_bytes) {
    return interpreter_load_bounded(interpreter, model, model_bytes, records, record_bytes, INTERPRETER_FAST);
}

status_t interpreter_load_bounded(interpreter_t *interpreter, const void *model, uint32_t model_bytes, void *records,
                                  uint32_t record_bytes, uint32_t scratch_bytes) {
    memset(interpreter, 0, sizeof *interpreter);
    interpreter->scratch_bytes = scratch_bytes;
    TRY(model_open(&interpreter->model, model, model_bytes, &interpreter->error));
    if (records != NULL) {
        arena_init(&interpreter->records, records, record_bytes);
    }
    uint32_t count = interpreter->model.subgraphs->count;
    interpreter->subgraphs = prepare_take(interpreter, count * (uint32_t)sizeof(interpreter_subgraph_t));
    if (interpreter->subgraphs == NULL) {
        return status_fail(&interpreter->error, STATUS_RECORDS, (int32_t)record_bytes, 0);
    }
    TRY(prepare_subgraph(interpreter, 0));
    interpreter_reset_variables(interpreter);
    return STATUS_OK;
}

uint64_t interpreter_macs(const interpreter_t *interpreter) {
    const interpreter_subgraph_t *subgraph = interpreter_main(interpreter);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < subgraph->model.operators->count; i++) {
        sum += subgraph->ops[i].macs;
    }
    return sum;
}

uint32_t interpreter_arena_bytes(const interpreter_t *interpreter) {
    return interpreter_main(interpreter)->arena_bytes;
}

uint32_t interpreter_record_bytes(const interpreter_t *interpreter) {
    return interpreter->record_bytes + interpreter->records.low;
}

void prepare_rebase(interpreter_subgraph_t *subgraph, uint8_t *arena) {
    ptrdiff_t by = (ptrdiff_t)((uintptr_t)arena - (uintptr_t)subgraph->arena);
    for (uint32_t i = 0; by != 0 && i < subgraph->model.tensors->count; i++) {
        tensor_t *tensor = &subgraph->tensors[i];
        if (!(tensor->flags & (TENSOR_CONSTANT | TENSOR_VARIABLE))) {
            tensor->data = (void *)((uintptr_t)tensor->data + (uintptr_t)by);
        }
    }
    for (uint32_t i = 0; by != 0 && i < subgraph->model.operators->count; i++) {
        subgraph->ops[i].scratch = (uint8_t *)((uintptr_t)subgraph->ops[i].scratch + (uintptr_t)by);
    }
    subgraph->arena = arena;
}

KERNEL_FAILS static status_t fail(interpreter_t *interpreter, status_t status, uint32_t found, uint32_t needs) {
    interpreter->error.port = KERNEL_OP;
    interpreter->error.op_index = -1;
    STATUS_FAIL(&interpreter->error, status, (int32_t)found, (int32_t)needs);
}

status_t interpreter_set_arena(interpreter_t *interpreter, void *arena, uint32_t bytes) {
    interpreter->error.running = false;
    uint32_t remainder = (uint32_t)((uintptr_t)arena & (INTERPRETER_ARENA_ALIGNMENT - 1));
    if (remainder) {
        return fail(interpreter, STATUS_ARENA_ADDRESS, remainder, INTERPRETER_ARENA_ALIGNMENT);
    }
    if (bytes < interpreter_arena_bytes(interpreter)) {
        return fail(interpreter, STATUS_ARENA, bytes, interpreter_arena_bytes(interpreter));
    }
    prepare_rebase(interpreter_main(interpreter), arena);
    interpreter->ready = true;
    return STATUS_OK;
}

static status_t invoke_op(interpreter_t *interpreter, interpreter_subgraph_t *subgraph, uint32_t i) {
    const registry_row_t *row = subgraph->ops[i].row;
    engine_op_t engine;
    kernel_ctx_t ctx;
    prepare_ctx(&ctx, &engine, interpreter, subgraph, i);
    if (!REGISTRY_CALLS || subgraph == interpreter_main(interpreter)) { /* what fails in others is told of the operator that called them */
        interpreter->error.op_index = (int32_t)i;
        interpreter->error.op_code = (int16_t)registry_code(row);
    }
    return row->invoke(&ctx);
}

status_t interpreter_begin(interpreter_t *interpreter) {
    interpreter->error.running = true;
    interpreter->calls = 0;
    return interpreter->ready ? STATUS_OK : fail(interpreter, STATUS_ARENA_ABSENT, 0, 0);
}

status_t interpreter_invoke_op(interpreter_t *interpreter, uint32_t i) {
    TRY(interpreter_begin(interpreter));
    return invoke_op(interpreter, interpreter_main(interpreter), i);
}

status_t prepare_invoke(interpreter_t *interpreter, interpreter_subgraph_t *subgraph) {
    for (uint32_t i = 0; i < subgraph->model.operators->count; i++) {
        TRY(invoke_op(interpreter, subgraph, i));
    }
    return STATUS_OK;
}

status_t interpreter_invoke(interpreter_t *interpreter) {
    TRY(interpreter_begin(interpreter));
    return prepare_invoke(interpreter, interpreter_main(interpreter));
}

/* A variable begins at real 0: its zero point, byte by byte for int8. */
static void reset_tensor(interpreter_t *interpreter, const interpreter_subgraph_t *subgraph, uint32_t i) {
    const tensor_t *tensor = &subgraph->tensors[i];
    if (tensor->flags & TENSOR_VARIABLE) {
        quant_t quant = model_quant(&interpreter->model, &subgraph->model, i);
        int32_t value = tensor->type == TENSOR_INT8 && quant.count ? quant.zero_point[0] : 0;
        memset(tensor->data, value, kernel_bytes(tensor));
    }
}

void interpreter_reset_variables(interpreter_t *interpreter) {
    for (uint32_t s = 0; s < (REGISTRY_CALLS ? interpreter->model.subgraphs->count : 1); s++) {
        const interpreter_subgraph_t *subgraph = &interpreter->subgraphs[s];
        for (uint32_t i = 0; subgraph->tensors && i < subgraph->model.tensors->count; i++) {
            reset_tensor(interpreter, subgraph, i);
        }
        interpreter->subgraphs[s].has_run = false;
    }
    for (interpreter_resource_t *one = interpreter->resources; REGISTRY_RESOURCES && one != NULL; one = one->next) {
        if (one->data != NULL) {
            memset(one->data, one->fill, one->bytes);
        }
    }
}
