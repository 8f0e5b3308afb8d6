/* SPDX-License-Identifier: MIT
 * Prepares the operators of a subgraph and lays its tensors into the arena. Private to the engine. */
#ifndef MPYLITE_PREPARE_H
#define MPYLITE_PREPARE_H

#include "interpreter.h"

/* More flags of a tensor, the engine's own. */
enum {
    TENSOR_WRITTEN = 8, /* has a value when the operators so far have run */
};

/* What kernel_ctx_t.engine points to. */
typedef struct {
    interpreter_t *interpreter;
    interpreter_subgraph_t *subgraph;
    uint32_t op_index;
    uint32_t options; /* the operator's option table, ENGINE_OPTIONS_UNREAD at first */
} engine_op_t;

#define ENGINE_OPTIONS_UNREAD UINT32_MAX

/* The interpreter that runs the operator at hand. */
static inline interpreter_t *interpreter_of(const kernel_ctx_t *ctx) {
    return ((const engine_op_t *)ctx->engine)->interpreter;
}

/* Zeroed records; NULL if there is no room. */
KERNEL_GIVES void *prepare_take(interpreter_t *interpreter, uint32_t bytes);

/* Prepares subgraph i and all that it calls; the second time it does nothing. */
status_t prepare_subgraph(interpreter_t *interpreter, uint32_t i);

/* The context of operator i as invoke sees it. */
void prepare_ctx(kernel_ctx_t *ctx, engine_op_t *engine, interpreter_t *interpreter, interpreter_subgraph_t *subgraph, uint32_t index);

/* Runs the operators of a prepared subgraph whose pointers are set. */
status_t prepare_invoke(interpreter_t *interpreter, interpreter_subgraph_t *subgraph);

/* Moves the subgraph's pointers from where its arena was to where it is now. */
void prepare_rebase(interpreter_subgraph_t *subgraph, uint8_t *arena);

/* Gives every tensor and scratch of the subgraph its offset, and sets subgraph->arena_bytes. */
status_t place_subgraph(interpreter_t *interpreter, interpreter_subgraph_t *subgraph, uint32_t index);

#endif
