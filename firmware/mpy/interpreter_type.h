/* SPDX-License-Identifier: MIT
 * Class Interpreter for MicroPython: its object and its methods. names.def gives them their Python names. */
#ifndef MPYLITE_INTERPRETER_TYPE_H
#define MPYLITE_INTERPRETER_TYPE_H

#include "binding.h"

typedef struct {
    mp_obj_base_t base;
    mp_obj_t model;       /* the object that holds the model file: kept from the garbage collector */
    mp_obj_t arena_owner; /* likewise the arena's */
    const mp_obj_type_t *tensor_type;
    void *records;        /* the last of their blocks */
    interpreter_t interpreter;
} interpreter_obj_t;

/* Interpreter(model) or (model_path=) or (model_content=): a path, or an object with the buffer protocol.
 * speed="fast" (the default) takes scratch in the arena where kernels gain from it, "small" next to none. The build tells
 * the object's own type and that of the arrays it gives. */
mp_obj_t interpreter_type_new(const mp_obj_type_t *type, const mp_obj_type_t *tensor_type, size_t n_args, size_t n_kw,
                              const mp_obj_t *args);

/* Attributes that are not methods. */
void interpreter_type_attr(mp_obj_t self, qstr attr, mp_obj_t *dest);

/* The tensor's view; raises ValueError for a wrong index, RuntimeError if it has no memory yet. */
const tensor_t *interpreter_type_tensor(interpreter_obj_t *self, uint32_t index);

/* Methods, with the arguments of names.def. */
mp_obj_t interpreter_type_allocate_tensors(size_t n_args, const mp_obj_t *args, mp_map_t *kws);
mp_obj_t interpreter_type_get_input_details(mp_obj_t self);
mp_obj_t interpreter_type_get_output_details(mp_obj_t self);
mp_obj_t interpreter_type_set_tensor(mp_obj_t self, mp_obj_t index, mp_obj_t value);
mp_obj_t interpreter_type_get_tensor(mp_obj_t self, mp_obj_t index);
mp_obj_t interpreter_type_invoke(mp_obj_t self);
mp_obj_t interpreter_type_reset_all_variables(mp_obj_t self);
mp_obj_t interpreter_type_profile(mp_obj_t self);
mp_obj_t interpreter_type_predict(size_t n_args, const mp_obj_t *args);

#endif
