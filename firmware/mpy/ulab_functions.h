/* SPDX-License-Identifier: MIT
 * Declares the functions that ulab_names.def lists. */
#ifndef ULAB_FUNCTIONS_H
#define ULAB_FUNCTIONS_H

#include "single.h"
#include "ulab_binding.h"

#define DECLARE_1(function) mp_obj_t function(mp_obj_t a);
#define DECLARE_2(function) mp_obj_t function(mp_obj_t a, mp_obj_t b);
#define DECLARE_3(function) mp_obj_t function(mp_obj_t a, mp_obj_t b, mp_obj_t c);
#define DECLARE_KW1(function) mp_obj_t function(size_t n, const mp_obj_t *args, mp_map_t *keywords);
#define DECLARE_KW2 DECLARE_KW1
#define DECLARE_ONE(function) float function(float x);
#define DECLARE(name, kind, function) DECLARE_##kind(function)
#define METHOD DECLARE
#define NUMPY DECLARE
#define FFT DECLARE
#define UTILS DECLARE
#define NUMBER(name, value)
#define CONSTANT(name, object, value)
#include "ulab_names.def"
#undef METHOD
#undef NUMPY
#undef FFT
#undef UTILS
#undef NUMBER
#undef CONSTANT

/* A function of one number, of each element of an array or of a number. */
mp_obj_t ulab_each(ufunc_one_t function, mp_obj_t object);

#ifndef MICROPY_ENABLE_DYNRUNTIME
/* Its Python object. */
typedef struct {
    mp_obj_base_t base;
    ufunc_one_t function;
} ulab_one_t;
extern const mp_obj_type_t ulab_one_type;
#endif

#endif
