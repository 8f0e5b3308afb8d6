/* SPDX-License-Identifier: MIT
 * The array as a Python object: printing, properties, iteration, buffer protocol. */
#include "ulab_binding.h"

#define PRINT_ALL 10 /* a longer axis is cut */
#define PRINT_EDGE 3

static void print_element(const mp_print_t *print, const uint8_t *data, unsigned dtype) {
    element_t value;
    element_read(&value, data, 0, 1, dtype, dtype == DTYPE_FLOAT);
    if (dtype == DTYPE_BOOL) {
        mp_printf(print, value.i ? "True" : "False");
    } else if (dtype == DTYPE_FLOAT) {
        bool whole = value.f > -1e7f && value.f < 1e7f && value.f == (float)(int32_t)value.f;
        mp_printf(print, whole ? "%.7g.0" : "%.7g", (double)value.f);
    } else {
        mp_printf(print, "%d", (int)value.i);
    }
}

/* Depth is bounded by the rank. */
static void print_axis(const mp_print_t *print, const ndarray_t *array, unsigned indent) {
    if (array->rank == 0) {
        print_element(print, array->data, array->dtype);
        return;
    }
    mp_printf(print, "[");
    int32_t size = array->shape[0];
    bool cut = size > PRINT_ALL;
    for (int32_t k = 0; k < size; k++) {
        if (k) {
            mp_printf(print, ",");
            for (unsigned d = 1; d < array->rank; d++) {
                mp_printf(print, "\n");
            }
            for (unsigned d = array->rank > 1 ? indent : 1; d > 0; d--) {
                mp_printf(print, " ");
            }
        }
        if (cut && k == PRINT_EDGE) {
            mp_printf(print, "...");
            k = size - PRINT_EDGE - 1;
            continue;
        }
        ndarray_t item = *array;
        ndarray_take(&item, 0, k);
        print_axis(print, &item, indent + 1);
    }
    mp_printf(print, "]");
}

void ulab_print(const mp_print_t *print, mp_obj_t self_in, mp_print_kind_t kind) {
    const ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    (void)kind;
    mp_printf(print, "array(");
    print_axis(print, &self->array, 7);
    mp_printf(print, ", dtype=%s)", ndarray_dtype_name(self->array.dtype));
}

void ulab_attr(mp_obj_t self_in, qstr attr, mp_obj_t *dest) {
    const ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    const ndarray_t *array = &self->array;
    if (dest[0] != MP_OBJ_NULL) {
        return;
    }
    if (attr == MP_QSTR_shape) {
        dest[0] = ulab_tuple(array->rank, array->shape);
    } else if (attr == MP_QSTR_strides) {
        dest[0] = ulab_tuple(array->rank, array->strides);
    } else if (attr == MP_QSTR_dtype) {
        dest[0] = MP_OBJ_NEW_SMALL_INT(array->dtype);
    } else if (attr == MP_QSTR_size) {
        dest[0] = mp_obj_new_int(ndarray_count(array));
    } else if (attr == MP_QSTR_itemsize) {
        dest[0] = MP_OBJ_NEW_SMALL_INT(ndarray_item_bytes(array->dtype));
    } else if (attr == MP_QSTR_T) {
        ulab_array_t *view = ulab_view(self);
        ndarray_transpose(&view->array);
        dest[0] = MP_OBJ_FROM_PTR(view);
    } else {
        dest[1] = MP_OBJ_SENTINEL; /* go on with the methods */
    }
}

typedef struct {
    mp_obj_base_t base;
    const ulab_array_t *array;
    mp_int_t next;
} iterator_t;

mp_obj_t ulab_getiter(mp_obj_t self_in, mp_obj_iter_buf_t *buffer) {
    const ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    iterator_t *iterator = (iterator_t *)buffer;
#ifdef MICROPY_ENABLE_DYNRUNTIME
    const uint8_t *types = (const uint8_t *)self->base.type - offsetof(ulab_types_t, array);
    iterator->base.type = (const mp_obj_type_t *)(const void *)(types + offsetof(ulab_types_t, iterator));
#else
    iterator->base.type = &ulab_iterator_type;
#endif
    iterator->array = self;
    iterator->next = 0;
    return MP_OBJ_FROM_PTR(iterator);
}

mp_obj_t ulab_iternext(mp_obj_t iterator_in) {
    iterator_t *iterator = MP_OBJ_TO_PTR(iterator_in);
    if (iterator->next >= iterator->array->array.shape[0]) {
        return MP_OBJ_STOP_ITERATION;
    }
    return ulab_item(iterator->array, (int32_t)iterator->next++);
}

mp_int_t ulab_get_buffer(mp_obj_t self_in, mp_buffer_info_t *info, mp_uint_t flags) {
    const ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    (void)flags;
    if (!ndarray_is_dense(&self->array)) {
        return 1; /* a view with gaps; copy() has none */
    }
    info->buf = self->array.data;
    info->len = (size_t)ndarray_count(&self->array) * ndarray_item_bytes(self->array.dtype);
    info->typecode = self->array.dtype == DTYPE_BOOL ? DTYPE_UINT8 : self->array.dtype;
    return 0;
}
