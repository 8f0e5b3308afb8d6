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

#endif
