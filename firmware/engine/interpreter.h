/* SPDX-License-Identifier: MIT
 * Load, prepare, place, invoke: one model at work. The caller owns all memory: the interpreter_t, the model file
 * (used in place, never copied), the records and the arena. No allocation, no global state.
 *
 *   records  tensor views, operator records, multipliers, variables: kept from load until the end
 *   arena    activations and scratch: valid from set_tensor to get_tensor; interpreters that take turns may share one
 */
#ifndef MPYLITE_INTERPRETER_H
#define MPYLITE_INTERPRETER_H

#include "arena.h"
#include "model.h"
#include "registry.h"

#define INTERPRETER_ARENA_ALIGNMENT 8

/* Subgraphs that call one another (IF, WHILE, CALL_ONCE) may nest this deep. */
#define INTERPRETER_MAX_NESTING 4

/* Subgraphs that one invocation may run; a turn of a WHILE is two. */
#define INTERPRETER_MAX_CALLS 131072

/* One operator, prepared. */
typedef struct {
    uint8_t input_count;
    uint8_t output_count;
    uint8_t shared_input;   /* input whose memory the shared output may take, plus 1; 0 for none */
    uint8_t shared_output;
    const registry_row_t *row;
    void *params;
    const int32_t *inputs;
    const int32_t *outputs;
    uint8_t *scratch;       /* before the plan: the bytes asked for */
    uint32_t macs;
} interpreter_op_t;

/* One subgraph, prepared. */
typedef struct {
    uint8_t state;  /* INTERPRETER_UNUSED ... */
    uint8_t depth;  /* levels of subgraphs below it, 0 if it calls none */
    bool has_run;   /* since load or the last reset of variables: CALL_ONCE asks */
    tensor_t *tensors;
    interpreter_op_t *ops;
    model_subgraph_t model;
    uint32_t arena_bytes;
    uint8_t *arena; /* where tensors' data lie now; NULL after the plan: data are offsets */
} interpreter_subgraph_t;

enum { INTERPRETER_UNUSED, INTERPRETER_PREPARING, INTERPRETER_PREPARED };

/* A resource variable; a chain in the records. */
typedef struct interpreter_resource {
    struct interpreter_resource *next;
    uint8_t *data;  /* NULL until its size is known */
    uint32_t bytes;
    const flatbuf_vector_t *container;
    const flatbuf_vector_t *name;
    uint8_t fill;
} interpreter_resource_t;

typedef struct {
    failure_t error;
    bool ready; /* an arena is set */
    model_t model;
    arena_t records;
    interpreter_subgraph_t *subgraphs;
    interpreter_resource_t *resources;
    uint32_t record_bytes;  /* in use, in blocks before `records` */
    uint32_t scratch_bytes; /* that an operator may ask for to be faster */
    uint32_t calls; /* subgraphs run by this invocation */
} interpreter_t;

/* Verifies the model and prepares every operator. `records` must stay in place; STATUS_RECORDS if they are too few:
 * try again with more. interpreter->error tells the details of any failure. */
status_t interpreter_load(interpreter_t *interpreter, const void *model, uint32_t model_bytes, void *records, uint32_t record_bytes);

/* The same with a bound on the scratch that operators ask for to be faster (they may need a little more to run at all):
 * INTERPRETER_FAST is interpreter_load's; INTERPRETER_SMALL keeps the arena within a few per cent of the tensors'. */
#define INTERPRETER_FAST 32768
#define INTERPRETER_SMALL 1024
#define INTERPRETER_HOST (1u << 28) /* no bound: a PC that runs the model and does not plan a board's arena */
status_t interpreter_load_bounded(interpreter_t *interpreter, const void *model, uint32_t model_bytes, void *records,
                                  uint32_t record_bytes, uint32_t scratch_bytes);

#if MPYLITE_RAISES
/* Given by whoever builds the engine so: a block for more records, of at least *bytes bytes, which gives its size and stays
 * as long as the interpreter. May be asked before there are any. Does not return without one. The block before this one
 * will not be written any further. */
KERNEL_GIVES void *interpreter_more_records(interpreter_t *interpreter, uint32_t *bytes);
#endif

/* Bytes that the arena needs, exactly; and bytes of records in use. */
uint32_t interpreter_arena_bytes(const interpreter_t *interpreter);
uint32_t interpreter_record_bytes(const interpreter_t *interpreter);

/* Multiply-accumulates of one invocation of the main subgraph. */
uint64_t interpreter_macs(const interpreter_t *interpreter);

/* Gives the arena (aligned to INTERPRETER_ARENA_ALIGNMENT), or another one. Its contents are undefined then. */
status_t interpreter_set_arena(interpreter_t *interpreter, void *arena, uint32_t bytes);

/* What invoking begins with: STATUS_ARENA_ABSENT if no arena is set. */
status_t interpreter_begin(interpreter_t *interpreter);

/* Runs the main subgraph once. */
status_t interpreter_invoke(interpreter_t *interpreter);

/* Runs operator i of the main subgraph alone: to time it, all of them in order make one invocation. */
status_t interpreter_invoke_op(interpreter_t *interpreter, uint32_t i);

/* Sets all variables to their first values. */
void interpreter_reset_variables(interpreter_t *interpreter);

/* The main subgraph. */
static inline interpreter_subgraph_t *interpreter_main(const interpreter_t *interpreter) {
    return &interpreter->subgraphs[0];
}

/* Why the last call failed, as a sentence. */
static inline size_t interpreter_explain(const interpreter_t *interpreter, char *text, size_t bytes) {
    return status_format(&interpreter->error, text, bytes);
}

#endif
