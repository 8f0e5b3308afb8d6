/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy that make few elements of many. */
#include "ulab_functions.h"

static mp_obj_t fold_object(const fold_t *fold, int32_t ddof) {
    if (fold->op == FOLD_SUM && fold->dtype != DTYPE_FLOAT) {
        return ulab_int64(fold->integers);
    }
    element_t result = fold_result(fold, ddof);
    unsigned dtype = fold_type(fold->op, fold->dtype);
    if (dtype == DTYPE_FLOAT) {
        return ulab_float_object(result.f);
    }
    return dtype == DTYPE_BOOL ? mp_obj_new_bool(result.i) : mp_obj_new_int(result.i);
}

static mp_obj_t reduce(fold_op_t op, size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t axis_in = ulab_argument(&arguments, 1, MP_QSTR_axis);
    mp_obj_t keep = ulab_argument(&arguments, 2, MP_QSTR_keepdims);
    int32_t ddof = op == FOLD_STD ? (int32_t)ulab_int(&arguments, 3, MP_QSTR_ddof, 0) : 0;
    ulab_arguments_end(&arguments, 4);
    const ulab_array_t *self = ulab_to_array(args[0], 0);
    bool keeps = keep != MP_OBJ_NULL && mp_obj_is_true(keep);
    if (ndarray_count(&self->array) == 0 && op >= FOLD_MIN && op <= FOLD_ARGMAX) {
        ulab_refuse(ULAB_REFUSAL_EMPTY);
    }
    if (axis_in == MP_OBJ_NULL || axis_in == mp_const_none || (self->array.rank == 1 && !keeps)) {
        fold_t fold;
        if (axis_in != MP_OBJ_NULL && axis_in != mp_const_none) {
            ulab_axis(axis_in, &self->array);
        }
        fold_all(&fold, op, &self->array);
        return fold_object(&fold, ddof);
    }
    unsigned axis = ulab_axis(axis_in, &self->array);
    ndarray_t shape = self->array;
    if (keeps) {
        shape.shape[axis] = 1;
    } else {
        ndarray_take(&shape, axis, 0);
    }
    ulab_array_t *result = ulab_new_like(&shape, fold_type(op, self->array.dtype));
    fold_axis(op, &result->array, &self->array, axis, ddof);
    return MP_OBJ_FROM_PTR(result);
}

#define REDUCE(name, op)                                                    \
    mp_obj_t name(size_t n, const mp_obj_t *args, mp_map_t *keywords) { \
        return reduce(op, n, args, keywords);                              \
    }

REDUCE(ulab_sum, FOLD_SUM)
REDUCE(ulab_mean, FOLD_MEAN)
REDUCE(ulab_std, FOLD_STD)
REDUCE(ulab_min, FOLD_MIN)
REDUCE(ulab_max, FOLD_MAX)
REDUCE(ulab_argmin, FOLD_ARGMIN)
REDUCE(ulab_argmax, FOLD_ARGMAX)
REDUCE(ulab_any, FOLD_ANY)
REDUCE(ulab_all, FOLD_ALL)
