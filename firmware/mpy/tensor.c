/* SPDX-License-Identifier: MIT
 * The array that Interpreter gives: buffer protocol, shape, dtype, indexing, iteration. Small on purpose; where ulab is
 * there, ulab.numpy.frombuffer takes it without a copy. */
#include "binding.h"

mp_obj_t binding_text(const char *text) {
    return mp_obj_new_str(text, strlen(text));
}

bool binding_items(mp_obj_t value, size_t *count, mp_obj_t **items) {
    const mp_obj_type_t *type = mp_obj_get_type(value);
    if (type == &mp_type_list) {
        *count = ((mp_obj_list_t *)MP_OBJ_TO_PTR(value))->len;
        *items = ((mp_obj_list_t *)MP_OBJ_TO_PTR(value))->items;
    } else if (type == &mp_type_tuple) {
        *count = ((mp_obj_tuple_t *)MP_OBJ_TO_PTR(value))->len;
        *items = ((mp_obj_tuple_t *)MP_OBJ_TO_PTR(value))->items;
    } else {
        return false;
    }
    return true;
}

void *binding_block(size_t bytes) {
    void *block = m_renew_maybe(uint8_t, NULL, 0, bytes ? bytes : 1, false);
    if (block == NULL) {
        binding_refuse(REFUSAL_MEMORY, (int32_t)bytes, 0, 0);
    }
    return block;
}

void binding_arguments(const binding_name_t *names, unsigned count, unsigned positional, size_t n_args, size_t n_kw,
                       const mp_obj_t *args, mp_arg_val_t *values) {
    enum { MOST = 4 };
    mp_arg_t allowed[MOST];
    for (unsigned i = 0; i < count; i++) {
        allowed[i].qst = (uint16_t)binding_name(names[i]);
        allowed[i].flags = i < positional ? MP_ARG_OBJ : MP_ARG_KW_ONLY | MP_ARG_OBJ;
        allowed[i].defval.u_obj = mp_const_none;
    }
    mp_arg_parse_all_kw_array(n_args, n_kw, args, count, allowed, values);
}

void binding_fill(mp_obj_t dictionary, const binding_name_t *names, const mp_obj_t *values, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        mp_obj_dict_store(dictionary, MP_OBJ_NEW_QSTR(binding_name(names[i])), values[i]);
    }
}

char binding_typecode(unsigned type) {
    static const char codes[] = "f?iBq?Bh?b?????IH"; /* by TENSOR_... */
    return type < sizeof codes - 1 && codes[type] != '?' ? codes[type] : 'i';
}

uint32_t binding_count(unsigned rank, const int32_t *dims) {
    uint32_t count = 1;
    for (unsigned d = 0; d < rank; d++) {
        count *= (uint32_t)dims[d];
    }
    return count;
}

mp_obj_t binding_shape(unsigned rank, const int32_t *dims) {
    mp_obj_t sizes[KERNEL_MAX_RANK];
    for (unsigned d = 0; d < rank; d++) {
        sizes[d] = mp_obj_new_int(dims[d]);
    }
    return mp_obj_new_tuple(rank, sizes);
}

static mp_obj_t new_view(const mp_obj_type_t *type, void *owner, uint8_t *data, unsigned item_type, unsigned rank, const int32_t *dims) {
    binding_tensor_t *self = binding_block(sizeof *self);
    self->base.type = type;
    self->owner = owner;
    self->data = data;
    self->type = (uint8_t)item_type;
    self->rank = (uint8_t)rank;
    for (unsigned d = 0; d < rank; d++) {
        self->dims[d] = dims[d];
    }
    return MP_OBJ_FROM_PTR(self);
}

mp_obj_t binding_tensor_new(const mp_obj_type_t *type, void *data, unsigned item_type, unsigned rank, const int32_t *dims) {
    return new_view(type, data, data, item_type, rank, dims);
}

