/* SPDX-License-Identifier: MIT
 * Between Python's objects and arrays: making arrays, numbers to elements and back, sequences, arguments. */
#include "ulab_binding.h"

#include <string.h>

ulab_array_t *ulab_is_array(mp_obj_t object) {
    const mp_obj_type_t *type = mp_obj_get_type(object);
    return MP_OBJ_TYPE_GET_SLOT_OR_NULL(type, buffer) == (const void *)ulab_get_buffer ? MP_OBJ_TO_PTR(object) : NULL;
}

static ulab_array_t *new_object(void) {
    return mp_obj_malloc(ulab_array_t, ulab_array_type());
}

ulab_array_t *ulab_new(unsigned dtype, unsigned rank, const int32_t *shape) {
    int32_t bytes = (int32_t)ndarray_item_bytes(dtype);
    if (rank > NDARRAY_MAX_RANK) {
        ulab_refuse(ULAB_REFUSAL_DIMENSIONS);
    }
    for (unsigned d = 0; d < rank; d++) {
        if (shape[d] < 0) {
            ulab_refuse(ULAB_REFUSAL_NEGATIVE);
        }
        if (shape[d] > 0 && bytes > INT32_MAX / shape[d]) {
            ulab_refuse(ULAB_REFUSAL_TOO_LARGE);
        }
        bytes *= shape[d];
    }
    ulab_array_t *self = new_object();
    self->owner = NULL;
    self->array.data = m_malloc((size_t)bytes + !bytes);
    self->owner = self->array.data;
    memset(self->array.data, 0, (size_t)bytes);
    ndarray_set_shape(&self->array, dtype, rank, shape);
    return self;
}

ulab_array_t *ulab_new_like(const ndarray_t *array, unsigned dtype) {
    return ulab_new(dtype, array->rank, array->shape);
}

ulab_array_t *ulab_view(const ulab_array_t *of) {
    ulab_array_t *self = mp_obj_malloc(ulab_array_t, of->base.type);
    self->owner = of->owner;
    self->array = of->array;
    return self;
}

ulab_array_t *ulab_copy(const ulab_array_t *of, unsigned dtype) {
    ulab_array_t *self = ulab_new_like(&of->array, dtype ? dtype : of->array.dtype);
    lines_copy(&self->array, &of->array);
    return self;
}

ulab_array_t *ulab_flat(const ulab_array_t *of) {
    ulab_array_t *copy = ulab_copy(of, 0);
    int32_t count = ndarray_count(&copy->array);
    ndarray_set_shape(&copy->array, copy->array.dtype, 1, &count);
    return copy;
}

float ulab_float(mp_obj_t object) {
    return (float)mp_obj_get_float(object);
}

mp_obj_t ulab_float_object(float value) {
    return mp_obj_new_float((mp_float_t)value);
}

mp_obj_t ulab_int64(int64_t value) {
    if (value == (int32_t)value) {
        return mp_obj_new_int((mp_int_t)value);
    }
    mp_obj_t high = mp_binary_op(MP_BINARY_OP_LSHIFT, mp_obj_new_int((mp_int_t)(value >> 32)), MP_OBJ_NEW_SMALL_INT(32));
    return mp_binary_op(MP_BINARY_OP_ADD, high, mp_obj_new_int_from_uint((uint32_t)value));
}

mp_obj_t ulab_scalar(const uint8_t *data, unsigned dtype) {
    element_t value;
    element_read(&value, data, 0, 1, dtype, dtype == DTYPE_FLOAT);
    if (dtype == DTYPE_FLOAT) {
        return ulab_float_object(value.f);
    }
    return dtype == DTYPE_BOOL ? mp_obj_new_bool(value.i) : mp_obj_new_int(value.i);
}

mp_obj_t ulab_object(ulab_array_t *array) {
    return array->array.rank ? MP_OBJ_FROM_PTR(array) : ulab_scalar(array->array.data, array->array.dtype);
}

mp_obj_t ulab_item(const ulab_array_t *self, int32_t index) {
    ndarray_t item = self->array;
    ndarray_take(&item, 0, index);
    if (item.rank == 0) {
        return ulab_scalar(item.data, item.dtype);
    }
    ulab_array_t *view = ulab_view(self);
    view->array = item;
    return MP_OBJ_FROM_PTR(view);
}

static unsigned smallest_type(int32_t value, unsigned beside) {
    bool wants_sign = beside == DTYPE_INT8 || beside == DTYPE_INT16 || beside == DTYPE_INT32;
    if (value == (int8_t)value && (value < 0 || wants_sign)) {
        return DTYPE_INT8;
    }
    if (value == (uint8_t)value && !wants_sign) {
        return DTYPE_UINT8;
    }
    if (value == (int16_t)value && (value < 0 || wants_sign)) {
        return DTYPE_INT16;
    }
    return value == (uint16_t)value && !wants_sign ? DTYPE_UINT16 : DTYPE_INT32;
}

