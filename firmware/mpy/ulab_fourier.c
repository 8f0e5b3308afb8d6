/* SPDX-License-Identifier: MIT
 * Functions of ulab.numpy.fft and ulab.utils: real and imaginary part are two arrays. */
#include "ulab_functions.h"

#if ULAB_ALL

#include "elementary.h"
#include "fourier.h"

typedef struct {
    ulab_array_t *real;
    ulab_array_t *imaginary;
} complex_t;

/* A float copy of a vector whose length is a power of two. */
static ulab_array_t *vector(mp_obj_t object) {
    ulab_array_t *copy = ulab_copy(ulab_to_array(object, 0), DTYPE_FLOAT);
    int32_t size = copy->array.shape[0];
    if (copy->array.rank != 1 || size == 0 || (size & (size - 1))) {
        ulab_refuse(ULAB_REFUSAL_FFT_LENGTH);
    }
    return copy;
}

static complex_t transform(mp_obj_t real, mp_obj_t imaginary, bool inverse) {
    complex_t result;
    result.real = vector(real);
    result.imaginary = imaginary == MP_OBJ_NULL ? ulab_new_like(&result.real->array, DTYPE_FLOAT) : vector(imaginary);
    if (result.imaginary->array.shape[0] != result.real->array.shape[0]) {
        ulab_refuse(ULAB_REFUSAL_FFT_PARTS);
    }
    fourier_transform((float *)(void *)result.real->array.data, (float *)(void *)result.imaginary->array.data,
        (uint32_t)result.real->array.shape[0], inverse);
    return result;
}

static mp_obj_t transform_function(size_t n, const mp_obj_t *args, mp_map_t *keywords, bool inverse) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    ulab_arguments_end(&arguments, 2);
    complex_t result = transform(args[0], n > 1 ? args[1] : MP_OBJ_NULL, inverse);
    mp_obj_t both[] = {MP_OBJ_FROM_PTR(result.real), MP_OBJ_FROM_PTR(result.imaginary)};
    return mp_obj_new_tuple(2, both);
}

mp_obj_t ulab_fft(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    return transform_function(n, args, keywords, false);
}

mp_obj_t ulab_ifft(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    return transform_function(n, args, keywords, true);
}

static float length(float x, float y) {
    return single_sqrt(x * x + y * y);
}

mp_obj_t ulab_spectrogram(size_t n, const mp_obj_t *args, mp_map_t *keywords) {
    ulab_arguments_t arguments = {n, args, keywords, 0};
    mp_obj_t logarithm = ulab_argument(&arguments, 2, MP_QSTR_log);
    ulab_arguments_end(&arguments, 2);
    complex_t result = transform(args[0], n > 1 ? args[1] : MP_OBJ_NULL, false);
    ndarray_t *real = &result.real->array;
    ufunc_binary(UFUNC_CALL, real, real, &result.imaginary->array, length);
    if (logarithm != MP_OBJ_NULL && mp_obj_is_true(logarithm)) {
        ufunc_binary(UFUNC_CALL_ONE, real, real, real, UFUNC_ONE(elementary_log));
    }
    return MP_OBJ_FROM_PTR(result.real);
}

#endif
