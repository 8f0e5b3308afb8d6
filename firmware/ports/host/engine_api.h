/* SPDX-License-Identifier: MIT
 * The engine for callers that cannot see C structs (ctypes): flat functions over an opaque interpreter_t. */
#ifndef MPYLITE_ENGINE_API_H
#define MPYLITE_ENGINE_API_H

#include "interpreter.h"

/* Bytes of an interpreter_t. */
uint32_t engine_interpreter_bytes(void);

/* interpreter_load_bounded, with a bound by number: INTERPRETER_FAST, INTERPRETER_SMALL, INTERPRETER_HOST. */
status_t engine_load(interpreter_t *interpreter, const void *model, uint32_t model_bytes, void *records, uint32_t record_bytes,
                     uint32_t speed);

/* What numbers an interpreter has. */
enum {
    ENGINE_ARENA_BYTES,
    ENGINE_RECORD_BYTES,
    ENGINE_SUBGRAPHS,
};
uint32_t engine_number(const interpreter_t *interpreter, uint32_t which);
uint64_t engine_macs(const interpreter_t *interpreter);

/* Counts of a subgraph's parts, and its input or output tensors' indices. */
enum {
    ENGINE_TENSORS,
    ENGINE_OPS,
    ENGINE_INPUTS,
    ENGINE_OUTPUTS,
};
uint32_t engine_count(interpreter_t *interpreter, uint32_t subgraph, uint32_t which);
int32_t engine_port(interpreter_t *interpreter, uint32_t subgraph, uint32_t which, uint32_t i);

/* A tensor, flat. offset is its place in the arena, -1 for one that does not lie there. */
typedef struct {
    void *data;
    const char *name;
    const float *scale;
    const int32_t *zero_point; /* entry c is zero_point[2 * c] */
    uint32_t name_bytes;
    uint32_t scale_count;
    int32_t axis;
    uint32_t type;
    uint32_t rank;
    uint32_t flags;
    uint32_t bytes;
    int32_t offset;
    int32_t dims[KERNEL_MAX_RANK];
} engine_tensor_t;
void engine_tensor(interpreter_t *interpreter, uint32_t subgraph, uint32_t i, engine_tensor_t *out);

/* An operator, flat. */
typedef struct {
    const int32_t *inputs;
    const int32_t *outputs;
    int32_t code;
    uint32_t input_count;
    uint32_t output_count;
    uint32_t macs;
} engine_op_info_t;
void engine_op(interpreter_t *interpreter, uint32_t subgraph, uint32_t i, engine_op_info_t *out);

/* The sentence for the last failure; returns its length. */
uint32_t engine_explain(const interpreter_t *interpreter, char *text, uint32_t bytes);

/* True if `status` says that the records were too few: load again with more. */
uint32_t engine_wants_records(uint32_t status);

/* Builtin code of row i of this build's operator table, -1 after the last; a known operator's name. */
int32_t engine_row_code(uint32_t i);
const char *engine_op_name(int32_t code);

#endif
