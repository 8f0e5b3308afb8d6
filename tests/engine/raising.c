/* SPDX-License-Identifier: MIT
 * Loads a model and runs it once, and tells how that ended; with MPYLITE_RAISES too, where a failure leaves by longjmp as it
 * does by MicroPython's exceptions. test_raising.py compares both. */
#include <setjmp.h>
#include <stdlib.h>

#include "interpreter.h"

#define MOST_ARENA_BYTES (1u << 20)
#define MOST_MACS (1u << 22)

enum { STATUS, RUNNING, ARENA_BYTES, RECORD_BYTES, OUTPUTS };

/* How an attempt ended: numbers, and the sentence of its failure. */
typedef struct {
    int32_t value[OUTPUTS + 1];
    char text[200];
} end_t;

typedef struct {
    interpreter_t interpreter; /* first: what raises finds the rest */
    jmp_buf place;
    void *records;
} attempt_t;

#if MPYLITE_RAISES
void status_raise(const failure_t *error) {
    longjmp(((attempt_t *)(void *)(uintptr_t)error)->place, 1);
}

/* Blocks as small as they may be: the next one is asked for as often as can be. */
void *interpreter_more_records(interpreter_t *interpreter, uint32_t *bytes) {
    attempt_t *attempt = (attempt_t *)(void *)interpreter;
    void **block = malloc(2 * sizeof *block + *bytes);
    block[0] = attempt->records;
    attempt->records = block;
    return block + 2;
}

static void load(attempt_t *attempt, const void *model, uint32_t bytes) {
    interpreter_load(&attempt->interpreter, model, bytes, NULL, 0);
}

static void free_records(attempt_t *attempt) {
    while (attempt->records != NULL) {
        void *next = *(void **)attempt->records;
        free(attempt->records);
        attempt->records = next;
    }
}
#else
static void free_records(attempt_t *attempt) {
    free(attempt->records);
}

static void load(attempt_t *attempt, const void *model, uint32_t bytes) {
    status_t status = STATUS_RECORDS;
    for (uint32_t room = 1024; status == STATUS_RECORDS; room *= 2) {
        free(attempt->records);
        attempt->records = malloc(room);
        status = interpreter_load(&attempt->interpreter, model, bytes, attempt->records, room);
    }
}
#endif

static int32_t outputs(const interpreter_t *interpreter) {
    const interpreter_subgraph_t *subgraph = interpreter_main(interpreter);
    const int32_t *indices = model_ints(&interpreter->model, subgraph->model.outputs);
    uint32_t sum = 0;
    for (uint32_t i = 0; i < subgraph->model.outputs.count; i++) {
        const tensor_t *tensor = &subgraph->tensors[indices[i]];
        for (uint32_t b = 0; b < tensor->count * model_item_bytes(tensor->type); b++) {
            sum = sum * 31 + ((const uint8_t *)tensor->data)[b];
        }
    }
    return (int32_t)sum;
}

static void run(attempt_t *attempt, const void *model, uint32_t bytes, void **arena, end_t *end) {
    interpreter_t *interpreter = &attempt->interpreter;
    load(attempt, model, bytes);
    if (interpreter->error.status != STATUS_OK) {
        return;
    }
    uint32_t arena_bytes = interpreter_arena_bytes(interpreter);
    end->value[ARENA_BYTES] = (int32_t)arena_bytes;
    end->value[RECORD_BYTES] = (int32_t)interpreter_record_bytes(interpreter);
    if (arena_bytes > MOST_ARENA_BYTES || interpreter_macs(interpreter) > MOST_MACS) {
        return;
    }
    *arena = calloc(arena_bytes + 1, 1);
    interpreter_set_arena(interpreter, *arena, arena_bytes);
    if (interpreter_invoke(interpreter) == STATUS_OK) {
        end->value[OUTPUTS] = outputs(interpreter);
    }
}

void attempt(const void *model, uint32_t bytes, end_t *end) {
    attempt_t attempt = {.records = NULL};
    void *volatile arena = NULL;
    if (setjmp(attempt.place) == 0) {
        run(&attempt, model, bytes, (void **)(uintptr_t)&arena, end);
    }
    const failure_t *error = &attempt.interpreter.error;
    end->value[STATUS] = error->status;
    end->value[RUNNING] = error->running;
    if (error->status != STATUS_OK) {
        status_format(error, end->text, sizeof end->text);
    }
    free(arena);
    free_records(&attempt);
}
