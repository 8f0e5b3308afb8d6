/* SPDX-License-Identifier: MIT
 * Interpreter.predict: real numbers in and out, quantised and dequantised with the model's scales. */
#include "clamp.h"
#include "interpreter_type.h"
#include "steps.h"

/* Where real numbers go one after the other. */
typedef struct {
    const tensor_t *tensor;
    float scale;
    bool quantised; /* else the number is stored as it is */
    int32_t zero_point;
    uint32_t filled;
} sink_t;

static sink_t sink_for(interpreter_obj_t *self, uint32_t index) {
    const interpreter_subgraph_t *subgraph = interpreter_main(&self->interpreter);
    sink_t sink = {.tensor = interpreter_type_tensor(self, index)};
    quant_t quant = model_quant(&self->interpreter.model, &subgraph->model, index);
    unsigned type = sink.tensor->type;
    if (quant.count == 1 && (type == TENSOR_INT8 || type == TENSOR_INT16 || type == TENSOR_UINT8)) {
        sink.quantised = true;
        sink.scale = quant.scale[0];
        sink.zero_point = quant.zero_point[0];
    }
    return sink;
}

/* As QUANTIZE does. */
static int32_t quantised(const sink_t *sink, float real) {
    int32_t low, high;
    clamp_type_range(sink->tensor->type, &low, &high);
    return clamp_stored(real, sink->scale, sink->zero_point, low, high);
}

static void put(sink_t *sink, mp_obj_t number) {
    const tensor_t *tensor = sink->tensor;
    uint32_t i = sink->filled++;
    if (i >= tensor->count) {
        return; /* predict tells the number */
    }
    if (sink->quantised) {
        number = mp_obj_new_int(quantised(sink, mp_obj_get_float_to_f(number)));
    }
    mp_binary_set_val_array(binding_typecode(tensor->type), tensor->data, i, number);
}

/* Takes numbers, buffers and nested lists or tuples of them. */
static void put_all(sink_t *sink, mp_obj_t value, unsigned depth) {
    mp_buffer_info_t info;
    size_t count;
    mp_obj_t *items;
    if (binding_items(value, &count, &items)) {
        for (size_t i = 0; i < count && depth < KERNEL_MAX_RANK; i++) {
            put_all(sink, items[i], depth + 1);
        }
    } else if (mp_obj_get_type(value) != &mp_type_str && mp_get_buffer(value, &info, MP_BUFFER_READ)) {
        char typecode = info.typecode ? (char)info.typecode : 'B';
        count = info.len / mp_binary_get_size('@', typecode, NULL);
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
    if (!source.quantised) {
        return interpreter_type_get_tensor(MP_OBJ_FROM_PTR(self), mp_obj_new_int_from_uint(index));
    }
    float *real = binding_block(tensor->count * sizeof(float));
    for (uint32_t i = 0; i < tensor->count; i++) {
        mp_int_t stored = mp_obj_get_int(mp_binary_get_val_array(binding_typecode(tensor->type), tensor->data, i));
        real[i] = steps_to_real((int32_t)stored - source.zero_point, source.scale);
    }
    return binding_tensor_new(self->tensor_type, real, TENSOR_FLOAT32, tensor->rank, tensor->dims);
}

mp_obj_t interpreter_type_predict(size_t n_args, const mp_obj_t *args) {
    interpreter_obj_t *self = MP_OBJ_TO_PTR(args[0]);
    const interpreter_subgraph_t *subgraph = interpreter_main(&self->interpreter);
    const flatbuf_vector_t *inputs = subgraph->model.inputs, *outputs = subgraph->model.outputs;
    if (!self->interpreter.ready) {
        mp_map_t none = {0};
        interpreter_type_allocate_tensors(1, args, &none);
    }
    if (n_args - 1 != inputs->count) {
        binding_refuse(REFUSAL_INPUT_COUNT, (int32_t)n_args - 1, (int32_t)inputs->count, 0);
    }
    for (uint32_t i = 0; i < inputs->count; i++) {
        sink_t sink = sink_for(self, (uint32_t)inputs->item[i]);
        put_all(&sink, args[1 + i], 0);
        if (sink.filled != sink.tensor->count) {
            binding_refuse(REFUSAL_INPUT_ELEMENTS, (int32_t)i, (int32_t)sink.filled, (int32_t)sink.tensor->count);
        }
    }
    interpreter_type_invoke(args[0]);
    mp_obj_t results = mp_obj_new_list(0, NULL);
    for (uint32_t i = 0; i < outputs->count; i++) {
        mp_obj_t real = real_tensor(self, (uint32_t)outputs->item[i]);
        if (outputs->count == 1) {
            return real;
        }
        mp_obj_list_append(results, real);
    }
    return results;
}
