/* SPDX-License-Identifier: MIT
 * Verifies a model file once: every table, vector, index, shape product and buffer size. All arithmetic is safe from
 * overflow; nothing is trusted before it was looked at. */
#include "model.h"
#include "schema.h"

status_t model_refuse(const model_t *model, status_t status, int32_t found, int32_t needs) {
    STATUS_FAIL(model->error, status, found, needs);
}

#if MPYLITE_RAISES
void flatbuf_raise(const flatbuf_t *buffer, uint32_t position) {
    model_refuse((const model_t *)(const void *)buffer, STATUS_FILE_DAMAGED, (int32_t)position, 0);
}
#endif

/* The first bad read, if there was one. */
static status_t undamaged(const model_t *model) {
    uint32_t position = flatbuf_damaged(&model->file);
    return position ? model_refuse(model, STATUS_FILE_DAMAGED, (int32_t)position, 0) : STATUS_OK;
}

static status_t limit(model_t *model, uint32_t count, uint32_t most) {
    return count > most ? model_refuse(model, STATUS_FILE_TOO_MANY, (int32_t)count, (int32_t)most) : STATUS_OK;
}

/* None is negative, infinite or NaN: as words, all of these are larger. */
static bool scales_are_sound(const uint32_t *scale, uint32_t count) {
    uint32_t largest = 0;
    for (uint32_t c = 0; c < count; c++) {
        largest = scale[c] > largest ? scale[c] : largest;
    }
    return largest < 0x7f800000;
}

static bool zero_point_fits(unsigned type, const int32_t *zero_point) {
    int32_t low = zero_point[0];
    int32_t kept = type == TENSOR_INT8    ? (int8_t)low
                   : type == TENSOR_UINT8 ? (uint8_t)low
                   : type == TENSOR_INT16 ? (int16_t)low
                                          : low;
    return kept == low && zero_point[1] == (low < 0 ? -1 : 0);
}

/* Those of weights are 0. */
static bool zero_points_fit(unsigned type, const int32_t *zero_point, uint32_t count) {
    for (const int32_t *end = zero_point + 2 * count; zero_point < end; zero_point += 2) {
        if ((zero_point[0] | zero_point[1]) != 0 && !zero_point_fits(type, zero_point)) {
            return false;
        }
    }
    return true;
}

static status_t verify_quant(model_t *model, const model_subgraph_t *subgraph, uint32_t index, unsigned type) {
    quant_t quant = model_quant(model, subgraph, index);
    TRY(undamaged(model));
    bool sound = quant.count == 0 ||
                 (quant.zero_point != NULL && scales_are_sound((const uint32_t *)(const void *)quant.scale, quant.count) &&
                  zero_points_fit(type, quant.zero_point, quant.count));
    return sound ? STATUS_OK : model_refuse(model, STATUS_TENSOR_SCALE, (int32_t)index, 0);
}

static status_t verify_tensor(model_t *model, const model_subgraph_t *subgraph, uint32_t index) {
    tensor_t tensor;
    uint32_t name_bytes;
    status_t status = model_tensor(model, subgraph, index, &tensor);
    TRY(undamaged(model)); /* then what was read did not count */
    TRY(status);
    model_tensor_name(model, subgraph, index, &name_bytes);
    return verify_quant(model, subgraph, index, tensor.type);
}

/* Every index in [low, count); low is -1 where a tensor may be left out. */
static status_t verify_indices(model_t *model, const flatbuf_vector_t *indices, int32_t low, uint32_t count) {
    TRY(undamaged(model));
    TRY(limit(model, indices->count, MODEL_MAX_PORTS));
    for (uint32_t i = 0; i < indices->count; i++) {
        if (indices->item[i] < low || indices->item[i] >= (int32_t)count) {
            return model_refuse(model, STATUS_FILE_DAMAGED, (int32_t)flatbuf_position(&model->file, &indices->item[i]), 0);
        }
    }
    return STATUS_OK;
}

