/* SPDX-License-Identifier: MIT
 * Methods of an array: other shapes, copies, other objects. */
#include "ulab_functions.h"

static ulab_array_t *reshaped(const ulab_array_t *self, unsigned rank, const int32_t *shape) {
    ulab_array_t *view = ndarray_is_dense(&self->array) ? ulab_view(self) : ulab_copy(self, 0);
    if (!ndarray_reshape(&view->array, rank, shape)) {
        ulab_refuse(ULAB_REFUSAL_RESHAPE);
    }
    return view;
}

mp_obj_t ulab_reshape(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    int32_t shape[NDARRAY_MAX_RANK];
    ulab_arguments_end(&arguments, 1 + NDARRAY_MAX_RANK);
    unsigned rank = ulab_shape(shape, n == 2 ? args[1] : mp_obj_new_tuple(n - 1, args + 1));
    return MP_OBJ_FROM_PTR(reshaped(MP_OBJ_TO_PTR(args[0]), rank, shape));
}

mp_obj_t ulab_transpose(mp_obj_t self_in) {
    ulab_array_t *view = ulab_view(MP_OBJ_TO_PTR(self_in));
    ndarray_transpose(&view->array);
    return MP_OBJ_FROM_PTR(view);
}

mp_obj_t ulab_copy_method(mp_obj_t self_in) {
    return MP_OBJ_FROM_PTR(ulab_copy(MP_OBJ_TO_PTR(self_in), 0));
}

mp_obj_t ulab_flatten(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t order = ulab_argument(&arguments, 1, MP_QSTR_order);
    ulab_arguments_end(&arguments, 2);
    ulab_array_t *view = ulab_view(MP_OBJ_TO_PTR(args[0]));
    const char *letter = order == MP_OBJ_NULL ? "C" : mp_obj_str_get_str(order);
    if (*letter == 'F') {
        ndarray_transpose(&view->array);
    }
    return MP_OBJ_FROM_PTR(ulab_flat(view));
}

mp_obj_t ulab_tobytes(mp_obj_t self_in) {
    const ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    if (!ndarray_is_dense(&self->array)) {
        ulab_refuse(ULAB_REFUSAL_TOBYTES);
    }
    if (self->owner != self->array.data) { /* a bytearray must hold the start of the block */
        self = ulab_copy(self, 0);
    }
    size_t bytes = (size_t)ndarray_count(&self->array) * ndarray_item_bytes(self->array.dtype);
    return mp_obj_new_bytearray_by_ref(bytes, self->array.data);
}

/* Depth is bounded by the rank. */
static mp_obj_t to_list(const ulab_array_t *self) {
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (int32_t k = 0; k < self->array.shape[0]; k++) {
        mp_obj_t item = ulab_item(self, k);
        mp_obj_list_append(list, self->array.rank == 1 ? item : to_list(MP_OBJ_TO_PTR(item)));
    }
    return list;
}

mp_obj_t ulab_tolist(mp_obj_t self_in) {
    return to_list(MP_OBJ_TO_PTR(self_in));
}
