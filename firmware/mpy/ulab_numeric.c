/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy that compute arrays of arrays: products, selections, differences, orders. */
#include "ulab_functions.h"

#if ULAB_ALL

#include "elementary.h"
#include "mask.h"
#include "product.h"

/* A vector seen as a matrix of one row or one column. */
static void as_matrix(ndarray_t *view, bool column) {
    if (view->rank == 1) {
        view->shape[!column] = view->shape[0];
        view->strides[!column] = view->strides[0];
        view->shape[column] = 1;
        view->rank = 2;
    }
}

mp_obj_t ulab_dot(mp_obj_t left, mp_obj_t right) {
    const ulab_array_t *arrays[] = {ulab_is_array(left), ulab_is_array(right)};
    if (!arrays[0] || !arrays[1]) {
        return MP_OBJ_NULL;
    }
    ndarray_t a = arrays[0]->array;
    ndarray_t b = arrays[1]->array;
    unsigned rank = a.rank + b.rank - 2u;
    as_matrix(&a, false);
    as_matrix(&b, true);
    if (a.rank != 2 || b.rank != 2 || a.shape[1] != b.shape[0]) {
        ulab_refuse(ULAB_REFUSAL_DOT);
    }
    int32_t shape[] = {a.shape[0], b.shape[1]};
    ulab_array_t *result = ulab_new(DTYPE_FLOAT, 2, shape);
    product_matrix(&result->array, &a, &b);
    ndarray_set_shape(&result->array, DTYPE_FLOAT, rank, rank == 1 && arrays[0]->array.rank == 1 ? shape + 1 : shape);
    return ulab_object(result);
}

mp_obj_t ulab_dot_function(mp_obj_t left, mp_obj_t right) {
    return ulab_dot(MP_OBJ_FROM_PTR(ulab_to_array(left, 0)), MP_OBJ_FROM_PTR(ulab_to_array(right, 0)));
}

/* A number as it is, other objects as array. */
static mp_obj_t array_or_number(mp_obj_t object) {
    ndarray_t scalar;
    element_t number;
    return ulab_number(&scalar, &number, object, 0) ? object : MP_OBJ_FROM_PTR(ulab_to_array(object, 0));
}

ELEMENT_APART static mp_obj_t pairwise(ufunc_op_t op, mp_obj_t left, mp_obj_t right) {
    return ulab_binary(op, array_or_number(left), array_or_number(right), elementary_atan2);
}

#define PAIRWISE(name, op)                           \
    mp_obj_t name(mp_obj_t left, mp_obj_t right) {   \
        return pairwise(op, left, right);            \
    }

PAIRWISE(ulab_minimum, UFUNC_MINIMUM)
PAIRWISE(ulab_maximum, UFUNC_MAXIMUM)
PAIRWISE(ulab_equal, UFUNC_EQUAL)
PAIRWISE(ulab_not_equal, UFUNC_NOT_EQUAL)
PAIRWISE(ulab_arctan2, UFUNC_CALL)

mp_obj_t ulab_clip(mp_obj_t array, mp_obj_t low, mp_obj_t high) {
    return ulab_maximum(ulab_minimum(array, high), low);
}

/* An array in the type `dtype` (0: its own), over `value` for a number. */
static ndarray_t operand(element_t *value, mp_obj_t object, unsigned dtype) {
    ndarray_t to;
    if (!ulab_number(&to, value, object, 0)) {
        to = ulab_to_array(object, 0)->array;
    }
    if (dtype && to.dtype != dtype) {
        ulab_array_t *copy = ulab_new_like(&to, dtype);
        lines_copy(&copy->array, &to);
        to = copy->array;
    }
    return to;
}

mp_obj_t ulab_where(mp_obj_t mask_in, mp_obj_t yes_in, mp_obj_t no_in) {
    element_t values[3];
    ndarray_t mask = operand(&values[0], mask_in, DTYPE_BOOL);
    ndarray_t yes = operand(&values[1], yes_in, 0);
    ndarray_t no = operand(&values[2], no_in, 0);
    ndarray_t shape = yes;
    if (!ndarray_broadcast_shape(&shape, &yes, &no) || !ndarray_broadcast_shape(&shape, &shape, &mask)) {
        ulab_refuse(ULAB_REFUSAL_BROADCAST);
    }
    ulab_array_t *result = ulab_new_like(&shape, ufunc_result_type(UFUNC_MAXIMUM, yes.dtype, no.dtype));
    lines_copy(&result->array, &no);
    mask_copy(&result->array, &mask, &yes);
    return ulab_object(result);
}

