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

model_subgraph_t model_subgraph(model_t *model, uint32_t i) {
    flatbuf_t *file = &model->file;
    model_subgraph_t subgraph;
    uint32_t table = flatbuf_item(file, model->subgraphs, i);
    subgraph.tensors = flatbuf_vector(file, table, SUBGRAPH_TENSORS, 4);
    subgraph.inputs = flatbuf_vector(file, table, SUBGRAPH_INPUTS, 4);
    subgraph.outputs = flatbuf_vector(file, table, SUBGRAPH_OUTPUTS, 4);
    subgraph.operators = flatbuf_vector(file, table, SUBGRAPH_OPERATORS, 4);
    return subgraph;
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
    op.inputs = flatbuf_vector(file, op.table, OPERATOR_INPUTS, 4);
    op.outputs = flatbuf_vector(file, op.table, OPERATOR_OUTPUTS, 4);
    return op;
}

void model_tensor(model_t *model, const model_subgraph_t *subgraph, uint32_t i, tensor_t *tensor) {
    flatbuf_t *file = &model->file;
    uint32_t table = flatbuf_item(file, subgraph->tensors, i);
    flatbuf_vector_t shape = flatbuf_vector(file, table, TENSOR_SHAPE, 4);
    memset(tensor, 0, sizeof *tensor);
    tensor->dims = model_ints(model, shape);
    tensor->rank = (uint8_t)shape.count;
    tensor->type = (uint8_t)flatbuf_byte(file, table, TENSOR_TYPE, TENSOR_FLOAT32);
    model_elements(tensor->dims, shape.count, 1, &tensor->count);
    uint32_t buffer = (uint32_t)flatbuf_int(file, table, TENSOR_BUFFER, 0);
    flatbuf_vector_t data = {0, 0};
    if (buffer) {
        data = flatbuf_vector(file, flatbuf_item(file, model->buffers, buffer), BUFFER_DATA, 1);
    }
    if (data.count || (buffer && tensor->count == 0)) {
        tensor->data = (void *)(uintptr_t)(file->data + data.first);
        tensor->flags = TENSOR_CONSTANT;
    } else if (flatbuf_byte(file, table, TENSOR_IS_VARIABLE, 0)) {
        tensor->flags = TENSOR_VARIABLE;
    }
}

quant_t model_quant(model_t *model, const model_subgraph_t *subgraph, uint32_t i) {
    flatbuf_t *file = &model->file;
    quant_t quant = {NULL, NULL, 0, 0};
    uint32_t table = flatbuf_field_table(file, flatbuf_item(file, subgraph->tensors, i), TENSOR_QUANTIZATION);
    flatbuf_vector_t scale = flatbuf_vector(file, table, QUANTIZATION_SCALE, 4);
    flatbuf_vector_t zero_point = flatbuf_vector(file, table, QUANTIZATION_ZERO_POINT, 8);
    if (scale.count) {
        quant.scale = (const float *)(const void *)(file->data + scale.first);
        quant.zero_point = model_ints(model, zero_point);
        quant.count = scale.count;
        quant.axis = flatbuf_int(file, table, QUANTIZATION_DIMENSION, 0);
    }
    return quant;
}

const char *model_tensor_name(model_t *model, const model_subgraph_t *subgraph, uint32_t i, uint32_t *bytes) {
    flatbuf_vector_t name = flatbuf_vector(&model->file, flatbuf_item(&model->file, subgraph->tensors, i), TENSOR_NAME, 1);
    *bytes = name.count;
    return name.count ? (const char *)model->file.data + name.first : NULL;
}

static bool same_text(const uint8_t *text, uint32_t bytes, const char *wanted) {
    uint32_t i = 0;
    while (i < bytes && wanted[i] && text[i] == (uint8_t)wanted[i]) {
        i++;
    }
    return i == bytes && wanted[i] == 0;
}

const uint8_t *model_metadata(model_t *model, const char *name, uint32_t *bytes) {
    flatbuf_t *file = &model->file;
    *bytes = 0;
    for (uint32_t i = 0; i < model->metadata.count; i++) {
        uint32_t table = flatbuf_item(file, model->metadata, i);
        flatbuf_vector_t text = flatbuf_vector(file, table, METADATA_NAME, 1);
        uint32_t buffer = (uint32_t)flatbuf_int(file, table, METADATA_BUFFER, 0);
        if (buffer >= model->buffers.count || !same_text(file->data + text.first, text.count, name)) {
            continue;
        }
        flatbuf_vector_t data = flatbuf_vector(file, flatbuf_item(file, model->buffers, buffer), BUFFER_DATA, 1);
        if (data.first % 4 == 0) {
            *bytes = data.count;
            return file->data + data.first;
        }
    }
    return NULL;
}
