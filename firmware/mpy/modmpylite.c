/* SPDX-License-Identifier: MIT
 * Module mpylite: makes names.def into tables, for a firmware (constants in flash) and for the native module (objects on
 * the heap, since a native module has neither variables nor constant names). */
#include "interpreter_type.h"

/* The names of the operators in this build. */
static mp_obj_t operators(void) {
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (uint32_t i = 0; i < registry_count(); i++) {
        mp_obj_list_append(list, binding_operator(registry_code(registry_row(i))));
    }
    return list;
}

/* The function objects, named after the functions. */
#define FUNCTION_OBJECT(name) name##_obj
#define DEFINE_0(function) static MP_DEFINE_CONST_FUN_OBJ_0(FUNCTION_OBJECT(function), function);
#define DEFINE_1(function) static MP_DEFINE_CONST_FUN_OBJ_1(FUNCTION_OBJECT(function), function);
#define DEFINE_2(function) static MP_DEFINE_CONST_FUN_OBJ_2(FUNCTION_OBJECT(function), function);
#define DEFINE_3(function) static MP_DEFINE_CONST_FUN_OBJ_3(FUNCTION_OBJECT(function), function);
#define DEFINE_KW(function) static MP_DEFINE_CONST_FUN_OBJ_KW(FUNCTION_OBJECT(function), 1, function);
#define DEFINE_VAR(function) static MP_DEFINE_CONST_FUN_OBJ_VAR(FUNCTION_OBJECT(function), 1, function);
#define METHOD(name, kind, function) DEFINE_##kind(function)
#define FUNCTION(name, kind, function) DEFINE_##kind(function)
#include "names.def"
#undef METHOD
#undef FUNCTION

#ifdef MICROPY_ENABLE_DYNRUNTIME

/* Names and objects, methods before functions: two tables, so that the objects' addresses are neighbours. */
static const binding_name_t names[] = {
#define METHOD(name, kind, function) BINDING_NAME(name),
#define FUNCTION(name, kind, function) BINDING_NAME(name),
#include "names.def"
#undef METHOD
#undef FUNCTION
};

static const mp_rom_obj_t objects[] = {
#define METHOD(name, kind, function) MP_ROM_PTR(&FUNCTION_OBJECT(function)),
#define FUNCTION(name, kind, function) MP_ROM_PTR(&FUNCTION_OBJECT(function)),
#include "names.def"
#undef METHOD
#undef FUNCTION
};

enum {
#define METHOD(name, kind, function) METHOD_OF_##function,
#include "names.def"
#undef METHOD
    METHODS
};

/* What the types hold but their name and the type of types. */
static const mp_obj_type_t tensor_type = {
    .flags = MP_TYPE_FLAG_ITER_IS_GETITER,
    .slot_index_print = 1,
    .slot_index_attr = 2,
    .slot_index_subscr = 3,
    .slot_index_unary_op = 4,
    .slot_index_iter = 5,
    .slot_index_buffer = 6,
    .slots = {binding_tensor_print, binding_tensor_attr, binding_tensor_subscr, binding_tensor_unary_op,
              binding_tensor_getiter, binding_tensor_get_buffer},
};

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args);

enum { SLOT_METHODS = 2, SLOT_TENSOR, SLOTS }; /* MicroPython does not know the slot of the arrays' type */
static const mp_obj_type_t interpreter_type = {
    .slot_index_make_new = 1,
    .slot_index_attr = 2,
    .slot_index_locals_dict = SLOT_METHODS + 1,
    .slots = {make_new, interpreter_type_attr, NULL, NULL},
};

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    return interpreter_type_new(type, type->slots[SLOT_TENSOR], n_args, n_kw, args);
}

static mp_obj_type_t *new_type(const mp_obj_type_t *template, unsigned slots, qstr name) {
    size_t bytes = sizeof *template + slots * sizeof template->slots[0];
    mp_obj_type_t *type = memcpy(binding_block(bytes), template, bytes);
    type->base.type = &mp_type_type;
    type->name = (uint16_t)name;
    return type;
}

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    MP_DYNRUNTIME_INIT_ENTRY
    (void)n_args;
    (void)n_kw;
    (void)args;
    mp_obj_type_t *type = new_type(&interpreter_type, SLOTS, MP_QSTR_Interpreter);
    mp_store_global(MP_QSTR_Interpreter, MP_OBJ_FROM_PTR(type));
    mp_obj_t methods = mp_obj_new_dict(0);
    type->slots[SLOT_METHODS] = MP_OBJ_TO_PTR(methods);
    type->slots[SLOT_TENSOR] = new_type(&tensor_type, 6, MP_QSTR_Tensor);
    binding_fill(methods, names, (const mp_obj_t *)objects, METHODS);
    for (unsigned i = METHODS; i < sizeof names / sizeof names[0]; i++) {
        mp_store_global(binding_name(names[i]), (mp_obj_t)objects[i]);
    }
    MP_DYNRUNTIME_INIT_EXIT
}

#else

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args);

static const mp_rom_map_elem_t methods_table[] = {
#define METHOD(name, kind, function) {MP_OBJ_NEW_QSTR(name), MP_ROM_PTR(&FUNCTION_OBJECT(function))},
#include "names.def"
#undef METHOD
};
static MP_DEFINE_CONST_DICT(methods, methods_table);

static MP_DEFINE_CONST_OBJ_TYPE(tensor_type, MP_QSTR_Tensor, MP_TYPE_FLAG_ITER_IS_GETITER,
    print, binding_tensor_print,
    attr, binding_tensor_attr,
    subscr, binding_tensor_subscr,
    unary_op, binding_tensor_unary_op,
    iter, binding_tensor_getiter,
    buffer, binding_tensor_get_buffer);

static MP_DEFINE_CONST_OBJ_TYPE(interpreter_type, MP_QSTR_Interpreter, MP_TYPE_FLAG_NONE,
    make_new, make_new,
    attr, interpreter_type_attr,
    locals_dict, &methods);

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    return interpreter_type_new(type, &tensor_type, n_args, n_kw, args);
}

static const mp_rom_map_elem_t globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_mpylite)},
    {MP_ROM_QSTR(MP_QSTR_Interpreter), MP_ROM_PTR(&interpreter_type)},
#define FUNCTION(name, kind, function) {MP_ROM_QSTR(name), MP_ROM_PTR(&FUNCTION_OBJECT(function))},
#include "names.def"
#undef FUNCTION
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t mpylite_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&globals,
};

MP_REGISTER_MODULE(MP_QSTR_mpylite, mpylite_module);

#endif
