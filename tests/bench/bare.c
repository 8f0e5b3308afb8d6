/* SPDX-License-Identifier: MIT
 * The engine alone on a bare Cortex-M0+: functions that the PC calls by their addresses. No start-up code, no console;
 * the PC prepares stack and memory and reads the results. */
#include "interpreter.h"

static interpreter_t interpreter;

static uint32_t scratch_bytes = INTERPRETER_FAST;

/* The most scratch for models that are loaded from now on; 0: as little as INTERPRETER_SMALL says. */
void bare_bound(uint32_t bytes) {
    scratch_bytes = bytes ? bytes : INTERPRETER_SMALL;
}

/* The first record_bytes of `ram` are records, the rest is the arena. Returns a status. */
uint32_t bare_load(const void *model, uint32_t model_bytes, uint8_t *ram, uint32_t record_bytes) {
    return interpreter_load_bounded(&interpreter, model, model_bytes, ram, record_bytes, scratch_bytes);
}

uint32_t bare_set_arena(uint8_t *arena, uint32_t bytes) {
    return interpreter_set_arena(&interpreter, arena, bytes);
}

uint32_t bare_arena_bytes(void) {
    return interpreter_arena_bytes(&interpreter);
}

uint32_t bare_record_bytes(void) {
    return interpreter_record_bytes(&interpreter);
}

uint32_t bare_op_count(void) {
    return interpreter_main(&interpreter)->model.operators->count;
}

uint32_t bare_op_code(uint32_t i) {
    return (uint32_t)registry_code(interpreter_main(&interpreter)->ops[i].row);
}

uint32_t bare_op_macs(uint32_t i) {
    return interpreter_main(&interpreter)->ops[i].macs;
}

uint32_t bare_invoke_op(uint32_t i) {
    return interpreter_invoke_op(&interpreter, i);
}

static tensor_t *tensor(const flatbuf_vector_t *list, uint32_t i) {
    return &interpreter_main(&interpreter)->tensors[list->item[i]];
}

void *bare_input(uint32_t i) {
    return tensor(interpreter_main(&interpreter)->model.inputs, i)->data;
}

void *bare_output(uint32_t i) {
    return tensor(interpreter_main(&interpreter)->model.outputs, i)->data;
}

uint32_t bare_explain(char *text, uint32_t bytes) {
    return (uint32_t)interpreter_explain(&interpreter, text, bytes);
}
