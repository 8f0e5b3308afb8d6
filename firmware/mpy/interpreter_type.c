/* SPDX-License-Identifier: MIT
 * Class Interpreter for MicroPython, with tf.lite's names, over the C engine: loading, arena, tensors, invoke. */
#include "interpreter_type.h"

static interpreter_obj_t *self_of(mp_obj_t self) {
    return MP_OBJ_TO_PTR(self);
}

/* ---- loading ------------------------------------------------------------------------------------------------- */

static mp_obj_t call(mp_obj_t object, qstr method, size_t n_args, mp_obj_t first, mp_int_t second) {
    mp_obj_t list[4];
    mp_load_method(object, method, list);
    list[2] = first;
    list[3] = MP_OBJ_NEW_SMALL_INT(second);
    return mp_call_method_n_kw(n_args, 0, list);
}

/* Reads a whole file into one block of its size: file.read() would need twice the room while it grows. */
static mp_obj_t read_file(mp_obj_t file) {
    mp_obj_t start = MP_OBJ_NEW_SMALL_INT(0);
    size_t size = (size_t)mp_obj_get_int(call(file, MP_QSTR_seek, 2, start, 2));
    mp_obj_t content = mp_obj_new_bytearray_by_ref(size, binding_block(size));
    call(file, MP_QSTR_seek, 1, start, 0);
    call(file, MP_QSTR_readinto, 1, content, 0);
    call(file, MP_QSTR_close, 0, start, 0);
    return content;
}

/* The object whose buffer is the model: the argument itself, or what a path leads to. A file that can be used in place
 * (ROMFS) has a buffer; another is read once. */
static mp_obj_t open_model(mp_obj_t source, mp_buffer_info_t *info) {
    if (mp_obj_get_type(source) == &mp_type_str) {
        mp_obj_t args[2] = {source, binding_text("rb")};
        source = mp_call_function_n_kw(mp_load_global(MP_QSTR_open), 2, 0, args);
        if (!mp_get_buffer(source, info, MP_BUFFER_READ)) {
            source = read_file(source);
        }
    }
    mp_get_buffer_raise(source, info, MP_BUFFER_READ);
    return source;
}

/* What the last block of records does not use goes back to the heap. */
static void trim_records(const interpreter_obj_t *self) {
    const arena_t *records = &self->interpreter.records;
    if (self->records != NULL) {
        uint8_t *block = (uint8_t *)self->records;
        m_renew_maybe(uint8_t, block, (size_t)(records->base + records->bytes - block), (size_t)(records->base + records->low - block), false);
    }
}

/* How many records a model needs is known only when it is prepared: block after block, each begins with where the one
 * before it lies. */
void *interpreter_more_records(interpreter_t *interpreter, uint32_t *bytes) {
    enum { AT_ONCE = 1024 };
    interpreter_obj_t *self = (interpreter_obj_t *)((char *)interpreter - offsetof(interpreter_obj_t, interpreter));
    trim_records(self);
    *bytes += AT_ONCE;
    void **block = binding_block(sizeof *block + *bytes);
    *block = self->records;
    self->records = block;
    return block + 1;
}

/* speed= as a bound of scratch. */
static uint32_t scratch_of(mp_obj_t speed) {
    bool small = mp_obj_equal(speed, MP_OBJ_NEW_QSTR(MP_QSTR_small));
    if (!small && speed != mp_const_none && !mp_obj_equal(speed, MP_OBJ_NEW_QSTR(MP_QSTR_fast))) {
        binding_refuse(REFUSAL_SPEED, 0, 0, 0);
    }
    return small ? INTERPRETER_SMALL : INTERPRETER_FAST;
}

mp_obj_t interpreter_type_new(const mp_obj_type_t *type, const mp_obj_type_t *tensor_type, size_t n_args, size_t n_kw,
                              const mp_obj_t *args) {
    enum { MODEL, MODEL_PATH, MODEL_CONTENT, SPEED, COUNT };
    static const binding_name_t names[COUNT] = {BINDING_NAME(MP_QSTR_model), BINDING_NAME(MP_QSTR_model_path),
                                                BINDING_NAME(MP_QSTR_model_content), BINDING_NAME(MP_QSTR_speed)};
    mp_arg_val_t values[COUNT];
    binding_arguments(names, COUNT, 1, n_args, n_kw, args, values);
    mp_obj_t source = mp_const_none;
    for (int i = 0; i < SPEED && source == mp_const_none; i++) {
        source = values[i].u_obj;
    }
    uint32_t scratch_bytes = scratch_of(values[SPEED].u_obj);
    interpreter_obj_t *self = binding_block(sizeof *self);
    self->base.type = type;
    self->tensor_type = tensor_type;
    self->arena_owner = mp_const_none;
    self->records = NULL;
    mp_buffer_info_t model;
    self->model = open_model(source, &model);
    interpreter_load_bounded(&self->interpreter, model.buf, (uint32_t)model.len, NULL, 0, scratch_bytes);
    trim_records(self);
    return MP_OBJ_FROM_PTR(self);
}