mp_obj_t ulab_diff(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_int_t order = ulab_int(&arguments, 1, MP_QSTR_n, 1);
    mp_obj_t axis_in = ulab_argument(&arguments, 2, MP_QSTR_axis);
    ulab_arguments_end(&arguments, 3);
    const ulab_array_t *array = ulab_to_array(args[0], 0);
    unsigned axis = axis_in == MP_OBJ_NULL ? array->array.rank - 1u : ulab_axis(axis_in, &array->array);
    for (; order > 0 && array->array.shape[axis] > 0; order--) {
        ndarray_t low = array->array;
        int32_t size = low.shape[axis];
        ndarray_t high = low;
        ndarray_slice(&high, axis, 1, 1, size - 1);
        low.shape[axis] = high.shape[axis];
        ulab_array_t *result = ulab_new_like(&low, ufunc_result_type(UFUNC_SUBTRACT, low.dtype, low.dtype));
        ufunc_binary(UFUNC_SUBTRACT, &result->array, &high, &low, NULL);
        array = result;
    }
    return MP_OBJ_FROM_PTR(array);
}

mp_obj_t ulab_flip(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t axis_in = ulab_argument(&arguments, 1, MP_QSTR_axis);
    ulab_arguments_end(&arguments, 2);
    ulab_array_t *view = ulab_view(ulab_to_array(args[0], 0));
    bool every = axis_in == MP_OBJ_NULL || axis_in == mp_const_none;
    unsigned axis = every ? 0 : ulab_axis(axis_in, &view->array);
    for (unsigned d = 0; d < view->array.rank; d++) {
        int32_t size = view->array.shape[d];
        if ((every || d == axis) && size > 0) {
            ndarray_slice(&view->array, d, size - 1, -1, size);
        }
    }
    return MP_OBJ_FROM_PTR(ulab_copy(view, 0));
}

/* Copies `count` places along an axis, from `source` in `from` to `target` in `to`. */
static void move_places(const ndarray_t *to, int32_t target, const ndarray_t *from, int32_t source, int32_t count, unsigned axis) {
    ndarray_t into = *to;
    ndarray_t part = *from;
    ndarray_slice(&into, axis, target, 1, count);
    ndarray_slice(&part, axis, source, 1, count);
    lines_copy(&into, &part);
}

mp_obj_t ulab_roll(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t axis_in = ulab_argument(&arguments, 2, MP_QSTR_axis);
    ulab_arguments_end(&arguments, 3);
    ulab_array_t *self = ulab_to_array(args[0], 0);
    ulab_array_t *result = ulab_new_like(&self->array, self->array.dtype);
    ndarray_t from = self->array;
    ndarray_t to = result->array;
    unsigned axis = 0;
    if (axis_in != MP_OBJ_NULL && axis_in != mp_const_none) {
        axis = ulab_axis(axis_in, &from);
    } else { /* as one line */
        from = ulab_flat(self)->array;
        ndarray_set_shape(&to, to.dtype, 1, from.shape);
    }
    int32_t size = from.shape[axis];
    if (size > 0) {
        int32_t shift = (int32_t)mp_obj_get_int(args[1]) % size;
        shift += shift < 0 ? size : 0;
        move_places(&to, shift, &from, 0, size - shift, axis);
        move_places(&to, 0, &from, size - shift, shift, axis);
    }
    return MP_OBJ_FROM_PTR(result);
}

mp_obj_t ulab_cumsum(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    ulab_order_t order = ulab_order(&arguments, false);
    const ndarray_t *from = &order.array->array;
    ulab_array_t *result = ulab_new_like(from, from->dtype == DTYPE_FLOAT ? DTYPE_FLOAT : DTYPE_INT32);
    fold_running_sum(&result->array, from, order.axis);
    return MP_OBJ_FROM_PTR(result);
}

#endif
