/* SPDX-License-Identifier: MIT
 * Reads the parts of a verified model; verify.c checks them once. */
#include "model.h"

#include "schema.h"

uint32_t model_item_bytes(unsigned type) {
    switch (type) {
        case TENSOR_INT8:
        case TENSOR_UINT8:
        case TENSOR_BOOL:
            return 1;
        case TENSOR_INT16:
        case TENSOR_UINT16:
            return 2;
        case TENSOR_INT32:
        case TENSOR_UINT32:
        case TENSOR_FLOAT32:
        case TENSOR_RESOURCE:
            return 4;
        case TENSOR_INT64:
            return 8;
        default:
            return 0;
    }
}

uint32_t model_elements(const int32_t *dims, uint32_t rank, uint32_t item, uint32_t *elements) {
    uint32_t most = (uint32_t)INT32_MAX >> (item == 8 ? 3 : item / 2); /* over item, which is 1, 2, 4 or 8 */
    uint32_t count = 1, size, all = UINT32_MAX;
    for (uint32_t d = 0; d < rank; d++) {
        size = (uint32_t)dims[d];
        if (size == 0) {
            all = 0; /* but the other sizes must fit */
            continue;
        }
        uint32_t high = (count >> 16) * size + (size >> 16) * count; /* without division or 64 bits; one is small: */
        if ((count >> 16 && size >> 16) || high > 0x7fff || count * size > most) {
            return d;
        }
        count *= size;
    }
    *elements = count & all;
    return rank;
}

void model_subgraph(model_t *model, uint32_t i, model_subgraph_t *subgraph) {
    flatbuf_t *file = &model->file;
    uint32_t table = flatbuf_item(file, model->subgraphs, i);
    subgraph->tensors = flatbuf_vector(file, table, SUBGRAPH_TENSORS);
    subgraph->inputs = flatbuf_vector(file, table, SUBGRAPH_INPUTS);
    subgraph->outputs = flatbuf_vector(file, table, SUBGRAPH_OUTPUTS);
    subgraph->operators = flatbuf_vector(file, table, SUBGRAPH_OPERATORS);
}

model_operator_t model_operator(model_t *model, const model_subgraph_t *subgraph, uint32_t i) {
    flatbuf_t *file = &model->file;
    model_operator_t op;
    op.table = flatbuf_item(file, subgraph->operators, i);
    uint32_t code = flatbuf_item(file, model->codes, (uint32_t)flatbuf_int(file, op.table, OPERATOR_OPCODE_INDEX, 0));
    int32_t deprecated = flatbuf_byte(file, code, OPERATOR_CODE_DEPRECATED, 0);
    op.code = flatbuf_int(file, code, OPERATOR_CODE_BUILTIN, 0);
    op.code = deprecated > op.code ? deprecated : op.code;
    op.options = flatbuf_field_table(file, op.table, OPERATOR_OPTIONS);
    op.inputs = flatbuf_vector(file, op.table, OPERATOR_INPUTS);
    op.outputs = flatbuf_vector(file, op.table, OPERATOR_OUTPUTS);
    return op;
}

/* The bytes of buffer i. */
static const flatbuf_vector_t *buffer(model_t *model, uint32_t i) {
    return flatbuf_elements(&model->file, flatbuf_item(&model->file, model->buffers, i), BUFFER_DATA, FLATBUF_BYTES);
}

/* A constant's data must have exactly the bytes that its shape and type need. They are aligned to 4 bytes: real models hold
 * int64 data like that, and kernels read it in words. */
static status_t find_data(model_t *model, uint32_t i, uint32_t table, tensor_t *tensor) {
    uint32_t place = (uint32_t)flatbuf_int(&model->file, table, TENSOR_BUFFER, 0);
    if (place != 0) {
        const flatbuf_vector_t *data = buffer(model, place);
        if (data->count != 0 && data->count != kernel_bytes(tensor)) {
            return model_refuse(model, STATUS_TENSOR_BUFFER, (int32_t)data->count, (int32_t)i);
        }
        if (data->count == kernel_bytes(tensor)) {
            tensor->data = (void *)(uintptr_t)data->item;
            tensor->flags = TENSOR_CONSTANT;
            return STATUS_OK;
        }
    }
    if (flatbuf_byte(&model->file, table, TENSOR_IS_VARIABLE, 0)) {
        tensor->flags = TENSOR_VARIABLE;
    }
    return STATUS_OK;
}