/* ---- arena --------------------------------------------------------------------------------------------------- */

mp_obj_t interpreter_type_allocate_tensors(size_t n_args, const mp_obj_t *args, mp_map_t *kws) {
    enum { ARENA, ARENA_BYTES, COUNT };
    static const binding_name_t names[COUNT] = {BINDING_NAME(MP_QSTR_arena), BINDING_NAME(MP_QSTR_arena_bytes)};
    mp_arg_val_t values[COUNT];
    interpreter_obj_t *self = self_of(args[0]);
    binding_arguments(names, COUNT, COUNT, n_args - 1, kws->used, args + 1, values); /* names follow the others */
    mp_buffer_info_t info;
    mp_obj_t owner = values[ARENA].u_obj;
    if (owner == mp_const_none) {
        mp_obj_t wanted = values[ARENA_BYTES].u_obj;
        size_t bytes = wanted == mp_const_none ? interpreter_arena_bytes(&self->interpreter) : (size_t)mp_obj_get_int(wanted);
        owner = binding_arena(bytes);
    }
    mp_get_buffer_raise(owner, &info, MP_BUFFER_RW);
    interpreter_set_arena(&self->interpreter, info.buf, (uint32_t)info.len);
    self->arena_owner = owner;
    return mp_const_none;
}

/* ---- tensors ------------------------------------------------------------------------------------------------- */

static mp_obj_t describe(interpreter_obj_t *self, uint32_t index) {
    interpreter_subgraph_t *subgraph = interpreter_main(&self->interpreter);
    const tensor_t *tensor = &subgraph->tensors[index];
    quant_t quant = model_quant(&self->interpreter.model, &subgraph->model, index);
    uint32_t name_bytes;
    char room[TEXTS_ROOM];
    const char *name = model_tensor_name(&self->interpreter.model, &subgraph->model, index, &name_bytes);
    mp_obj_t scale[2] = {mp_obj_new_float_from_f(quant.count == 1 ? quant.scale[0] : 0),
                         mp_obj_new_int(quant.count == 1 ? quant.zero_point[0] : 0)};
    static const binding_name_t names[] = {BINDING_NAME(MP_QSTR_name), BINDING_NAME(MP_QSTR_shape), BINDING_NAME(MP_QSTR_dtype),
                                           BINDING_NAME(MP_QSTR_quantization)};
    mp_obj_t values[] = {mp_obj_new_str(name, name_bytes), binding_shape(tensor->rank, tensor->dims),
                         binding_text(status_type_name(tensor->type, room)),
                         mp_obj_new_tuple(2, scale)};
    mp_obj_t details = mp_obj_new_dict(5);
    binding_fill(details, names, values, sizeof names / sizeof names[0]);
    mp_obj_dict_store(details, MP_OBJ_NEW_QSTR(MP_QSTR_index), mp_obj_new_int_from_uint(index)); /* no name of the module's own */
    return details;
}

static mp_obj_t describe_all(interpreter_obj_t *self, const flatbuf_vector_t *indices) {
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (uint32_t i = 0; i < indices->count; i++) {
        mp_obj_list_append(list, describe(self, (uint32_t)indices->item[i]));
    }
    return list;
}

mp_obj_t interpreter_type_get_input_details(mp_obj_t self) {
    return describe_all(self_of(self), interpreter_main(&self_of(self)->interpreter)->model.inputs);
}

mp_obj_t interpreter_type_get_output_details(mp_obj_t self) {
    return describe_all(self_of(self), interpreter_main(&self_of(self)->interpreter)->model.outputs);
}

/* A tensor that has memory now. */
const tensor_t *interpreter_type_tensor(interpreter_obj_t *self, uint32_t index) {
    const interpreter_subgraph_t *subgraph = interpreter_main(&self->interpreter);
    if (index >= subgraph->model.tensors->count) {
        binding_refuse(REFUSAL_TENSOR_INDEX, (int32_t)index, (int32_t)subgraph->model.tensors->count, 0);
    }
    const tensor_t *tensor = &subgraph->tensors[index];
    if (!(tensor->flags & (TENSOR_CONSTANT | TENSOR_VARIABLE))) {
        interpreter_begin(&self->interpreter);
    }
    return tensor;
}

