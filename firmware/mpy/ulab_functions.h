/* SPDX-License-Identifier: MIT
 * Declares the functions that ulab_names.def lists. */
#ifndef ULAB_FUNCTIONS_H
#define ULAB_FUNCTIONS_H

#include "single.h"
#include "ulab_binding.h"

#define DECLARE(name, least, function) mp_obj_t function(size_t n, const mp_obj_t *args, mp_map_t *keywords);
#define METHOD DECLARE
#define NUMPY DECLARE
#define FFT DECLARE
#define UTILS DECLARE
#define NUMBER(name, value)
#include "ulab_names.def"
#undef METHOD
#undef NUMPY
#undef FFT
#undef UTILS
#undef NUMBER

#endif
