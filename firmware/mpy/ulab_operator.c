/* SPDX-License-Identifier: MIT
 * Python's operators on arrays: operands, result type, in place or new. */
#include "ulab_binding.h"

/* x ** y where the core does not compute it. */
static float power(float x, float y) {
    return ulab_float(mp_binary_op(MP_BINARY_OP_POWER, ulab_float_object(x), ulab_float_object(y)));
}

/* The array in an operand, over `value` for a number; false for other objects. */
static bool operand(ndarray_t *to, element_t *value, mp_obj_t object, mp_obj_t beside) {
    const ulab_array_t *array = ulab_lent(object);
    if (array) {
        *to = array->array;
        return true;
    }
    const ulab_array_t *other = ulab_lent(beside);
    return ulab_number(to, value, object, other ? other->array.dtype : 0);
}

mp_obj_t ulab_binary(ufunc_op_t op, mp_obj_t left_in, mp_obj_t right_in, ufunc_function_t function) {
    element_t values[2];
    ndarray_t left, right, shape;
    if (!operand(&left, &values[0], left_in, right_in) || !operand(&right, &values[1], right_in, left_in)) {
        return MP_OBJ_NULL;
    }
    unsigned dtype = ufunc_result_type(op, left.dtype, right.dtype);
    if (dtype == 0) {
        ulab_refuse(ULAB_REFUSAL_INTEGERS);
    }
    shape.dtype = (uint8_t)dtype;
    if (!ndarray_broadcast_shape(&shape, &left, &right)) {
        ulab_refuse(ULAB_REFUSAL_BROADCAST);
    }
    ulab_array_t *result = ulab_new_like(&shape, dtype);
    ufunc_binary(op, &result->array, &left, &right, function);
    return ulab_object(result);
}

/* self op= right; the type of self stays. */
ELEMENT_APART static mp_obj_t in_place(ufunc_op_t op, mp_obj_t self_in, mp_obj_t right_in) {
    ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    element_t value;
    ndarray_t right;
    if (!operand(&right, &value, right_in, self_in)) {
        return MP_OBJ_NULL;
    }
    unsigned dtype = ufunc_result_type(op, self->array.dtype, right.dtype);
    if (dtype == 0 || (dtype == DTYPE_FLOAT && self->array.dtype != DTYPE_FLOAT)) {
        ulab_refuse(ULAB_REFUSAL_IN_PLACE);
    }
    const ulab_array_t *other = ulab_lent(right_in);
    if (other && other != self && other->owner == self->owner) { /* may overlap */
        right = ulab_copy(other, 0)->array;
    }
    if (!ufunc_binary(op, &self->array, &self->array, &right, power)) {
        ulab_refuse(ULAB_REFUSAL_BROADCAST);
    }
    return self_in;
}

mp_obj_t ulab_binary_op(mp_binary_op_t op, mp_obj_t left, mp_obj_t right) {
    mp_uint_t which = op;
    if (which >= MP_BINARY_OP_INPLACE_OR && which <= MP_BINARY_OP_INPLACE_POWER) {
        which += UFUNC_OR - MP_BINARY_OP_INPLACE_OR;
        return which == UFUNC_MATRIX_MULTIPLY ? MP_OBJ_NULL : in_place((ufunc_op_t)which, left, right);
    }
    if (which >= MP_BINARY_OP_REVERSE_OR && which <= MP_BINARY_OP_REVERSE_POWER) {
        mp_obj_t swap = left;
        left = right;
        right = swap;
        which += UFUNC_OR - MP_BINARY_OP_REVERSE_OR;
    } else if (which >= MP_BINARY_OP_OR && which <= MP_BINARY_OP_POWER) {
        which += UFUNC_OR - MP_BINARY_OP_OR;
    } else if (which > MP_BINARY_OP_NOT_EQUAL) {
        return MP_OBJ_NULL;
    }
#if ULAB_DOT
    if (which == UFUNC_MATRIX_MULTIPLY) {
        return ulab_dot(left, right);
    }
#endif
    return which == UFUNC_MATRIX_MULTIPLY ? MP_OBJ_NULL : ulab_binary((ufunc_op_t)which, left, right, power);
}

/* self op number; the type of self stays. */
static mp_obj_t with_number(const ulab_array_t *self, ufunc_op_t op, int32_t number) {
    element_t value = {.i = number};
    ndarray_t right;
    right.data = (uint8_t *)&value;
    ndarray_set_shape(&right, DTYPE_INT32, 0, NULL);
    unsigned dtype = self->array.dtype == DTYPE_BOOL && op == UFUNC_MULTIPLY ? DTYPE_UINT8 : self->array.dtype;
    ulab_array_t *result = ulab_new_like(&self->array, dtype);
    ufunc_binary(op, &result->array, &self->array, &right, NULL);
    return MP_OBJ_FROM_PTR(result);
}

mp_obj_t ulab_unary_op(mp_unary_op_t op, mp_obj_t self_in) {
    const ulab_array_t *self = MP_OBJ_TO_PTR(self_in);
    unsigned dtype = self->array.dtype;
    switch (op) {
        case MP_UNARY_OP_LEN:
            return mp_obj_new_int(self->array.shape[0]);
        case MP_UNARY_OP_BOOL:
            if (ndarray_count(&self->array) != 1) {
                ulab_refuse(ULAB_REFUSAL_TRUTH);
            }
            return mp_obj_new_bool(mp_obj_is_true(ulab_scalar(self->array.data, dtype)));
        case MP_UNARY_OP_POSITIVE:
            return MP_OBJ_FROM_PTR(ulab_copy(self, 0));
        case MP_UNARY_OP_NEGATIVE:
            return with_number(self, UFUNC_MULTIPLY, -1);
        case MP_UNARY_OP_ABS:
            return with_number(self, UFUNC_ABSOLUTE, 0);
        case MP_UNARY_OP_INVERT:
            if (dtype == DTYPE_FLOAT) {
                ulab_refuse(ULAB_REFUSAL_INVERT);
            }
            return with_number(self, UFUNC_XOR, dtype == DTYPE_BOOL ? 1 : -1);
        default:
            return MP_OBJ_NULL;
    }
}