mp_obj_t interpreter_type_set_tensor(mp_obj_t self_in, mp_obj_t index, mp_obj_t value) {
    const tensor_t *tensor = interpreter_type_tensor(self_of(self_in), (uint32_t)mp_obj_get_int(index));
    uint32_t item_bytes = tensor->item_bytes;
    mp_buffer_info_t info;
    mp_get_buffer_raise(value, &info, MP_BUFFER_READ);
    if (tensor->flags & TENSOR_CONSTANT) {
        binding_refuse(REFUSAL_TENSOR_CONSTANT, 0, 0, 0);
    }
    if (info.len != (size_t)tensor->count * item_bytes) {
        binding_refuse(REFUSAL_TENSOR_BYTES, mp_obj_get_int(index), (int32_t)info.len, (int32_t)(tensor->count * item_bytes));
    }
    /* raw bytes pass for any type */
    bool raw = info.typecode == 'B' || info.typecode == BYTEARRAY_TYPECODE;
    size_t found = raw ? item_bytes : mp_binary_get_size('@', (char)info.typecode, NULL);
    if (found != item_bytes) {
        binding_refuse(REFUSAL_TENSOR_ITEMS, mp_obj_get_int(index), (int32_t)found, (int32_t)item_bytes);
    }
    memcpy(tensor->data, info.buf, info.len);
    return mp_const_none;
}

mp_obj_t interpreter_type_get_tensor(mp_obj_t self_in, mp_obj_t index) {
    interpreter_obj_t *self = self_of(self_in);
    const tensor_t *tensor = interpreter_type_tensor(self, (uint32_t)mp_obj_get_int(index));
    size_t bytes = kernel_bytes(tensor);
    void *copy = binding_block(bytes);
    memcpy(copy, tensor->data, bytes);
    return binding_tensor_new(self->tensor_type, copy, tensor->type, tensor->rank, tensor->dims);
}

/* ---- running ------------------------------------------------------------------------------------------------- */

mp_obj_t interpreter_type_invoke(mp_obj_t self) {
    interpreter_invoke(&self_of(self)->interpreter);
    return mp_const_none;
}

mp_obj_t interpreter_type_reset_all_variables(mp_obj_t self) {
    interpreter_reset_variables(&self_of(self)->interpreter);
    return mp_const_none;
}

mp_obj_t interpreter_type_profile(mp_obj_t self_in) {
    interpreter_obj_t *self = self_of(self_in);
    const interpreter_subgraph_t *subgraph = interpreter_main(&self->interpreter);
    mp_obj_t rows = mp_obj_new_list(0, NULL);
    /* before the loop: an import looks for a file of that name first, which takes milliseconds */
    mp_obj_t ticks_us = binding_function(MP_QSTR_time, MP_QSTR_ticks_us);
    mp_obj_t ticks_diff = binding_function(MP_QSTR_time, MP_QSTR_ticks_diff);
    for (uint32_t i = 0; i < subgraph->model.operators->count; i++) {
        mp_obj_t ticks[2] = {MP_OBJ_NULL, mp_call_function_n_kw(ticks_us, 0, 0, NULL)};
        interpreter_invoke_op(&self->interpreter, i);
        ticks[0] = mp_call_function_n_kw(ticks_us, 0, 0, NULL);
        mp_obj_t row[2] = {binding_operator(registry_code(subgraph->ops[i].row)), mp_call_function_n_kw(ticks_diff, 2, 0, ticks)};
        mp_obj_list_append(rows, mp_obj_new_tuple(2, row));
    }
    return rows;
}

/* ---- attributes ---------------------------------------------------------------------------------------------- */

static uint32_t saturated(uint64_t value) {
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

void interpreter_type_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    const interpreter_obj_t *self = self_of(self_in);
    if (dest[0] != MP_OBJ_NULL) {
        return; /* read-only */
    }
    bool known = true;
#define ATTRIBUTE(name, value) attr == name ? (value) :
    uint32_t number =
#include "names.def"
        (known = false);
#undef ATTRIBUTE
    if (known) {
        dest[0] = mp_obj_new_int_from_uint(number);
        return;
    }
    dest[1] = MP_OBJ_SENTINEL; /* go on with the methods */
}
