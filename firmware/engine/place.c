/* SPDX-License-Identifier: MIT
 * From tensors and scratch to buffers with lives, and from the plan back to offsets. */
#include "plan.h"
#include "prepare.h"

/* The metadata entry of an offline plan: int32 version, subgraph, count, then count offsets (-1: at run time). */
static const char OFFLINE_PLAN[] = "OfflineMemoryAllocation";
enum { OFFLINE_SUBGRAPH = 1, OFFLINE_COUNT = 2, OFFLINE_OFFSETS = 3 };

enum { NO_BUFFER = 0xffff };

/* Which outputs may take their inputs' buffers. None is best for every model: a small output keeps a large buffer. */
enum { SHARE_BY_FILE, SHARE_ALL, SHARE_EQUAL, SHARE_NONE, SHARE_CHOICES };

typedef struct {
    interpreter_t *interpreter;
    interpreter_subgraph_t *subgraph;
    const int32_t *wishes;  /* offsets of the file's plan, by tensor; NULL for none */
    plan_buffer_t *buffers; /* tensors' first, then scratch's */
    uint16_t *buffer_of;    /* by tensor */
    uint16_t *last_use;     /* by tensor */
    uint32_t count;
    int sharing;
} placement_t;

static bool needs_arena(const tensor_t *tensor) {
    return !(tensor->flags & (TENSOR_CONSTANT | TENSOR_VARIABLE));
}

static void add(placement_t *p, uint32_t bytes, uint32_t first, uint32_t last, int32_t offset) {
    plan_buffer_t *buffer = &p->buffers[p->count++];
    buffer->bytes = bytes;
    buffer->first = (uint16_t)first;
    buffer->last = (uint16_t)last;
    buffer->offset = offset;
}

static uint32_t bytes_of(const placement_t *p, int32_t tensor) {
    const tensor_t *view = &p->subgraph->tensors[tensor];
    return kernel_bytes(view);
}

/* A buffer of its own for a tensor that operator `op` writes (0 for inputs of the subgraph). */
static void begin(placement_t *p, int32_t tensor, uint32_t op) {
    if (needs_arena(&p->subgraph->tensors[tensor]) && p->buffer_of[tensor] == NO_BUFFER) {
        p->buffer_of[tensor] = (uint16_t)p->count;
        add(p, bytes_of(p, tensor), op, p->last_use[tensor], p->wishes ? p->wishes[tensor] : PLAN_UNPLACED);
    }
}

/* Lets an output take its input's buffer where the kernel allows it and nobody reads the input later. */
static void share(placement_t *p, const interpreter_op_t *op, uint32_t index) {
    int32_t from = op->shared_input ? op->inputs[op->shared_input - 1] : -1;
    if (from < 0 || p->buffer_of[from] == NO_BUFFER || p->last_use[from] != index) {
        return;
    }
    int32_t to = op->outputs[op->shared_output];
    for (uint32_t i = 0; i < op->input_count; i++) { /* read twice, at different times */
        if (op->inputs[i] == from && i != op->shared_input - 1u) {
            return;
        }
    }
    if (p->wishes && p->wishes[from] != p->wishes[to]) {
        return;
    }
    plan_buffer_t *buffer = &p->buffers[p->buffer_of[from]];
    uint32_t bytes = bytes_of(p, to);
    if (p->sharing == SHARE_NONE || (p->sharing == SHARE_EQUAL && bytes != buffer->bytes)) {
        return;
    }
    buffer->bytes = bytes > buffer->bytes ? bytes : buffer->bytes;
    buffer->last = p->last_use[to];
    p->buffer_of[to] = p->buffer_of[from];
}

/* The last operator that touches each tensor; one beyond all for outputs of the subgraph. */
static void find_last_uses(placement_t *p) {
    const interpreter_subgraph_t *subgraph = p->subgraph;
    const flatbuf_vector_t *outputs = subgraph->model.outputs;
    uint32_t op_count = subgraph->model.operators->count;
    for (uint32_t index = 0; index < op_count; index++) {
        const interpreter_op_t *op = &subgraph->ops[index];
        for (uint32_t i = 0; i < op->output_count; i++) {
            p->last_use[op->outputs[i]] = (uint16_t)index;
        }
        for (uint32_t i = 0; i < op->input_count; i++) {
            if (op->inputs[i] >= 0) {
                p->last_use[op->inputs[i]] = (uint16_t)index;
            }
        }
    }
    for (uint32_t i = 0; i < outputs->count; i++) {
        p->last_use[outputs->item[i]] = (uint16_t)op_count;
    }
}

