/* SPDX-License-Identifier: MIT
 * A model loaded, and what to free after it, in both builds of the engine: with MPYLITE_RAISES a failure leaves by longjmp to
 * `place`, as it does by MicroPython's exceptions. Included once in a program. */
#include <setjmp.h>
#include <stdlib.h>

#include "interpreter.h"

/* Zeroed memory from calloc. */
typedef struct {
    interpreter_t interpreter; /* first: what raises finds the rest */
    jmp_buf place;
    void *records; /* a chain of blocks where failures are raised */
    void *arena;
} attempt_t;

#if MPYLITE_RAISES
void status_raise(const failure_t *error) {
    longjmp(((attempt_t *)(void *)(uintptr_t)error)->place, 1);
}

/* No byte more than is asked for: the next block is asked for as often as can be, and a byte beyond is seen. */
void *interpreter_more_records(interpreter_t *interpreter, uint32_t *bytes) {
    attempt_t *attempt = (attempt_t *)(void *)interpreter;
    void **link = malloc(2 * sizeof *link);
    link[0] = attempt->records;
    attempt->records = link;
    return link[1] = malloc(*bytes);
}

static status_t attempt_load(attempt_t *attempt, const void *model, uint32_t bytes, uint32_t scratch_bytes, uint32_t most_records) {
    (void)most_records;
    return interpreter_load_bounded(&attempt->interpreter, model, bytes, NULL, 0, scratch_bytes);
}

static void attempt_free(attempt_t *attempt) {
    free(attempt->arena);
    while (attempt->records != NULL) {
        void **link = attempt->records;
        attempt->records = link[0];
        free(link[1]);
        free(link);
    }
    free(attempt);
}
#else
static status_t attempt_load(attempt_t *attempt, const void *model, uint32_t bytes, uint32_t scratch_bytes, uint32_t most_records) {
    status_t status = STATUS_RECORDS;
    for (uint32_t room = 4096; status == STATUS_RECORDS && room <= most_records; room *= 4) {
        free(attempt->records);
        attempt->records = malloc(room);
        status = interpreter_load_bounded(&attempt->interpreter, model, bytes, attempt->records, room, scratch_bytes);
    }
    return status;
}

static void attempt_free(attempt_t *attempt) {
    free(attempt->arena);
    free(attempt->records);
    free(attempt);
}
#endif

/* A checksum of the outputs. */
static uint32_t attempt_outputs(const interpreter_t *interpreter) {
    const interpreter_subgraph_t *subgraph = interpreter_main(interpreter);
    const flatbuf_vector_t *outputs = subgraph->model.outputs;
    uint32_t sum = 2166136261u;
    for (uint32_t i = 0; i < outputs->count; i++) {
        const tensor_t *tensor = &subgraph->tensors[outputs->item[i]];
        uint32_t bytes = kernel_bytes(tensor);
        for (uint32_t b = 0; b < bytes; b++) {
            sum = (sum ^ ((const uint8_t *)tensor->data)[b]) * 16777619u;
        }
    }
    return sum;
}
