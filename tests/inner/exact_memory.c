/* SPDX-License-Identifier: MIT
 * Runs model files with and without a bound on scratch, in records and an arena of hardly more than the bytes that they
 * need: a build with ASan finds what lies outside. */
#include <stdio.h>
#include <stdlib.h>

#include "interpreter.h"

static void fill_inputs(interpreter_t *interpreter) {
    const interpreter_subgraph_t *subgraph = interpreter_main(interpreter);
    const flatbuf_vector_t *inputs = subgraph->model.inputs;
    for (uint32_t i = 0; i < inputs->count; i++) {
        const tensor_t *tensor = &subgraph->tensors[inputs->item[i]];
        for (uint32_t b = 0; b < kernel_bytes(tensor); b++) {
            ((uint8_t *)tensor->data)[b] = (uint8_t)(b * 151 + i);
        }
    }
}

static status_t load(interpreter_t *interpreter, const void *model, size_t bytes, void *records, uint32_t record_bytes,
                     uint32_t scratch_bytes) {
    return interpreter_load_bounded(interpreter, model, (uint32_t)bytes, records, record_bytes, scratch_bytes);
}

static int run(const char *path, uint32_t scratch_bytes) {
    enum { MOST_FILE_BYTES = 1 << 22, MOST_RECORD_BYTES = 1 << 26 };
    interpreter_t interpreter;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 1;
    }
    void *model = malloc(MOST_FILE_BYTES), *records = malloc(MOST_RECORD_BYTES);
    size_t bytes = fread(model, 1, MOST_FILE_BYTES, file);
    fclose(file);
    status_t status = load(&interpreter, model, bytes, records, MOST_RECORD_BYTES, scratch_bytes);
    uint32_t record_bytes = interpreter_record_bytes(&interpreter);
    do { /* a plan at work takes a little more than stays */
        free(records);
        records = malloc(record_bytes);
        status = status == STATUS_OK || status == STATUS_RECORDS ? load(&interpreter, model, bytes, records, record_bytes, scratch_bytes)
                                                                     : status;
        record_bytes += 64;
    } while (status == STATUS_RECORDS && record_bytes < MOST_RECORD_BYTES);
    uint32_t arena_bytes = status == STATUS_OK ? interpreter_arena_bytes(&interpreter) : 1;
    void *arena = malloc(arena_bytes);
    status = status == STATUS_OK ? interpreter_set_arena(&interpreter, arena, arena_bytes) : status;
    for (int turn = 0; status == STATUS_OK && turn < 2; turn++) {
        fill_inputs(&interpreter);
        status = interpreter_invoke(&interpreter);
    }
    free(arena);
    free(records);
    free(model);
    return status != STATUS_OK;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (run(argv[i], INTERPRETER_HOST) || run(argv[i], INTERPRETER_FAST)) {
            fprintf(stderr, "%s: did not run\n", argv[i]);
            return 1;
        }
    }
    printf("%d run\n", argc - 1);
    return 0;
}
