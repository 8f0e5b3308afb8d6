/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy that make arrays. */
#include "ulab_functions.h"

/* Asks for the keyword dtype (position `position`) and ends the arguments. */
static unsigned last_dtype(ulab_arguments_t *arguments, size_t position, unsigned otherwise) {
    unsigned dtype = ulab_dtype(ulab_argument(arguments, position, MP_QSTR_dtype), otherwise);
    ulab_arguments_end(arguments, position + 1);
    return dtype;
}

/* The shape of nested sequences, by their first items; returns the rank. */
static unsigned nested_shape(int32_t *shape, mp_obj_t object) {
    for (unsigned rank = 0;;) {
        ulab_array_t *array = ulab_is_array(object);
        element_t number;
        ndarray_t scalar;
        if (!array && ulab_number(&scalar, &number, object, 0)) {
            return rank;
        }
        size_t count = array ? (size_t)array->array.shape[0] : 0;
        mp_obj_t *items = NULL;
        if (!array) {
            ulab_items(ulab_sequence(object), &count, &items);
        }
        if (rank == NDARRAY_MAX_RANK) {
            ulab_refuse(ULAB_REFUSAL_DIMENSIONS);
        }
        shape[rank++] = (int32_t)count;
        if (count == 0) {
            return rank;
        }
        object = array ? ulab_item(array, 0) : items[0];
    }
}

ulab_array_t *ulab_lent(mp_obj_t object) {
    ulab_array_t *array = ulab_is_array(object);
    if (array) {
        return array;
    }
    const mp_obj_type_t *type = mp_obj_get_type(object);
    mp_obj_t shape_of[2] = {MP_OBJ_NULL, MP_OBJ_NULL};
    mp_buffer_info_t info;
    if (!MP_OBJ_TYPE_HAS_SLOT(type, attr) || !mp_get_buffer(object, &info, MP_BUFFER_READ)) {
        return NULL;
    }
    MP_OBJ_TYPE_GET_SLOT(type, attr)(object, MP_QSTR_shape, shape_of);
    unsigned dtype = (uint8_t)info.typecode;
    uint32_t bytes = ndarray_item_bytes(dtype);
    if (shape_of[0] == MP_OBJ_NULL || !mp_obj_is_true(shape_of[0]) || bytes == 0) {
        return NULL; /* or a scalar */
    }
    int32_t shape[NDARRAY_MAX_RANK];
    unsigned rank = ulab_shape(shape, shape_of[0]);
    for (unsigned d = 0; d < rank; d++) {
        if (shape[d] < 0 || (shape[d] > 0 && bytes > (uint32_t)INT32_MAX / (uint32_t)shape[d])) {
            return NULL;
        }
        bytes *= (uint32_t)shape[d];
    }
    if (bytes != info.len || (uintptr_t)info.buf % ndarray_item_bytes(dtype)) {
        return NULL;
    }
    array = mp_obj_malloc(ulab_array_t, ulab_array_type());
    array->owner = MP_OBJ_TO_PTR(object);
    array->array.data = info.buf;
    ndarray_set_shape(&array->array, dtype, rank, shape);
    return array;
}

ulab_array_t *ulab_to_array(mp_obj_t object, unsigned dtype) {
    ulab_array_t *array = ulab_lent(object);
    if (array) {
        return dtype == 0 || dtype == array->array.dtype ? array : ulab_copy(array, dtype);
    }
    int32_t shape[NDARRAY_MAX_RANK];
    object = ulab_sequence(object); /* an iterator can be read once only */
    array = ulab_new(dtype ? dtype : DTYPE_FLOAT, nested_shape(shape, object), shape);
    ulab_fill(&array->array, object);
    return array;
}

mp_obj_t ulab_array(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    unsigned dtype = last_dtype(&arguments, 1, DTYPE_FLOAT);
    const ulab_array_t *lent = ulab_lent(args[0]);
    return MP_OBJ_FROM_PTR(lent ? ulab_copy(lent, dtype) : ulab_to_array(args[0], dtype));
}

mp_obj_t ulab_asarray(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t dtype = ulab_argument(&arguments, 1, MP_QSTR_dtype);
    ulab_arguments_end(&arguments, 2);
    return MP_OBJ_FROM_PTR(ulab_to_array(args[0], dtype == MP_OBJ_NULL ? 0 : ulab_dtype(dtype, 0)));
}

static mp_obj_t filled(size_t n, const mp_obj_t *args, mp_map_t *keywords, size_t dtype_position, mp_obj_t value) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    int32_t shape[NDARRAY_MAX_RANK];
    unsigned rank = ulab_shape(shape, args[0]);
    ulab_array_t *array = ulab_new(last_dtype(&arguments, dtype_position, DTYPE_FLOAT), rank, shape);
    ulab_fill(&array->array, value);
    return MP_OBJ_FROM_PTR(array);
}

