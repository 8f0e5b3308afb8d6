/* SPDX-License-Identifier: MIT
 * The engine alone on an emulated machine: works through the models of a request that lies in its memory, and says what
 * each gave and how many instructions its invocation took. What differs from machine to machine is in probe.h's files. */
#include "probe.h"

#include <string.h>

#include "interpreter.h"

#define ROOM (3u << 20)

/* The request: how many models, then for each one this and behind it (each aligned to 16) the model and its input. */
typedef struct {
    uint32_t scratch_bytes;
    uint32_t model_bytes;
    uint32_t input_bytes;  /* of all inputs, one after another */
    uint32_t output_bytes; /* of the first output */
} question_t;

typedef struct {
    uint32_t status;
    uint32_t instructions;
    uint32_t arena_bytes;
    uint32_t record_bytes;
} answer_t;

static interpreter_t interpreter;
static uint64_t room[ROOM / 8];

static const uint8_t *aligned(const uint8_t *at) {
    return (const uint8_t *)(((uintptr_t)at + 15) & ~(uintptr_t)15);
}

static tensor_t *tensor(const flatbuf_vector_t *list, uint32_t i) {
    return &interpreter_main(&interpreter)->tensors[list->item[i]];
}

static uint32_t ask(const question_t *question, const uint8_t *model, const uint8_t *input, answer_t *answer) {
    uint8_t *memory = (uint8_t *)room;
    memset(memory, 0x55, sizeof room);
    uint32_t status = interpreter_load_bounded(&interpreter, model, question->model_bytes, memory, ROOM, question->scratch_bytes);
    if (status) {
        return status;
    }
    answer->record_bytes = interpreter_record_bytes(&interpreter);
    answer->arena_bytes = interpreter_arena_bytes(&interpreter);
    memory += (answer->record_bytes + 15) & ~15u;
    status = interpreter_set_arena(&interpreter, memory, answer->arena_bytes);
    if (status) {
        return status;
    }
    const flatbuf_vector_t *inputs = interpreter_main(&interpreter)->model.inputs;
    const uint8_t *end = input + question->input_bytes;
    for (uint32_t i = 0; input < end; i++) {
        tensor_t *one = tensor(inputs, i);
        uint32_t bytes = one->count * model_item_bytes(one->type);
        memcpy(one->data, input, bytes);
        input += bytes;
    }
    probe_restart();
    status = interpreter_invoke(&interpreter);
    answer->instructions = probe_instructions();
    return status;
}

void probe_main(const uint8_t *request) {
    uint32_t count = *(const uint32_t *)(const void *)request;
    for (request += 16; count > 0; count--) {
        question_t question;
        answer_t answer = {0};
        memcpy(&question, request, sizeof question);
        const uint8_t *model = request + sizeof question, *input = aligned(model + question.model_bytes);
        answer.status = ask(&question, model, input, &answer);
        request = aligned(input + question.input_bytes);
        probe_write(&answer, sizeof answer);
        if (answer.status == 0) {
            probe_write(tensor(interpreter_main(&interpreter)->model.outputs, 0)->data, question.output_bytes);
        }
    }
}