static status_t verify_subgraph(model_t *model, uint32_t index) {
    model_subgraph_t subgraph;
    model_subgraph(model, index, &subgraph);
    uint32_t tensors = subgraph.tensors->count;
    TRY(undamaged(model));
    TRY(limit(model, tensors, MODEL_MAX_TENSORS));
    TRY(limit(model, subgraph.operators->count, MODEL_MAX_TENSORS));
    for (uint32_t i = 0; i < tensors; i++) {
        TRY(verify_tensor(model, &subgraph, i));
    }
    TRY(verify_indices(model, subgraph.inputs, 0, tensors));
    TRY(verify_indices(model, subgraph.outputs, 0, tensors));
    for (uint32_t i = 0; i < subgraph.operators->count; i++) {
        model_operator_t op = model_operator(model, &subgraph, i);
        TRY(verify_indices(model, op.inputs, -1, tensors));
        TRY(verify_indices(model, op.outputs, 0, tensors));
        TRY(verify_indices(model, flatbuf_vector(&model->file, op.table, OPERATOR_INTERMEDIATES), -1, tensors));
    }
    return undamaged(model);
}

static status_t verify_buffers(model_t *model) {
    flatbuf_t *file = &model->file;
    for (uint32_t i = 0; i < model->buffers->count; i++) {
        uint32_t table = flatbuf_item(file, model->buffers, i);
        flatbuf_elements(file, table, BUFFER_DATA, FLATBUF_BYTES);
        uint32_t offset = flatbuf_field(file, table, BUFFER_OFFSET, 8);
        TRY(undamaged(model));
        /* offsets 0 and 1 mean "not used" */
        if (offset && (flatbuf_word(file, offset) > 1 || flatbuf_word(file, offset + 4) != 0)) {
            return model_refuse(model, STATUS_FILE_EXTERNAL, (int32_t)i, 0);
        }
    }
    for (uint32_t i = 0; i < model->metadata->count; i++) {
        flatbuf_elements(file, flatbuf_item(file, model->metadata, i), METADATA_NAME, FLATBUF_BYTES);
    }
    return undamaged(model);
}

/* The first 8 bytes: an offset and the mark. */
static status_t verify_head(model_t *model, const void *data, uint32_t bytes) {
    enum { HEAD_BYTES = 8 };
    if (bytes < HEAD_BYTES || bytes > INT32_MAX) {
        return model_refuse(model, STATUS_FILE_SHORT, (int32_t)bytes, HEAD_BYTES);
    }
    const uint8_t *mark = (const uint8_t *)data + 4;
    if (mark[0] != 'T' || mark[1] != 'F' || mark[2] != 'L' || mark[3] != '3') {
        return model_refuse(model, STATUS_FILE_MARK, 0, 0);
    }
    uint32_t remainder = (uint32_t)((uintptr_t)data & (FLATBUF_ALIGNMENT - 1));
    return remainder ? model_refuse(model, STATUS_FILE_ADDRESS, (int32_t)remainder, FLATBUF_ALIGNMENT) : STATUS_OK;
}

status_t model_open(model_t *model, const void *data, uint32_t bytes, failure_t *error) {
    flatbuf_t *file = &model->file;
    model->error = error;
    error->op_index = -1;
    TRY(verify_head(model, data, bytes));
    file->data = data;
    file->bytes = bytes;
    model->table = flatbuf_table(file, 0);
    model->codes = flatbuf_vector(file, model->table, MODEL_OPERATOR_CODES);
    model->subgraphs = flatbuf_vector(file, model->table, MODEL_SUBGRAPHS);
    model->buffers = flatbuf_vector(file, model->table, MODEL_BUFFERS);
    model->metadata = flatbuf_vector(file, model->table, MODEL_METADATA);
    int32_t version = flatbuf_int(file, model->table, MODEL_VERSION, 0);
    TRY(undamaged(model));
    if (version != SCHEMA_VERSION) {
        return model_refuse(model, STATUS_FILE_SCHEMA, version, SCHEMA_VERSION);
    }
    TRY(limit(model, model->subgraphs->count, MODEL_MAX_PORTS));
    if (model->subgraphs->count == 0) {
        return model_refuse(model, STATUS_FILE_DAMAGED, 0, 0);
    }
    TRY(verify_buffers(model));
    for (uint32_t i = 0; i < model->subgraphs->count; i++) {
        TRY(verify_subgraph(model, i));
    }
    return STATUS_OK;
}
