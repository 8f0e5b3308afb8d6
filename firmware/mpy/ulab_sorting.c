/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy and the method that put elements in order. */
#include "ulab_functions.h"

#if ULAB_ALL

#include "sort.h"

ulab_order_t ulab_order(ulab_arguments_t *arguments, bool copies) {
    mp_obj_t axis = ulab_argument(arguments, 1, MP_QSTR_axis);
    ulab_order_t order = {ulab_to_array(arguments->objects[0], 0), 0};
    ulab_arguments_end(arguments, 2);
    if (axis == mp_const_none) {
        order.array = ulab_flat(order.array);
        return order;
    }
    order.axis = axis == MP_OBJ_NULL ? order.array->array.rank - 1u : ulab_axis(axis, &order.array->array);
    if (copies) {
        order.array = ulab_copy(order.array, 0);
    }
    return order;
}

mp_obj_t ulab_sort(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    ulab_order_t order = ulab_order(&arguments, true);
    sort_axis(&order.array->array, order.axis);
    return MP_OBJ_FROM_PTR(order.array);
}

mp_obj_t ulab_sort_method(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    ulab_array_t *self = MP_OBJ_TO_PTR(args[0]);
    ulab_order_t order = ulab_order(&arguments, false);
    sort_axis(&order.array->array, order.axis);
    if (order.array != self) { /* axis=None: the array becomes flat */
        self->owner = order.array->owner;
        self->array = order.array->array;
    }
    return mp_const_none;
}

mp_obj_t ulab_argsort(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    ulab_order_t order = ulab_order(&arguments, false);
    if (order.array->array.shape[order.axis] > UINT16_MAX) {
        ulab_refuse(ULAB_REFUSAL_ARGSORT);
    }
    ulab_array_t *result = ulab_new_like(&order.array->array, DTYPE_UINT16);
    sort_indices(&result->array, &order.array->array, order.axis);
    return MP_OBJ_FROM_PTR(result);
}

mp_obj_t ulab_median(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    mp_obj_t axis_none[] = {args[0], mp_const_none};
    bool given = n > 1 || keywords->used;
    ulab_arguments_t arguments = {given ? n : 2, given ? args : axis_none, keywords, 0};
    ulab_order_t order = ulab_order(&arguments, true);
    ndarray_t low = order.array->array;
    int32_t size = low.shape[order.axis];
    if (size == 0) {
        ulab_refuse(ULAB_REFUSAL_EMPTY);
    }
    sort_axis(&low, order.axis);
    ndarray_t high = low;
    ndarray_t last = low;
    ndarray_take(&last, order.axis, size - 1);
    ndarray_take(&high, order.axis, size / 2);
    ndarray_take(&low, order.axis, (size - 1) / 2);
    ulab_array_t *result = ulab_new_like(&high, DTYPE_FLOAT);
    ulab_array_t *other = ulab_new_like(&high, DTYPE_FLOAT);
    element_t half_value = {.f = 0.5f};
    ndarray_t half;
    half.data = (uint8_t *)&half_value;
    ndarray_set_shape(&half, DTYPE_FLOAT, 0, NULL);
    lines_copy(&other->array, &low);
    ufunc_binary(UFUNC_ADD, &result->array, &other->array, &high, NULL);
    ufunc_binary(UFUNC_MULTIPLY, &result->array, &result->array, &half, NULL);
    ufunc_binary(UFUNC_MINIMUM, &result->array, &result->array, &last, NULL); /* nan, which is sorted last */
    return ulab_object(result);
}

#endif
