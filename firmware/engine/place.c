/* SPDX-License-Identifier: MIT
 * From tensors and scratch to buffers with lives, and from the plan back to offsets. */
#include "plan.h"
#include "prepare.h"

/* The metadata entry of an offline plan: int32 version, subgraph, count, then count offsets (-1: at run time). */
static const char OFFLINE_PLAN[] = "OfflineMemoryAllocation";
enum { OFFLINE_SUBGRAPH = 1, OFFLINE_COUNT = 2, OFFLINE_OFFSETS = 3 };

enum { NO_BUFFER = 0xffff };

/* Which outputs may take their inputs' buffers. None is best for every model: a small output keeps a large buffer. */
enum { SHARE_ALL, SHARE_EQUAL, SHARE_NONE, SHARE_CHOICES };

typedef struct {
    interpreter_t *interpreter;
    interpreter_subgraph_t *subgraph;
    const int32_t *wishes;  /* offsets of the file's plan, by tensor; NULL for none */
    plan_buffer_t *buffers; /* tensors' first, then scratch's */
    uint16_t *buffer_of;    /* by tensor */
    uint32_t count;
    int sharing;
} placement_t;

static bool needs_arena(const tensor_t *tensor) {
    return !(tensor->flags & (TENSOR_CONSTANT | TENSOR_VARIABLE));
}

static plan_buffer_t *add(placement_t *p, uint32_t bytes, uint32_t op, int32_t wish) {
    plan_buffer_t *buffer = &p->buffers[p->count++];
    buffer->bytes = bytes;
    buffer->first = buffer->last = (uint16_t)op;
    buffer->offset = wish;
    return buffer;
}

static void begin(placement_t *p, int32_t tensor, uint32_t op) {
    const tensor_t *view = &p->subgraph->tensors[tensor];
    if (needs_arena(view) && p->buffer_of[tensor] == NO_BUFFER) {
        p->buffer_of[tensor] = (uint16_t)p->count;
        add(p, view->count * model_item_bytes(view->type), op, p->wishes ? p->wishes[tensor] : PLAN_UNPLACED);
    }
}

static void use(placement_t *p, int32_t tensor, uint32_t op) {
    if (tensor >= 0 && p->buffer_of[tensor] != NO_BUFFER) {
        p->buffers[p->buffer_of[tensor]].last = (uint16_t)op;
    }
}

/* True if no operator after this one, and no output of the subgraph, needs what lies in the buffer. */
static bool is_last_use(const placement_t *p, uint16_t buffer, uint32_t op) {
    const interpreter_subgraph_t *subgraph = p->subgraph;
    const int32_t *outputs = model_ints(&p->interpreter->model, subgraph->model.outputs);
    for (uint32_t i = 0; i < subgraph->model.outputs.count; i++) {
        if (p->buffer_of[outputs[i]] == buffer) {
            return false;
        }
    }
    for (uint32_t later = op + 1; later < subgraph->model.operators.count; later++) {
        const interpreter_op_t *one = &subgraph->ops[later];
        for (uint32_t i = 0; i < one->input_count; i++) {
            if (one->inputs[i] >= 0 && p->buffer_of[one->inputs[i]] == buffer) {
                return false;
            }
        }
    }
    return true;
}

/* Lets an output take its input's buffer where the kernel allows it and nobody reads the input later. */
static void share(placement_t *p, const interpreter_op_t *op, uint32_t index) {
    if (op->shared_input == 0 || op->inputs[op->shared_input - 1] < 0) {
        return;
    }
    int32_t from = op->inputs[op->shared_input - 1];
    int32_t to = op->outputs[op->shared_output];
    uint16_t buffer = p->buffer_of[from];
    for (uint32_t i = 0; i < op->input_count; i++) { /* another input on the same memory would be overwritten */
        if (i != op->shared_input - 1u && op->inputs[i] >= 0 && p->buffer_of[op->inputs[i]] == buffer) {
            return;
        }
    }
    if (buffer == NO_BUFFER || (p->wishes && p->wishes[from] != p->wishes[to]) || !is_last_use(p, buffer, index)) {
        return;
    }
    const tensor_t *view = &p->subgraph->tensors[to];
    uint32_t bytes = view->count * model_item_bytes(view->type);
    if (p->sharing == SHARE_NONE || (p->sharing == SHARE_EQUAL && bytes != p->buffers[buffer].bytes)) {
        return;
    }
    if (bytes > p->buffers[buffer].bytes) {
        p->buffers[buffer].bytes = bytes;
    }
    p->buffer_of[to] = buffer;
}