status_t model_tensor(model_t *model, const model_subgraph_t *subgraph, uint32_t i, tensor_t *tensor) {
    flatbuf_t *file = &model->file;
    uint32_t table = flatbuf_item(file, subgraph->tensors, i);
    const flatbuf_vector_t *shape = flatbuf_vector(file, table, TENSOR_SHAPE);
    int32_t type = flatbuf_byte(file, table, TENSOR_TYPE, TENSOR_FLOAT32);
    uint32_t item = model_item_bytes((unsigned)type);
    memset(tensor, 0, sizeof *tensor);
    tensor->dims = shape->item;
    tensor->rank = (uint8_t)shape->count;
    tensor->type = (uint8_t)type;
    tensor->item_bytes = (uint8_t)item;
    if (flatbuf_field_table(file, table, TENSOR_SPARSITY)) {
        return model_refuse(model, STATUS_TENSOR_SPARSE, (int32_t)i, 0);
    }
    if (item == 0) {
        return model_refuse(model, STATUS_TENSOR_TYPE, type, (int32_t)i);
    }
    if (shape->count > KERNEL_MAX_RANK) {
        return model_refuse(model, STATUS_TENSOR_RANK, (int32_t)i, KERNEL_MAX_RANK);
    }
    if (model_elements(shape->item, shape->count, item, &tensor->count) != shape->count) {
        return model_refuse(model, STATUS_TENSOR_SIZE, (int32_t)i, 0);
    }
    return find_data(model, i, table, tensor);
}

quant_t model_quant(model_t *model, const model_subgraph_t *subgraph, uint32_t i) {
    flatbuf_t *file = &model->file;
    quant_t quant;
    uint32_t table = flatbuf_field_table(file, flatbuf_item(file, subgraph->tensors, i), TENSOR_QUANTIZATION);
    const flatbuf_vector_t *scale = flatbuf_vector(file, table, QUANTIZATION_SCALE);
    const flatbuf_vector_t *zero_point = flatbuf_elements(file, table, QUANTIZATION_ZERO_POINT, FLATBUF_PAIRS);
    quant.scale = (const float *)(const void *)scale->item;
    quant.zero_point = zero_point->count == scale->count ? zero_point->item : NULL;
    quant.count = scale->count;
    quant.axis = flatbuf_int(file, table, QUANTIZATION_DIMENSION, 0);
    return quant;
}

const char *model_tensor_name(model_t *model, const model_subgraph_t *subgraph, uint32_t i, uint32_t *bytes) {
    const flatbuf_vector_t *name =
        flatbuf_elements(&model->file, flatbuf_item(&model->file, subgraph->tensors, i), TENSOR_NAME, FLATBUF_BYTES);
    *bytes = name->count;
    return (const char *)name->item;
}

static bool same_text(const flatbuf_vector_t *text, const char *wanted) {
    uint32_t i = 0;
    while (i < text->count && wanted[i] && ((const char *)text->item)[i] == wanted[i]) {
        i++;
    }
    return i == text->count && wanted[i] == 0;
}

const flatbuf_vector_t *model_metadata(model_t *model, const char *name) {
    flatbuf_t *file = &model->file;
    for (uint32_t i = 0; i < model->metadata->count; i++) {
        uint32_t table = flatbuf_item(file, model->metadata, i);
        uint32_t place = (uint32_t)flatbuf_int(file, table, METADATA_BUFFER, 0);
        if (place < model->buffers->count && same_text(flatbuf_elements(file, table, METADATA_NAME, FLATBUF_BYTES), name)) {
            return buffer(model, place);
        }
    }
    return NULL;
}
