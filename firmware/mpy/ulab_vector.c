/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy that compute one number of one, element by element; always in float. */
#include "ulab_functions.h"

#if ULAB_ALL

#include "elementary.h"

static mp_obj_t each(ufunc_op_t op, ufunc_one_t function, mp_obj_t object) {
    element_t value;
    ndarray_t from;
    if (!ulab_number(&from, &value, object, 0)) {
        from = ulab_to_array(object, 0)->array;
    }
    ulab_array_t *result = ulab_new_like(&from, DTYPE_FLOAT);
    ufunc_binary(op, &result->array, &from, &from, UFUNC_ONE(function));
    return ulab_object(result);
}

static float degrees(float x) {
    return x * 57.2957795f;
}

static float radians(float x) {
    return x * 0.0174532925f;
}

/* To the nearest integer, ties to even. */
static float nearest(float x) {
    float low = single_floor(x);
    float rest = x - low;
    bool odd = single_floor(low * 0.5f) * 2.0f != low;
    return rest > 0.5f || (rest == 0.5f && odd) ? low + 1.0f : low;
}

#define EACH(name, op, function)           \
    mp_obj_t name(mp_obj_t object) {       \
        return each(op, function, object); \
    }
#define CALL(name) EACH(ulab_##name, UFUNC_CALL_ONE, elementary_##name)

EACH(ulab_sqrt, UFUNC_SQUARE_ROOT, NULL)
EACH(ulab_floor, UFUNC_FLOOR, NULL)
EACH(ulab_ceil, UFUNC_CEIL, NULL)
EACH(ulab_degrees, UFUNC_CALL_ONE, degrees)
EACH(ulab_radians, UFUNC_CALL_ONE, radians)
CALL(exp)
CALL(expm1)
CALL(log)
CALL(log2)
CALL(log10)
CALL(sinh)
CALL(cosh)
CALL(tanh)
CALL(asinh)
CALL(acosh)
CALL(atanh)
CALL(sin)
CALL(cos)
CALL(tan)
CALL(asin)
CALL(acos)
CALL(atan)

mp_obj_t ulab_around(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t decimals = ulab_argument(&arguments, 1, MP_QSTR_decimals);
    ulab_arguments_end(&arguments, 2);
    ulab_array_t *result = ulab_copy(ulab_to_array(args[0], 0), DTYPE_FLOAT);
    element_t factor_value = {.f = single_power(10.0f, decimals == MP_OBJ_NULL ? 0 : (int32_t)mp_obj_get_int(decimals))};
    ndarray_t factor;
    factor.data = (uint8_t *)&factor_value;
    ndarray_set_shape(&factor, DTYPE_FLOAT, 0, NULL);
    ufunc_binary(UFUNC_MULTIPLY, &result->array, &result->array, &factor, NULL);
    ufunc_binary(UFUNC_CALL_ONE, &result->array, &result->array, &factor, UFUNC_ONE(nearest));
    ufunc_binary(UFUNC_DIVIDE, &result->array, &result->array, &factor, NULL);
    return MP_OBJ_FROM_PTR(result);
}

#endif