/* Element or sub-array i of the first axis. */
static mp_obj_t item(const binding_tensor_t *self, mp_int_t i) {
    if (self->rank == 0 || i < 0 || i >= self->dims[0]) {
        binding_refuse(REFUSAL_INDEX_RANGE, 0, 0, 0);
    }
    if (self->rank == 1) {
        return mp_binary_get_val_array(binding_typecode(self->type), self->data, (size_t)i);
    }
    uint32_t step = binding_count(self->rank - 1u, self->dims + 1) * model_item_bytes(self->type);
    return new_view(self->base.type, self->owner, self->data + step * (uint32_t)i, self->type, self->rank - 1u, self->dims + 1);
}

mp_obj_t binding_tensor_subscr(mp_obj_t self_in, mp_obj_t index, mp_obj_t value) {
    if (value != MP_OBJ_SENTINEL) {
        return MP_OBJ_NULL; /* read-only */
    }
    size_t count = 1;
    mp_obj_t *indices = &index;
    if (mp_obj_get_type(index) == &mp_type_tuple) {
        binding_items(index, &count, &indices);
    }
    for (size_t d = 0; d < count; d++) {
        const binding_tensor_t *self = MP_OBJ_TO_PTR(self_in);
        if (count - d > self->rank) { /* so every step but the last gives an array */
            binding_refuse(REFUSAL_INDEX_COUNT, 0, 0, 0);
        }
        mp_int_t i = mp_obj_get_int(indices[d]);
        self_in = item(self, i < 0 ? i + self->dims[0] : i);
    }
    return self_in;
}

/* Nested lists; depth is bounded by the rank. */
static mp_obj_t to_list(const binding_tensor_t *self) {
    if (self->rank == 0) {
        return mp_binary_get_val_array(binding_typecode(self->type), self->data, 0);
    }
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (mp_int_t i = 0; i < self->dims[0]; i++) {
        mp_obj_t one = item(self, i);
        mp_obj_list_append(list, self->rank == 1 ? one : to_list(MP_OBJ_TO_PTR(one)));
    }
    return list;
}

static mp_obj_t tolist(mp_obj_t self) {
    return to_list(MP_OBJ_TO_PTR(self));
}
static MP_DEFINE_CONST_FUN_OBJ_1(tolist_obj, tolist);

mp_obj_t binding_tensor_getiter(mp_obj_t self, mp_obj_iter_buf_t *buffer) {
    (void)buffer; /* what a native module may call cannot use it */
    return mp_getiter(tolist(self), NULL);
}

void binding_tensor_print(const mp_print_t *print, mp_obj_t self, mp_print_kind_t kind) {
    (void)kind;
    mp_obj_t list = tolist(self);
    mp_obj_t text = mp_call_function_n_kw(mp_load_global(MP_QSTR_repr), 1, 0, &list);
    mp_printf(print, "%s", mp_obj_str_get_str(text));
}

mp_obj_t binding_tensor_unary_op(mp_unary_op_t op, mp_obj_t self_in) {
    const binding_tensor_t *self = MP_OBJ_TO_PTR(self_in);
    if (op != MP_UNARY_OP_LEN) {
        return MP_OBJ_NULL; /* whether it is true MicroPython asks the length */
    }
    return mp_obj_new_int(self->rank ? self->dims[0] : 0);
}

void binding_tensor_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    const binding_tensor_t *self = MP_OBJ_TO_PTR(self_in);
    if (dest[0] != MP_OBJ_NULL) {
        return;
    }
    if (attr == MP_QSTR_shape) {
        dest[0] = binding_shape(self->rank, self->dims);
    } else if (attr == MP_QSTR_dtype) {
        char room[TEXTS_ROOM];
        dest[0] = binding_text(status_type_name(self->type, room));
    } else if (attr == MP_QSTR_size) {
        dest[0] = mp_obj_new_int_from_uint(binding_count(self->rank, self->dims));
    } else if (attr == MP_QSTR_tolist) {
        dest[0] = MP_OBJ_FROM_PTR(&tolist_obj);
        dest[1] = self_in;
    }
}

mp_int_t binding_tensor_get_buffer(mp_obj_t self_in, mp_buffer_info_t *info, mp_uint_t flags) {
    const binding_tensor_t *self = MP_OBJ_TO_PTR(self_in);
    (void)flags;
    info->buf = self->data;
    info->len = binding_count(self->rank, self->dims) * model_item_bytes(self->type);
    info->typecode = binding_typecode(self->type);
    return 0;
}