static void find_lives(placement_t *p) {
    const interpreter_subgraph_t *subgraph = p->subgraph;
    const flatbuf_vector_t *inputs = subgraph->model.inputs;
    uint32_t op_count = subgraph->model.operators->count;
    p->count = 0;
    memset(p->buffer_of, 0xff, subgraph->model.tensors->count * sizeof p->buffer_of[0]);
    for (uint32_t i = 0; i < inputs->count; i++) {
        begin(p, inputs->item[i], 0);
    }
    for (uint32_t index = 0; index < op_count; index++) {
        const interpreter_op_t *op = &subgraph->ops[index];
        share(p, op, index);
        for (uint32_t i = 0; i < op->output_count; i++) {
            begin(p, op->outputs[i], index);
        }
    }
    for (uint32_t index = 0; index < op_count; index++) {
        uint32_t bytes = (uint32_t)(uintptr_t)subgraph->ops[index].scratch;
        add(p, bytes, index, index, bytes ? PLAN_UNPLACED : 0); /* none lies anywhere */
    }
}

/* Writes the offsets where the pointers will be; interpreter_set_arena adds the address. */
static void write_offsets(placement_t *p) {
    const interpreter_subgraph_t *subgraph = p->subgraph;
    uint32_t op_count = subgraph->model.operators->count;
    const plan_buffer_t *scratch = p->buffers + p->count - op_count;
    for (uint32_t i = 0; i < subgraph->model.tensors->count; i++) {
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
    const flatbuf_vector_t *plan = model_metadata(&interpreter->model, OFFLINE_PLAN);
    uint32_t count = subgraph->model.tensors->count;
    if (plan == NULL || plan->count < 4 * (OFFLINE_OFFSETS + count) || plan->item[OFFLINE_SUBGRAPH] != (int32_t)index ||
        plan->item[OFFLINE_COUNT] != (int32_t)count) {
        return NULL;
    }
    return plan->item + OFFLINE_OFFSETS;
}

static uint32_t attempt(placement_t *p, const int32_t *wishes, int sharing) {
    p->wishes = sharing == SHARE_BY_FILE ? wishes : NULL;
    p->sharing = sharing;
    find_lives(p);
    return plan_place(p->buffers, p->count);
}

/* Leaves the smallest of the plans in *p: the file's is honoured unless it is unsound or larger. */
static uint32_t best(placement_t *p, const int32_t *wishes) {
    uint32_t least = PLAN_IMPOSSIBLE;
    int choice = SHARE_ALL, last = wishes != NULL ? SHARE_BY_FILE : SHARE_ALL;
    for (int sharing = SHARE_CHOICES; sharing-- > last;) {
        uint32_t bytes = attempt(p, wishes, sharing);
        if (bytes <= least) {
            least = bytes;
            choice = sharing;
        }
    }
    return choice == last ? least : attempt(p, wishes, choice); /* where *p does not hold it any more */
}

status_t place_subgraph(interpreter_t *interpreter, interpreter_subgraph_t *subgraph, uint32_t index) {
    uint32_t tensors = subgraph->model.tensors->count;
    uint32_t most = tensors + subgraph->model.operators->count;
    placement_t p = {.interpreter = interpreter, .subgraph = subgraph};
    p.buffers = prepare_take(interpreter, most * (uint32_t)sizeof(plan_buffer_t) + 2 * tensors * (uint32_t)sizeof(uint16_t));
    if (p.buffers == NULL) {
        return status_fail(&interpreter->error, STATUS_RECORDS, (int32_t)interpreter->records.bytes, 0);
    }
    p.buffer_of = (uint16_t *)(void *)(p.buffers + most);
    p.last_use = p.buffer_of + tensors;
    find_last_uses(&p);
    uint32_t total = best(&p, offline_plan(interpreter, subgraph, index));
    arena_give_back(&interpreter->records, p.buffers);
    if (total == PLAN_IMPOSSIBLE) {
        return status_fail(&interpreter->error, STATUS_ARENA_HUGE, 0, 0);
    }
    write_offsets(&p); /* the temporaries still hold what was planned */
    subgraph->arena_bytes = total;
    return STATUS_OK;
}
