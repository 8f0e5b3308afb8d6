/* SPDX-License-Identifier: MIT
 * Interpreter.predict: real numbers in and out, quantised and dequantised with the model's scales. */
#include "interpreter_type.h"

/* Where real numbers go one after the other. */
typedef struct {
    const tensor_t *tensor;
    float scale; /* 0: not quantised, the number is stored as it is */
    int32_t zero_point;
    uint32_t filled;
} sink_t;

static sink_t sink_for(interpreter_obj_t *self, uint32_t index) {
    const interpreter_subgraph_t *subgraph = interpreter_main(&self->interpreter);
    sink_t sink = {interpreter_type_tensor(self, index), 0, 0, 0};
    quant_t quant = model_quant(&self->interpreter.model, &subgraph->model, index);
    unsigned type = sink.tensor->type;
    if (quant.count == 1 && (type == TENSOR_INT8 || type == TENSOR_INT16 || type == TENSOR_UINT8)) {
        sink.scale = quant.scale[0];
        sink.zero_point = quant.zero_point[0];
    }
    return sink;
}

/* Half away from zero, then clamped to the type: as QUANTIZE does. */
static int32_t quantised(const sink_t *sink, float real) {
    int32_t low = sink->tensor->type == TENSOR_INT8 ? -128 : sink->tensor->type == TENSOR_INT16 ? -32768 : 0;
    int32_t high = sink->tensor->type == TENSOR_INT8 ? 127 : sink->tensor->type == TENSOR_INT16 ? 32767 : 255;
    float stored = real / sink->scale;
    if (!(stored > -1e6f)) { /* also NaN */
        return low;
    }
    if (stored > 1e6f) {
        return high;
    }
    int32_t rounded = (int32_t)(stored < 0 ? stored - 0.5f : stored + 0.5f) + sink->zero_point;
    return rounded < low ? low : rounded > high ? high : rounded;
}

static void put(sink_t *sink, mp_obj_t number) {
    const tensor_t *tensor = sink->tensor;
    uint32_t i = sink->filled++;
    if (i >= tensor->count) {
        return; /* predict tells the number */
    }
    if (sink->scale != 0) {
        number = mp_obj_new_int(quantised(sink, mp_obj_get_float_to_f(number)));
    }
    mp_binary_set_val_array(binding_typecode(tensor->type), tensor->data, i, number);
}

/* Takes numbers, buffers and nested lists or tuples of them. */
static void put_all(sink_t *sink, mp_obj_t value, unsigned depth) {
    mp_buffer_info_t info;
    const mp_obj_type_t *type = mp_obj_get_type(value);
    if (type == &mp_type_list || type == &mp_type_tuple) {
        size_t count;
        mp_obj_t *items;
        mp_obj_get_array(value, &count, &items);
        for (size_t i = 0; i < count && depth < KERNEL_MAX_RANK; i++) {
            put_all(sink, items[i], depth + 1);
        }
    } else if (type != &mp_type_str && mp_get_buffer(value, &info, MP_BUFFER_READ)) {
        char typecode = info.typecode ? (char)info.typecode : 'B';
        size_t count = info.len / mp_binary_get_size('@', typecode, NULL);
        for (size_t i = 0; i < count; i++) {
            put(sink, mp_binary_get_val_array(typecode, info.buf, i));
        }
    } else {
        put(sink, value);
    }
}

/* The output as real numbers; a tensor that is not quantised as it is. */
static mp_obj_t real_tensor(interpreter_obj_t *self, uint32_t index) {
    sink_t source = sink_for(self, index);
    const tensor_t *tensor = source.tensor;
    if (source.scale == 0) {
        return interpreter_type_get_tensor(MP_OBJ_FROM_PTR(self), mp_obj_new_int_from_uint(index));
    }
    float *real = m_malloc(tensor->count ? tensor->count * sizeof(float) : 1);
    for (uint32_t i = 0; i < tensor->count; i++) {
        int32_t stored = tensor->type == TENSOR_INT8    ? ((int8_t *)tensor->data)[i]
                         : tensor->type == TENSOR_UINT8 ? ((uint8_t *)tensor->data)[i]
                                                        : ((int16_t *)tensor->data)[i];
        real[i] = source.scale * (float)(stored - source.zero_point);
    }
    return binding_tensor_new(self->types->tensor, real, TENSOR_FLOAT32, tensor->rank, tensor->dims);
}

mp_obj_t interpreter_type_predict(size_t n_args, const mp_obj_t *args) {
    interpreter_obj_t *self = MP_OBJ_TO_PTR(args[0]);
    const interpreter_subgraph_t *subgraph = interpreter_main(&self->interpreter);
    flatbuf_vector_t inputs = subgraph->model.inputs, outputs = subgraph->model.outputs;
    if (!self->interpreter.ready) {
        mp_map_t none = {0};
        interpreter_type_allocate_tensors(1, args, &none);
    }
    if (n_args - 1 != inputs.count) {
        binding_refuse(REFUSAL_INPUT_COUNT, (int32_t)n_args - 1, (int32_t)inputs.count, 0);
    }
    for (uint32_t i = 0; i < inputs.count; i++) {
        sink_t sink = sink_for(self, (uint32_t)model_ints(&self->interpreter.model, inputs)[i]);
        put_all(&sink, args[1 + i], 0);
        if (sink.filled != sink.tensor->count) {
            binding_refuse(REFUSAL_INPUT_ELEMENTS, (int32_t)i, (int32_t)sink.filled, (int32_t)sink.tensor->count);
        }
    }
    interpreter_type_invoke(args[0]);
    mp_obj_t results = mp_obj_new_list(0, NULL);
    for (uint32_t i = 0; i < outputs.count; i++) {
        mp_obj_t real = real_tensor(self, (uint32_t)model_ints(&self->interpreter.model, outputs)[i]);
        if (outputs.count == 1) {
            return real;
        }
        mp_obj_list_append(results, real);
    }
    return results;
}
