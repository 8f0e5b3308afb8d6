/* SPDX-License-Identifier: MIT
 * Loads a model and runs it once, and tells how that ended; with MPYLITE_RAISES too, where a failure leaves by longjmp as it
 * does by MicroPython's exceptions. test_raising.py compares both. */
#include "attempt.h"

#define MOST_RECORD_BYTES (1u << 24)
#define MOST_ARENA_BYTES (1u << 20)
#define MOST_MACS (1u << 22)

enum { STATUS, RUNNING, ARENA_BYTES, RECORD_BYTES, OUTPUTS };

/* How an attempt ended: numbers, and the sentence of its failure. */
typedef struct {
    int32_t value[OUTPUTS + 1];
    char text[200];
} end_t;

static void run(attempt_t *attempt, const void *model, uint32_t bytes, end_t *end) {
    interpreter_t *interpreter = &attempt->interpreter;
    if (attempt_load(attempt, model, bytes, INTERPRETER_FAST, MOST_RECORD_BYTES) != STATUS_OK) {
        return;
    }
    uint32_t arena_bytes = interpreter_arena_bytes(interpreter);
    end->value[ARENA_BYTES] = (int32_t)arena_bytes;
    end->value[RECORD_BYTES] = (int32_t)interpreter_record_bytes(interpreter);
    if (arena_bytes > MOST_ARENA_BYTES || interpreter_macs(interpreter) > MOST_MACS) {
        return;
    }
    attempt->arena = calloc(arena_bytes + 1, 1);
    interpreter_set_arena(interpreter, attempt->arena, arena_bytes);
    if (interpreter_invoke(interpreter) == STATUS_OK) {
        end->value[OUTPUTS] = (int32_t)attempt_outputs(interpreter);
    }
}

void attempt(const void *model, uint32_t bytes, end_t *end) {
    attempt_t *attempt = calloc(1, sizeof *attempt); /* not of the stack: longjmp leaves locals undefined */
    if (setjmp(attempt->place) == 0) {
        run(attempt, model, bytes, end);
    }
    const failure_t *error = &attempt->interpreter.error;
    end->value[STATUS] = error->status;
    end->value[RUNNING] = error->running;
    if (error->status != STATUS_OK) {
        status_format(error, end->text, sizeof end->text);
    }
    attempt_free(attempt);
}
