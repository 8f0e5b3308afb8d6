/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy that compute one number of one, element by element; always in float. */
#include "ulab_functions.h"

#if ULAB_ALL

#include "elementary.h"

mp_obj_t ulab_each(ufunc_one_t function, mp_obj_t object) {
    element_t value;
    ndarray_t from;
    if (!ulab_number(&from, &value, object, 0)) {
        from = ulab_to_array(object, 0)->array;
    }
    ulab_array_t *result = ulab_new_like(&from, DTYPE_FLOAT);
    ufunc_binary(UFUNC_CALL_ONE, &result->array, &from, &from, UFUNC_ONE(function));
    return ulab_object(result);
}

#ifndef MICROPY_ENABLE_DYNRUNTIME
static mp_obj_t call_one(mp_obj_t self, size_t n, size_t n_keywords, const mp_obj_t *args) {
    mp_arg_check_num(n, n_keywords, 1, 1, false);
    return ulab_each(((const ulab_one_t *)MP_OBJ_TO_PTR(self))->function, args[0]);
}

MP_DEFINE_CONST_OBJ_TYPE(ulab_one_type, MP_QSTR_function, MP_TYPE_FLAG_BINDS_SELF | MP_TYPE_FLAG_BUILTIN_FUN,
    call, call_one);
#endif

float ulab_ceil(float x) {
    return -single_floor(-x);
}

float ulab_degrees(float x) {
    return x * 57.2957795f;
}

float ulab_radians(float x) {
    return x * 0.0174532925f;
}

/* To the nearest integer, ties to even. */
static float nearest(float x) {
    float low = single_floor(x);
    float rest = x - low;
    bool odd = single_floor(low * 0.5f) * 2.0f != low;
    return rest > 0.5f || (rest == 0.5f && odd) ? low + 1.0f : low;
}

mp_obj_t ulab_around(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    int32_t decimals = (int32_t)ulab_int(&arguments, 1, MP_QSTR_decimals, 0);
    ulab_arguments_end(&arguments, 2);
    ulab_array_t *result = ulab_copy(ulab_to_array(args[0], 0), DTYPE_FLOAT);
    element_t factor_value = {.f = single_power(10.0f, decimals)};
    ndarray_t factor;
    factor.data = (uint8_t *)&factor_value;
    ndarray_set_shape(&factor, DTYPE_FLOAT, 0, NULL);
    ufunc_binary(UFUNC_MULTIPLY, &result->array, &result->array, &factor, NULL);
    ufunc_binary(UFUNC_CALL_ONE, &result->array, &result->array, &factor, UFUNC_ONE(nearest));
    ufunc_binary(UFUNC_DIVIDE, &result->array, &result->array, &factor, NULL);
    return MP_OBJ_FROM_PTR(result);
}

#endif
