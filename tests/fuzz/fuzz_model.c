/* SPDX-License-Identifier: MIT
 * libFuzzer's entry: bytes as a model file, through load, arena, invoke. Structure-aware: half of the mutations change
 * whole aligned words, as a FlatBuffer's offsets, counts, sizes and scales are. Without libFuzzer it replays files. */
#include <stdio.h>

#include "../engine/attempt.h"

#ifndef PLANS_ONLY /* the kernels' assembly is not there: what prepares must stand any model */
#define PLANS_ONLY 0
#endif

enum {
    MOST_RECORD_BYTES = 1 << 18,
    MOST_ARENA_BYTES = 1 << 18,
    MOST_WORK = 1 << 16, /* elements and multiply-accumulates in one invocation, so that a run stays short */
    MOST_LOOP_WORK = 1 << 11, /* where subgraphs may run INTERPRETER_MAX_CALLS times */
};

/* Multiply-accumulates of a subgraph, and elements that its poolings read: these count no multiplications. */
static uint64_t macs(interpreter_t *interpreter, const interpreter_subgraph_t *subgraph) {
    enum { AVERAGE_POOL_2D = 1, L2_POOL_2D = 12, MAX_POOL_2D = 17, OPTION_FILTER_W = 3, OPTION_FILTER_H = 4 };
    uint64_t sum = 0;
    for (uint32_t i = 0; i < subgraph->model.operators->count; i++) {
        int32_t code = registry_code(subgraph->ops[i].row);
        sum += subgraph->ops[i].macs;
        if (code == AVERAGE_POOL_2D || code == L2_POOL_2D || code == MAX_POOL_2D) {
            uint32_t options = model_operator(&interpreter->model, &subgraph->model, i).options;
            uint64_t filter = (uint32_t)flatbuf_int(&interpreter->model.file, options, OPTION_FILTER_W, 0) *
                              (uint64_t)(uint32_t)flatbuf_int(&interpreter->model.file, options, OPTION_FILTER_H, 0);
            sum += filter * subgraph->tensors[subgraph->ops[i].outputs[0]].count;
        }
    }
    return sum;
}

/* Work of one invocation, roughly. */
static uint64_t work(interpreter_t *interpreter) {
    uint64_t sum = 0;
    for (uint32_t s = 0; s < interpreter->model.subgraphs->count; s++) {
        const interpreter_subgraph_t *subgraph = &interpreter->subgraphs[s];
        sum += subgraph->tensors ? macs(interpreter, subgraph) : 0;
        for (uint32_t i = 0; subgraph->tensors && i < subgraph->model.tensors->count; i++) {
            sum += subgraph->tensors[i].count;
        }
    }
    return sum;
}

/* Fills the inputs with bytes of the file itself: cheap, varied, and a finding replays from its file alone. */
static void fill_inputs(interpreter_t *interpreter, const uint8_t *data, size_t size) {
    const interpreter_subgraph_t *subgraph = interpreter_main(interpreter);
    const flatbuf_vector_t *inputs = subgraph->model.inputs;
    for (uint32_t i = 0; i < inputs->count; i++) {
        const tensor_t *tensor = &subgraph->tensors[inputs->item[i]];
        uint32_t bytes = kernel_bytes(tensor);
        for (uint32_t b = 0; b < bytes; b++) {
            ((uint8_t *)tensor->data)[b] = data[(b * 7 + i) % size];
        }
    }
}

/* True if it ran to the end; the outputs' checksum then. */
static bool run(attempt_t *attempt, const uint8_t *data, size_t size, uint32_t *sum) {
    interpreter_t *interpreter = &attempt->interpreter;
    uint32_t bytes = interpreter_arena_bytes(interpreter);
    uint32_t most = interpreter->model.subgraphs->count > 1 ? MOST_LOOP_WORK : MOST_WORK;
    if (PLANS_ONLY || bytes > MOST_ARENA_BYTES || work(interpreter) > most) {
        return false;
    }
    attempt->arena = malloc(bytes ? bytes : 1); /* exactly: a byte beyond is a finding */
    bool good = interpreter_set_arena(interpreter, attempt->arena, bytes) == STATUS_OK;
    for (int turn = 0; good && turn < 2; turn++) {
        fill_inputs(interpreter, data, size);
        good = interpreter_invoke(interpreter) == STATUS_OK;
    }
    *sum = good ? attempt_outputs(interpreter) : 0;
    return good;
}

static bool load_and_run(const uint8_t *file, size_t size, uint32_t scratch_bytes, uint32_t *sum) {
    attempt_t *attempt = calloc(1, sizeof *attempt);
    volatile bool good = false;
    if (setjmp(attempt->place) == 0) {
        good = attempt_load(attempt, file, (uint32_t)size, scratch_bytes, MOST_RECORD_BYTES) == STATUS_OK &&
               run(attempt, file, size, sum);
    }
    if (!good) {
        char text[64];
        interpreter_explain(&attempt->interpreter, text, sizeof text);
    }
    attempt_free(attempt);
    return good;
}

/* Kernels of this machine must compute what the portable way of a layer does: other outputs are a finding too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *file = malloc(size ? size : 1);
    memcpy(file, data, size);
    uint32_t plain, fast;
    if (load_and_run(file, size, INTERPRETER_FAST, &plain) && load_and_run(file, size, INTERPRETER_HOST, &fast) && plain != fast) {
        fprintf(stderr, "outputs differ with speed=host\n");
        abort();
    }
    free(file);
    return 0;
}

#ifdef FUZZ_REPLAY

static int replay(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        return 1;
    }
    static uint8_t data[1 << 20];
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    return LLVMFuzzerTestOneInput(data, size);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (replay(argv[i])) {
            return 1;
        }
    }
    printf("%d replayed\n", argc - 1);
    return 0;
}

#else

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

static uint32_t next(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Values at the borders of checks. */
static uint32_t interesting(uint32_t *seed, uint32_t old) {
    static const uint32_t values[] = {0, 1, 2, 3, 4, 5, 7, 8, 127, 128, 255, 256, 32767, 32768, 65535, 65536,
                                      0x3fffffff, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x7f800000,
                                      0x3f800000, 0x00800000, 0x7f7fffff};
    uint32_t choice = next(seed) % 40;
    if (choice < sizeof values / sizeof values[0]) {
        return values[choice];
    }
    return choice < 30 ? old + next(seed) % 9 - 4 : choice < 34 ? old << (next(seed) % 5) : choice < 37 ? 0 - old : next(seed);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed) {
    uint32_t state = seed;
    if (size < 16 || next(&state) % 4 == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    for (uint32_t n = 1 + next(&state) % 4; n > 0; n--) {
        uint32_t width = next(&state) % 4 == 0 ? 1 : next(&state) % 4 == 0 ? 2 : 4;
        size_t at = next(&state) % (size / width) * width;
        uint32_t old = 0;
        memcpy(&old, data + at, width);
        if (next(&state) % 8 == 0) { /* another word of the same file: a valid offset or index elsewhere */
            memcpy(&old, data + next(&state) % (size / width) * width, width);
        } else {
            old = interesting(&state, old);
        }
        memcpy(data + at, &old, width);
    }
    return size;
}

#endif
