/* SPDX-License-Identifier: MIT
 * Subgraphs that operators call. A callee works in its caller's scratch, so that one plan covers both. */
#include "prepare.h"

static interpreter_subgraph_t *callee(const kernel_ctx_t *ctx, int32_t subgraph) {
    return &interpreter_of(ctx)->subgraphs[subgraph];
}

/* Levels of subgraphs that are being prepared. */
static int32_t levels(const interpreter_t *interpreter) {
    int32_t count = 0;
    for (uint32_t i = 0; i < interpreter->model.subgraphs->count; i++) {
        count += interpreter->subgraphs[i].state == INTERPRETER_PREPARING;
    }
    return count;
}

status_t kernel_call_prepare(kernel_ctx_t *ctx, int32_t subgraph, uint32_t *arena_bytes) {
    interpreter_t *interpreter = interpreter_of(ctx);
    int32_t count = (int32_t)interpreter->model.subgraphs->count;
    if (subgraph < 0 || subgraph >= count) {
        return kernel_fail(ctx, STATUS_SUBGRAPH, KERNEL_OP, subgraph, count);
    }
    interpreter_subgraph_t *caller = ((const engine_op_t *)ctx->engine)->subgraph;
    interpreter_subgraph_t *called = callee(ctx, subgraph);
    if (called->state == INTERPRETER_PREPARING || levels(interpreter) > INTERPRETER_MAX_NESTING) {
        return kernel_fail(ctx, STATUS_NESTING, KERNEL_OP, 0, INTERPRETER_MAX_NESTING);
    }
    failure_t here = interpreter->error;
    TRY(prepare_subgraph(interpreter, (uint32_t)subgraph));
    interpreter->error = here;
    if (caller->depth < called->depth + 1) {
        caller->depth = (uint8_t)(called->depth + 1);
    }
    if (levels(interpreter) + called->depth > INTERPRETER_MAX_NESTING) {
        return kernel_fail(ctx, STATUS_NESTING, KERNEL_OP, 0, INTERPRETER_MAX_NESTING);
    }
    *arena_bytes = called->arena_bytes;
    return STATUS_OK;
}

static const flatbuf_vector_t *ports(const kernel_ctx_t *ctx, int32_t subgraph, unsigned port) {
    const interpreter_subgraph_t *called = callee(ctx, subgraph);
    return port & KERNEL_OUTPUT ? called->model.outputs : called->model.inputs;
}

uint32_t kernel_call_count(const kernel_ctx_t *ctx, int32_t subgraph, unsigned port) {
    return ports(ctx, subgraph, port)->count;
}

tensor_t *kernel_call_tensor(const kernel_ctx_t *ctx, int32_t subgraph, unsigned port) {
    return &callee(ctx, subgraph)->tensors[ports(ctx, subgraph, port)->item[port & ~(unsigned)KERNEL_OUTPUT]];
}

void kernel_call_begin(const kernel_ctx_t *ctx, int32_t subgraph, void *arena) {
    prepare_rebase(callee(ctx, subgraph), arena);
}

status_t kernel_call_run(const kernel_ctx_t *ctx, int32_t subgraph) {
    interpreter_t *interpreter = interpreter_of(ctx);
    if (interpreter->calls == INTERPRETER_MAX_CALLS) {
        return kernel_fail(ctx, STATUS_LOOP, KERNEL_OP, INTERPRETER_MAX_CALLS, 0);
    }
    interpreter->calls++;
    return prepare_invoke(interpreter, callee(ctx, subgraph));
}

bool kernel_call_is_first(const kernel_ctx_t *ctx, int32_t subgraph) {
    bool first = !callee(ctx, subgraph)->has_run;
    callee(ctx, subgraph)->has_run = true;
    return first;
}