bool ulab_number(ndarray_t *to, element_t *value, mp_obj_t object, unsigned beside) {
    qstr name = (qstr)mp_obj_get_type(object)->name;
    unsigned dtype = DTYPE_FLOAT;
    if (name == MP_QSTR_float) {
        value->f = ulab_float(object);
    } else if (name == MP_QSTR_bool) {
        value->i = mp_obj_is_true(object);
        dtype = DTYPE_BOOL;
    } else if (name == MP_QSTR_int) {
        value->f = ulab_float(object);
        int32_t low = (int32_t)mp_obj_get_int_truncated(object);
        if ((float)low == value->f) { /* else it needs more than 32 bits */
            value->i = low;
            dtype = smallest_type(low, beside);
        }
    } else {
        return false;
    }
    element_write((uint8_t *)value, 0, value, 1, dtype, dtype == DTYPE_FLOAT);
    to->data = (uint8_t *)value;
    ndarray_set_shape(to, dtype, 0, NULL);
    return true;
}

bool ulab_items(mp_obj_t object, size_t *count, mp_obj_t **items) {
    const mp_obj_type_t *type = mp_obj_get_type(object);
    if (type != &mp_type_tuple && type != &mp_type_list) {
        return false;
    }
    mp_obj_get_array(object, count, items);
    return true;
}

mp_obj_t ulab_sequence(mp_obj_t iterable) {
    size_t count;
    mp_obj_t *items;
    if (ulab_items(iterable, &count, &items)) {
        return iterable;
    }
    mp_obj_t list = mp_obj_new_list(0, NULL);
    mp_obj_iter_buf_t buffer;
    mp_obj_t item;
#ifdef MICROPY_ENABLE_DYNRUNTIME
    mp_fun_table.getiter(iterable, &buffer);
    while ((item = mp_fun_table.iternext(&buffer)) != MP_OBJ_STOP_ITERATION) {
#else
    mp_obj_t iterator = mp_getiter(iterable, &buffer);
    while ((item = mp_iternext(iterator)) != MP_OBJ_STOP_ITERATION) {
#endif
        mp_obj_list_append(list, item);
    }
    return list;
}

unsigned ulab_shape(int32_t *shape, mp_obj_t object) {
    size_t rank = 1;
    mp_obj_t *items = &object;
    ulab_items(object, &rank, &items);
    if (rank > NDARRAY_MAX_RANK || rank == 0) {
        ulab_refuse(ULAB_REFUSAL_SHAPE);
    }
    for (size_t d = 0; d < rank; d++) {
        shape[d] = (int32_t)mp_obj_get_int(items[d]);
    }
    return (unsigned)rank;
}

mp_obj_t ulab_tuple(unsigned count, const int32_t *items) {
    mp_obj_t objects[NDARRAY_MAX_RANK];
    for (unsigned d = 0; d < count; d++) {
        objects[d] = mp_obj_new_int(items[d]);
    }
    return mp_obj_new_tuple(count, objects);
}

mp_obj_t ulab_argument(ulab_arguments_t *arguments, size_t position, qstr name) {
    const mp_map_t *map = arguments->keywords;
    mp_obj_t key = MP_OBJ_NEW_QSTR(name);
    for (size_t k = 0; k < map->used; k++) {
        if (map->table[k].key == key) {
            arguments->used++;
            return map->table[k].value;
        }
    }
    return position < arguments->count ? arguments->objects[position] : MP_OBJ_NULL;
}

mp_int_t ulab_int(ulab_arguments_t *arguments, size_t position, qstr name, mp_int_t otherwise) {
    mp_obj_t given = ulab_argument(arguments, position, name);
    return given == MP_OBJ_NULL ? otherwise : mp_obj_get_int(given);
}

void ulab_arguments_end(const ulab_arguments_t *arguments, size_t most) {
    if (arguments->used != arguments->keywords->used || arguments->count > most) {
        ulab_refuse(ULAB_REFUSAL_UNEXPECTED);
    }
}

unsigned ulab_dtype(mp_obj_t object, unsigned otherwise) {
    unsigned dtype = object == MP_OBJ_NULL ? otherwise : (unsigned)mp_obj_get_int(object);
    if (ndarray_item_bytes(dtype) == 0) {
        ulab_refuse(ULAB_REFUSAL_DTYPE);
    }
    return dtype;
}

unsigned ulab_axis(mp_obj_t object, const ndarray_t *array) {
    mp_int_t axis = mp_obj_get_int(object);
    axis += axis < 0 ? array->rank : 0;
    if (axis < 0 || axis >= array->rank) {
        ulab_refuse(ULAB_REFUSAL_AXIS);
    }
    return (unsigned)axis;
}