mp_obj_t ulab_zeros(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    return filled(n, args, keywords, 1, MP_OBJ_NEW_SMALL_INT(0));
}

mp_obj_t ulab_ones(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    return filled(n, args, keywords, 1, MP_OBJ_NEW_SMALL_INT(1));
}

mp_obj_t ulab_full(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    return filled(n, args, keywords, 2, args[1]);
}

/* An array of start + k * step; exact for integers. */
static ulab_array_t *sequence(unsigned dtype, int32_t count, bool real, element_t start, element_t step) {
    ulab_array_t *array = ulab_new(dtype, 1, &count);
    uint8_t *data = array->array.data;
    for (int32_t k = 0; k < count; k++) {
        element_t value;
        if (real) {
            value.f = start.f + (float)k * step.f;
        } else {
            value.i = (int32_t)((uint32_t)start.i + (uint32_t)k * (uint32_t)step.i);
        }
        element_write(data, 0, &value, 1, dtype, real);
        data += array->array.strides[0];
    }
    return array;
}

/* Steps from start up to, without, stop; too many are INT32_MAX, which no memory holds. */
static int32_t real_steps(float start, float stop, float step) {
    float steps = -single_floor((start - stop) / step);
    return steps >= 2147483648.0f ? INT32_MAX : steps > 0.0f ? (int32_t)steps : 0;
}

static int32_t integer_steps(int32_t start, int32_t stop, int32_t step) {
    bool down = step < 0;
    if (down ? stop >= start : start >= stop) {
        return 0;
    }
    uint32_t distance = down ? (uint32_t)start - (uint32_t)stop : (uint32_t)stop - (uint32_t)start;
    uint32_t steps = (distance - 1u) / (down ? 0u - (uint32_t)step : (uint32_t)step);
    return steps < INT32_MAX ? (int32_t)steps + 1 : INT32_MAX;
}

mp_obj_t ulab_arange(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    element_t values[3]; /* start, stop, step */
    ndarray_t numbers[3];
    unsigned beside = DTYPE_INT16;
    for (size_t k = 0; k < 3; k++) {
        mp_obj_t given = k == 0 && n < 2 ? MP_OBJ_NEW_SMALL_INT(0) : k == 1 && n < 2 ? args[0] : k < n ? args[k] : MP_OBJ_NEW_SMALL_INT(1);
        if (!ulab_number(&numbers[k], &values[k], given, DTYPE_INT32)) {
            ulab_refuse(ULAB_REFUSAL_ARANGE_NUMBERS);
        }
        beside = ufunc_promote(beside, numbers[k].dtype);
    }
    bool real = beside == DTYPE_FLOAT;
    for (size_t k = 0; k < 3; k++) {
        element_read(&values[k], (const uint8_t *)&values[k], 0, 1, numbers[k].dtype, real);
    }
    unsigned dtype = last_dtype(&arguments, 3, beside);
    if (real ? values[2].f == 0.0f : values[2].i == 0) {
        ulab_refuse(ULAB_REFUSAL_ARANGE_STEP);
    }
    int32_t count = real ? real_steps(values[0].f, values[1].f, values[2].f) : integer_steps(values[0].i, values[1].i, values[2].i);
    return MP_OBJ_FROM_PTR(sequence(dtype, count, real, values[0], values[2]));
}

#if ULAB_ALL
mp_obj_t ulab_linspace(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    int32_t count = (int32_t)ulab_int(&arguments, 2, MP_QSTR_num, 50);
    mp_obj_t endpoint = ulab_argument(&arguments, 3, MP_QSTR_endpoint);
    mp_obj_t retstep = ulab_argument(&arguments, 4, MP_QSTR_retstep);
    unsigned dtype = last_dtype(&arguments, 5, DTYPE_FLOAT);
    bool open = endpoint != MP_OBJ_NULL && !mp_obj_is_true(endpoint);
    if (count < 0) {
        ulab_refuse(ULAB_REFUSAL_NEGATIVE);
    }
    int32_t parts = open ? count : count - 1;
    element_t start = {.f = ulab_float(args[0])};
    element_t stop = {.f = ulab_float(args[1])};
    element_t step = {.f = (stop.f - start.f) / (float)(parts > 0 ? parts : 1)};
    ulab_array_t *array = sequence(dtype, count, true, start, step);
    if (!open && count > 1) { /* not off by rounding */
        element_write(array->array.data + (count - 1) * array->array.strides[0], 0, &stop, 1, dtype, true);
    }
    if (retstep == MP_OBJ_NULL || !mp_obj_is_true(retstep)) {
        return MP_OBJ_FROM_PTR(array);
    }
    mp_obj_t both[] = {MP_OBJ_FROM_PTR(array), ulab_float_object(step.f)};
    return mp_obj_new_tuple(2, both);
}

