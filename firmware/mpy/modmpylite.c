/* SPDX-License-Identifier: MIT
 * Module mpylite: makes names.def into tables, for a firmware (constants in flash) and for the native module (objects on
 * the heap, since a native module has neither variables nor constant names). */
#include "interpreter_type.h"

/* The names of the operators in this build. */
static mp_obj_t operators(void) {
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (uint32_t i = 0; i < registry_count(); i++) {
        mp_obj_list_append(list, binding_operator(registry_row(i)->code));
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

typedef struct {
    binding_types_t types;
    mp_obj_full_type_t interpreter;
    mp_obj_full_type_t tensor;
} module_types_t;

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    const uint8_t *start = (const uint8_t *)type - offsetof(module_types_t, interpreter);
    return interpreter_type_new((const binding_types_t *)(const void *)start, n_args, n_kw, args);
}

static void fill_tensor_type(mp_obj_full_type_t *type) {
    type->base.type = &mp_type_type;
    type->flags = MP_TYPE_FLAG_ITER_IS_GETITER;
    type->name = MP_QSTR_Tensor;
    MP_OBJ_TYPE_SET_SLOT(type, print, binding_tensor_print, 0);
    MP_OBJ_TYPE_SET_SLOT(type, attr, binding_tensor_attr, 1);
    MP_OBJ_TYPE_SET_SLOT(type, subscr, binding_tensor_subscr, 2);
    MP_OBJ_TYPE_SET_SLOT(type, unary_op, binding_tensor_unary_op, 3);
    MP_OBJ_TYPE_SET_SLOT(type, iter, binding_tensor_getiter, 4);
    MP_OBJ_TYPE_SET_SLOT(type, buffer, binding_tensor_get_buffer, 5);
}

static void fill_interpreter_type(mp_obj_full_type_t *type, mp_obj_t methods) {
    type->base.type = &mp_type_type;
    type->flags = MP_TYPE_FLAG_NONE;
    type->name = MP_QSTR_Interpreter;
    MP_OBJ_TYPE_SET_SLOT(type, make_new, make_new, 0);
    MP_OBJ_TYPE_SET_SLOT(type, attr, interpreter_type_attr, 1);
    MP_OBJ_TYPE_SET_SLOT(type, locals_dict, MP_OBJ_TO_PTR(methods), 2);
}

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    MP_DYNRUNTIME_INIT_ENTRY
    (void)n_args;
    (void)n_kw;
    (void)args;
    module_types_t *types = m_malloc(sizeof *types);
    memset(types, 0, sizeof *types);
    mp_obj_t methods = mp_obj_new_dict(0);
#define METHOD(name, kind, function) mp_obj_dict_store(methods, MP_OBJ_NEW_QSTR(name), MP_OBJ_FROM_PTR(&FUNCTION_OBJECT(function)));
#define FUNCTION(name, kind, function) mp_store_global(name, MP_OBJ_FROM_PTR(&FUNCTION_OBJECT(function)));
#include "names.def"
    fill_tensor_type(&types->tensor);
    fill_interpreter_type(&types->interpreter, methods);
    types->types.interpreter = (const mp_obj_type_t *)&types->interpreter;
    types->types.tensor = (const mp_obj_type_t *)&types->tensor;
    /* the module holds the start of the block, which the garbage collector looks for */
    mp_store_global(MP_QSTR__types, mp_obj_new_bytearray_by_ref(sizeof *types, types));
    mp_store_global(MP_QSTR_Interpreter, MP_OBJ_FROM_PTR(&types->interpreter));
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
    static const binding_types_t types = {&interpreter_type, &tensor_type};
    (void)type;
    return interpreter_type_new(&types, n_args, n_kw, args);
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
