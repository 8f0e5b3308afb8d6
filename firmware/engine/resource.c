/* SPDX-License-Identifier: MIT
 * Resource variables: found by their names, kept in the records. */
#include "prepare.h"

static bool same(const flatbuf_vector_t *a, const flatbuf_vector_t *b) {
    return a->count == b->count && memcmp(a->item, b->item, a->count) == 0;
}

static interpreter_resource_t *resource(const kernel_ctx_t *ctx, int32_t id) {
    interpreter_resource_t *one = id < 0 ? NULL : interpreter_of(ctx)->resources;
    while (one != NULL && id-- > 0) {
        one = one->next;
    }
    return one;
}

status_t kernel_resource_find(kernel_ctx_t *ctx, unsigned container_field, unsigned name_field, int32_t *id) {
    const engine_op_t *engine = ctx->engine;
    interpreter_t *interpreter = engine->interpreter;
    flatbuf_t *file = &interpreter->model.file;
    uint32_t options = model_operator(&interpreter->model, &engine->subgraph->model, engine->op_index).options;
    const flatbuf_vector_t *container = flatbuf_elements(file, options, container_field, FLATBUF_BYTES);
    const flatbuf_vector_t *name = flatbuf_elements(file, options, name_field, FLATBUF_BYTES);
    interpreter_resource_t **link = &interpreter->resources;
    for (*id = 0; *link != NULL; link = &(*link)->next, ++*id) {
        if (same((*link)->container, container) && same((*link)->name, name)) {
            return STATUS_OK;
        }
    }
    *link = prepare_take(interpreter, sizeof **link);
    if (*link == NULL) {
        return STATUS_RECORDS;
    }
    (*link)->container = container;
    (*link)->name = name;
    return STATUS_OK;
}

status_t kernel_resource_reserve(kernel_ctx_t *ctx, int32_t id, uint32_t bytes, int32_t fill) {
    interpreter_resource_t *one = resource(ctx, id);
    if (one == NULL || (one->data != NULL && one->bytes != bytes)) {
        return kernel_fail(ctx, STATUS_RESOURCE, KERNEL_OP, id, 0);
    }
    if (one->data == NULL) {
        one->data = prepare_take(interpreter_of(ctx), bytes);
        one->bytes = bytes;
        one->fill = (uint8_t)fill;
    }
    return one->data == NULL ? STATUS_RECORDS : STATUS_OK;
}

void *kernel_resource_data(const kernel_ctx_t *ctx, int32_t id, uint32_t bytes) {
    const interpreter_resource_t *one = resource(ctx, id);
    return one != NULL && one->bytes == bytes ? one->data : NULL;
}