mp_obj_t ulab_eye(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t columns = ulab_argument(&arguments, 1, MP_QSTR_M);
    mp_int_t k = ulab_int(&arguments, 2, MP_QSTR_k, 0);
    unsigned dtype = last_dtype(&arguments, 3, DTYPE_FLOAT);
    int32_t shape[2];
    shape[0] = (int32_t)mp_obj_get_int(args[0]);
    shape[1] = columns == MP_OBJ_NULL || columns == mp_const_none ? shape[0] : (int32_t)mp_obj_get_int(columns);
    ulab_array_t *array = ulab_new(dtype, 2, shape);
    for (mp_int_t row = 0; row < shape[0]; row++) {
        if (row + k >= 0 && row + k < shape[1]) {
            element_t one = {.i = 1};
            element_write(array->array.data + row * array->array.strides[0] + (row + k) * array->array.strides[1], 0, &one, 1, dtype, false);
        }
    }
    return MP_OBJ_FROM_PTR(array);
}

mp_obj_t ulab_concatenate(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t axis_in = ulab_argument(&arguments, 1, MP_QSTR_axis);
    ulab_arguments_end(&arguments, 2);
    size_t count = 0;
    mp_obj_t *items;
    mp_obj_t sequence = ulab_sequence(args[0]);
    ulab_items(sequence, &count, &items);
    const ulab_array_t *first = count ? ulab_is_array(items[0]) : NULL;
    if (!first) {
        ulab_refuse(ULAB_REFUSAL_CONCATENATE_ARRAYS);
    }
    unsigned axis = axis_in == MP_OBJ_NULL ? 0 : ulab_axis(axis_in, &first->array);
    ndarray_t whole = first->array;
    for (size_t k = 1; k < count; k++) {
        const ulab_array_t *next = ulab_is_array(items[k]);
        if (!next || next->array.rank != whole.rank) {
            ulab_refuse(ULAB_REFUSAL_CONCATENATE_RANK);
        }
        whole.shape[axis] += next->array.shape[axis];
        if (next->array.dtype != whole.dtype) { /* masks stay masks */
            whole.dtype = (uint8_t)ufunc_promote(whole.dtype, next->array.dtype);
        }
    }
    ulab_array_t *result = ulab_new_like(&whole, whole.dtype);
    ndarray_t part = result->array;
    for (size_t k = 0; k < count; k++) {
        const ndarray_t *from = &((const ulab_array_t *)MP_OBJ_TO_PTR(items[k]))->array;
        part.shape[axis] = from->shape[axis];
        for (unsigned d = 0; d < part.rank; d++) {
            if (part.shape[d] != from->shape[d]) {
                ulab_refuse(ULAB_REFUSAL_CONCATENATE_SHAPES);
            }
        }
        lines_copy(&part, from);
        part.data += part.shape[axis] * part.strides[axis];
    }
    return MP_OBJ_FROM_PTR(result);
}
#endif

mp_obj_t ulab_frombuffer(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_int_t count = ulab_int(&arguments, 2, MP_QSTR_count, -1);
    mp_int_t offset = ulab_int(&arguments, 3, MP_QSTR_offset, 0);
    unsigned dtype = ulab_dtype(ulab_argument(&arguments, 1, MP_QSTR_dtype), DTYPE_FLOAT);
    ulab_arguments_end(&arguments, 4);
    mp_buffer_info_t info;
    mp_get_buffer_raise(args[0], &info, MP_BUFFER_READ);
    mp_int_t bytes = ndarray_item_bytes(dtype);
    mp_int_t left = (mp_int_t)info.len - offset;
    if (offset < 0 || left < 0 || (count < 0 && left % bytes) || count > left / bytes) {
        ulab_refuse(ULAB_REFUSAL_BUFFER_SIZE);
    }
    if (((uintptr_t)info.buf + (uintptr_t)offset) % (uintptr_t)bytes) {
        ulab_refuse(ULAB_REFUSAL_BUFFER_ALIGNED);
    }
    ulab_array_t *array = mp_obj_malloc(ulab_array_t, ulab_array_type());
    int32_t shape = (int32_t)(count < 0 ? left / bytes : count);
    array->owner = MP_OBJ_TO_PTR(args[0]);
    array->array.data = (uint8_t *)info.buf + offset;
    ndarray_set_shape(&array->array, dtype, 1, &shape);
    return MP_OBJ_FROM_PTR(array);
}