static void find_lives(placement_t *p) {
    const interpreter_subgraph_t *subgraph = p->subgraph;
    const model_t *model = &p->interpreter->model;
    const int32_t *inputs = model_ints(model, subgraph->model.inputs);
    const int32_t *outputs = model_ints(model, subgraph->model.outputs);
    uint32_t op_count = subgraph->model.operators.count;
    p->count = 0;
    memset(p->buffer_of, 0xff, subgraph->model.tensors.count * sizeof p->buffer_of[0]);
    for (uint32_t i = 0; i < subgraph->model.inputs.count; i++) {
        begin(p, inputs[i], 0);
    }
    for (uint32_t index = 0; index < op_count; index++) {
        const interpreter_op_t *op = &subgraph->ops[index];
        share(p, op, index);
        for (uint32_t i = 0; i < op->output_count; i++) {
            begin(p, op->outputs[i], index);
            use(p, op->outputs[i], index);
        }
        for (uint32_t i = 0; i < op->input_count; i++) {
            use(p, op->inputs[i], index);
        }
    }
    for (uint32_t i = 0; i < subgraph->model.outputs.count; i++) {
        use(p, outputs[i], op_count);
    }
    for (uint32_t index = 0; index < op_count; index++) {
        add(p, (uint32_t)(uintptr_t)subgraph->ops[index].scratch, index, PLAN_UNPLACED);
    }
}

/* Writes the offsets where the pointers will be; interpreter_set_arena adds the address. */
static void write_offsets(placement_t *p) {
    const interpreter_subgraph_t *subgraph = p->subgraph;
    uint32_t op_count = subgraph->model.operators.count;
    const plan_buffer_t *scratch = p->buffers + p->count - op_count;
    for (uint32_t i = 0; i < subgraph->model.tensors.count; i++) {
        if (needs_arena(&subgraph->tensors[i]) && p->buffer_of[i] != NO_BUFFER) {
            subgraph->tensors[i].data = (void *)(uintptr_t)p->buffers[p->buffer_of[i]].offset;
        }
    }
    for (uint32_t i = 0; i < op_count; i++) {
        subgraph->ops[i].scratch = (uint8_t *)(uintptr_t)scratch[i].offset;
    }
}

/* The offsets that the file's plan gives, NULL if it has none that fits. */
static const int32_t *offline_plan(interpreter_t *interpreter, const interpreter_subgraph_t *subgraph, uint32_t index) {
    uint32_t bytes;
    const int32_t *plan = (const int32_t *)(const void *)model_metadata(&interpreter->model, OFFLINE_PLAN, &bytes);
    uint32_t count = subgraph->model.tensors.count;
    if (plan == NULL || bytes < 4 * (OFFLINE_OFFSETS + count) || plan[OFFLINE_SUBGRAPH] != (int32_t)index ||
        plan[OFFLINE_COUNT] != (int32_t)count) {
        return NULL;
    }
    return plan + OFFLINE_OFFSETS;
}

static uint32_t attempt(placement_t *p, const int32_t *wishes, int sharing) {
    p->wishes = wishes;
    p->sharing = sharing;
    find_lives(p);
    return plan_place(p->buffers, p->count);
}

/* Leaves the smallest of the plans in *p; the file's is honoured unless it is unsound or larger. */
static uint32_t best(placement_t *p, const int32_t *wishes) {
    uint32_t least = wishes != NULL ? attempt(p, wishes, SHARE_ALL) : PLAN_IMPOSSIBLE;
    int choice = SHARE_CHOICES;
    for (int sharing = SHARE_ALL; sharing < SHARE_CHOICES; sharing++) {
        uint32_t bytes = attempt(p, NULL, sharing);
        if (bytes < least) {
            least = bytes;
            choice = sharing;
        }
    }
    return choice == SHARE_CHOICES ? attempt(p, wishes, SHARE_ALL) : attempt(p, NULL, choice);
}

status_t place_subgraph(interpreter_t *interpreter, interpreter_subgraph_t *subgraph, uint32_t index) {
    uint32_t tensors = subgraph->model.tensors.count;
    uint32_t most = tensors + subgraph->model.operators.count;
    placement_t p = {.interpreter = interpreter, .subgraph = subgraph};
    p.buffers = arena_borrow(&interpreter->records, most * (uint32_t)sizeof(plan_buffer_t));
    p.buffer_of = arena_borrow(&interpreter->records, tensors * (uint32_t)sizeof(uint16_t));
    if (p.buffers == NULL || p.buffer_of == NULL) {
        arena_release(&interpreter->records);
        interpreter->error.found = (int32_t)interpreter->records.bytes;
        return interpreter->error.status = STATUS_RECORDS;
    }
    uint32_t bytes = best(&p, offline_plan(interpreter, subgraph, index));
    if (bytes == PLAN_IMPOSSIBLE) {
        arena_release(&interpreter->records);
        return interpreter->error.status = STATUS_ARENA_HUGE;
    }
    write_offsets(&p);
    subgraph->arena_bytes = bytes;
    arena_release(&interpreter->records);
    return STATUS_OK;
}
