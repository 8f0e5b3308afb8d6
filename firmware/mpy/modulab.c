/* SPDX-License-Identifier: MIT
 * Module ulab: makes ulab_names.def into tables, for a firmware (constants in flash) and for the native module (objects on
 * the heap, since a native module has neither variables nor constant names). */
#include "ulab_functions.h"

#include <string.h>

/* The list of names, or one that a build has cut down. */
#ifndef ULAB_NAMES_DEF
#define ULAB_NAMES_DEF "ulab_names.def"
#endif

/* The function objects, named after the functions. */
#define OBJECT(function) function##_obj
#define DEFINE_1(function) static MP_DEFINE_CONST_FUN_OBJ_1(OBJECT(function), function);
#define DEFINE_2(function) static MP_DEFINE_CONST_FUN_OBJ_2(OBJECT(function), function);
#define DEFINE_3(function) static MP_DEFINE_CONST_FUN_OBJ_3(OBJECT(function), function);
#define DEFINE_KW1(function) static MP_DEFINE_CONST_FUN_OBJ_KW(OBJECT(function), 1, function);
#define DEFINE_KW2(function) static MP_DEFINE_CONST_FUN_OBJ_KW(OBJECT(function), 2, function);
#ifdef MICROPY_ENABLE_DYNRUNTIME
#define DEFINE_ONE(function)                                 \
    static mp_obj_t function##_each(mp_obj_t object) {       \
        return ulab_each(function, object);                  \
    }                                                        \
    static MP_DEFINE_CONST_FUN_OBJ_1(OBJECT(function), function##_each);
#else
#define DEFINE_ONE(function) static const ulab_one_t OBJECT(function) = {{&ulab_one_type}, function};
#endif
#define DEFINE(name, kind, function) DEFINE_##kind(function)
#define METHOD DEFINE
#define NUMPY DEFINE
#define FFT DEFINE
#define UTILS DEFINE
#define NUMBER(name, value)
#define CONSTANT(name, object, value)
#include ULAB_NAMES_DEF
#undef METHOD
#undef NUMPY
#undef FFT
#undef UTILS
#undef NUMBER
#undef CONSTANT

#if ULAB_NN
/* ulab.nn lies in a file of its own and is imported when it is asked for. */
static mp_obj_t get_attribute(mp_obj_t name) {
    size_t length;
    const char *text = mp_obj_str_get_data(name, &length);
    bool known = length == 2 && text[0] == 'n' && text[1] == 'n';
    return known ? mp_import_name(MP_QSTR_ulab_nn, mp_const_none, MP_OBJ_NEW_SMALL_INT(0)) : MP_OBJ_NULL;
}
static MP_DEFINE_CONST_FUN_OBJ_1(get_attribute_obj, get_attribute);
#endif

#define ARRAY_FLAGS (MP_TYPE_FLAG_EQ_CHECKS_OTHER_TYPE | MP_TYPE_FLAG_EQ_HAS_NEQ_TEST | MP_TYPE_FLAG_ITER_IS_GETITER)

#ifdef MICROPY_ENABLE_DYNRUNTIME

/* A function does not know its module; the import finds it among those that are loaded. */
const mp_obj_type_t *ulab_array_type(void) {
    mp_obj_t module = mp_import_name(MP_QSTR_ulab, mp_const_none, MP_OBJ_NEW_SMALL_INT(0));
    return MP_OBJ_TO_PTR(mp_load_attr(module, MP_QSTR_ndarray));
}

static void fill_types(ulab_types_t *types, mp_obj_t methods) {
    mp_obj_full_type_t *array = &types->array;
    array->base.type = &mp_type_type;
    array->flags = ARRAY_FLAGS;
    array->name = MP_QSTR_ndarray;
    MP_OBJ_TYPE_SET_SLOT(array, print, ulab_print, 0);
    MP_OBJ_TYPE_SET_SLOT(array, attr, ulab_attr, 1);
    MP_OBJ_TYPE_SET_SLOT(array, subscr, ulab_subscr, 2);
    MP_OBJ_TYPE_SET_SLOT(array, unary_op, ulab_unary_op, 3);
    MP_OBJ_TYPE_SET_SLOT(array, binary_op, ulab_binary_op, 4);
    MP_OBJ_TYPE_SET_SLOT(array, iter, ulab_getiter, 5);
    MP_OBJ_TYPE_SET_SLOT(array, buffer, ulab_get_buffer, 6);
    MP_OBJ_TYPE_SET_SLOT(array, locals_dict, MP_OBJ_TO_PTR(methods), 7);
    types->iterator.base.type = &mp_type_type;
    types->iterator.flags = MP_TYPE_FLAG_ITER_IS_ITERNEXT;
    types->iterator.name = MP_QSTR_iterator;
    MP_OBJ_TYPE_SET_SLOT(&types->iterator, iter, ulab_iternext, 0);
}

/* A module object with the functions in `names`, also found by `import`. */
static mp_obj_t new_module(const char *full_name, mp_obj_t names) {
    mp_obj_t sys = mp_import_name(MP_QSTR_sys, mp_const_none, MP_OBJ_NEW_SMALL_INT(0));
    mp_obj_module_t *module = m_malloc(sizeof *module);
    mp_obj_t name = mp_obj_new_str(full_name, strlen(full_name));
    module->base.type = mp_obj_get_type(sys);
    module->globals = MP_OBJ_TO_PTR(names);
    mp_obj_dict_store(names, MP_OBJ_NEW_QSTR(MP_QSTR___name__), name);
    mp_obj_dict_store(mp_load_attr(sys, MP_QSTR_modules), name, MP_OBJ_FROM_PTR(module));
    return MP_OBJ_FROM_PTR(module);
}

#define STORE(names, name, function) mp_obj_dict_store(names, MP_OBJ_NEW_QSTR(name), MP_OBJ_FROM_PTR(&OBJECT(function)));

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    MP_DYNRUNTIME_INIT_ENTRY
    (void)n_args;
    (void)n_kw;
    (void)args;
    mp_obj_t methods = mp_obj_new_dict(0);
    mp_obj_t numpy = mp_obj_new_dict(0);
#if ULAB_FFT
    mp_obj_t fft = mp_obj_new_dict(0);
#endif
#if ULAB_UTILS
    mp_obj_t utils = mp_obj_new_dict(0);
#endif
#define METHOD(name, kind, function) STORE(methods, name, function)
#define NUMPY(name, kind, function) STORE(numpy, name, function)
#define FFT(name, kind, function) STORE(fft, name, function)
#define UTILS(name, kind, function) STORE(utils, name, function)
#define NUMBER(name, value) mp_obj_dict_store(numpy, MP_OBJ_NEW_QSTR(name), MP_OBJ_NEW_SMALL_INT(value));
#define CONSTANT(name, object, value) mp_obj_dict_store(numpy, MP_OBJ_NEW_QSTR(name), ulab_float_object(value));
#include ULAB_NAMES_DEF
    ulab_types_t *types = m_malloc(sizeof *types);
    memset(types, 0, sizeof *types);
    fill_types(types, methods);
    mp_store_global(MP_QSTR_ndarray, MP_OBJ_FROM_PTR(&types->array)); /* holds the start of the block */
    mp_obj_dict_store(numpy, MP_OBJ_NEW_QSTR(MP_QSTR_ndarray), MP_OBJ_FROM_PTR(&types->array));
    mp_store_global(MP_QSTR_numpy, new_module("ulab.numpy", numpy));
#if ULAB_FFT
    mp_obj_dict_store(numpy, MP_OBJ_NEW_QSTR(MP_QSTR_fft), new_module("ulab.numpy.fft", fft));
#endif
#if ULAB_UTILS
    mp_store_global(MP_QSTR_utils, new_module("ulab.utils", utils));
#endif
#if ULAB_NN
    mp_store_global(MP_QSTR___getattr__, MP_OBJ_FROM_PTR(&get_attribute_obj));
#endif
    MP_DYNRUNTIME_INIT_EXIT
}

#else

const mp_obj_type_t *ulab_array_type(void) {
    return &ulab_ndarray_type;
}

/* A row of each table that the next include makes; the others are empty. */
#define ROW(name, kind, function) {MP_ROM_QSTR(name), MP_ROM_PTR(&OBJECT(function))},
#define NO_ROW(name, kind, function)

static const mp_rom_map_elem_t methods_table[] = {
#define METHOD ROW
#define NUMPY NO_ROW
#define FFT NO_ROW
#define UTILS NO_ROW
#define NUMBER(name, value)
#define CONSTANT(name, object, value)
#include ULAB_NAMES_DEF
#undef METHOD
#undef NUMPY
#undef NUMBER
#undef CONSTANT
};
static MP_DEFINE_CONST_DICT(methods, methods_table);

MP_DEFINE_CONST_OBJ_TYPE(ulab_ndarray_type, MP_QSTR_ndarray, ARRAY_FLAGS,
    print, ulab_print,
    attr, ulab_attr,
    subscr, ulab_subscr,
    unary_op, ulab_unary_op,
    binary_op, ulab_binary_op,
    iter, ulab_getiter,
    buffer, ulab_get_buffer,
    locals_dict, &methods);

MP_DEFINE_CONST_OBJ_TYPE(ulab_iterator_type, MP_QSTR_iterator, MP_TYPE_FLAG_ITER_IS_ITERNEXT, iter, ulab_iternext);

#define METHOD NO_ROW
#define NUMPY NO_ROW
#define NUMBER(name, value)
#define CONSTANT(name, object, value)
#if ULAB_FFT
static const mp_rom_map_elem_t fft_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_fft)},
#undef FFT
#define FFT ROW
#include ULAB_NAMES_DEF
#undef FFT
#define FFT NO_ROW
};
static MP_DEFINE_CONST_DICT(fft, fft_table);
static const mp_obj_module_t fft_module = {{&mp_type_module}, (mp_obj_dict_t *)&fft};
#endif

#if ULAB_UTILS
static const mp_rom_map_elem_t utils_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_utils)},
#undef UTILS
#define UTILS ROW
#include ULAB_NAMES_DEF
#undef UTILS
#define UTILS NO_ROW
};
static MP_DEFINE_CONST_DICT(utils, utils_table);
static const mp_obj_module_t utils_module = {{&mp_type_module}, (mp_obj_dict_t *)&utils};
#endif
#undef METHOD
#undef NUMPY
#undef NUMBER
#undef CONSTANT

/* As objfloat.c has it. */
typedef struct {
    mp_obj_base_t base;
    mp_float_t value;
} float_object_t;

#define METHOD NO_ROW
#define NUMPY NO_ROW
#define NUMBER(name, value)
#define CONSTANT(name, object, value) static const float_object_t object = {{&mp_type_float}, (mp_float_t)value};
#include ULAB_NAMES_DEF
#undef METHOD
#undef NUMPY
#undef NUMBER
#undef CONSTANT

static const mp_rom_map_elem_t numpy_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_numpy)},
    {MP_ROM_QSTR(MP_QSTR_ndarray), MP_ROM_PTR(&ulab_ndarray_type)},
#if ULAB_FFT
    {MP_ROM_QSTR(MP_QSTR_fft), MP_ROM_PTR(&fft_module)},
#endif
#define METHOD NO_ROW
#define NUMPY ROW
#define NUMBER(name, value) {MP_ROM_QSTR(name), MP_ROM_INT(value)},
#define CONSTANT(name, object, value) {MP_ROM_QSTR(name), MP_ROM_PTR(&object)},
#include ULAB_NAMES_DEF
};
static MP_DEFINE_CONST_DICT(numpy, numpy_table);

static const mp_obj_module_t numpy_module = {{&mp_type_module}, (mp_obj_dict_t *)&numpy};

static const mp_rom_map_elem_t globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_ulab)},
    {MP_ROM_QSTR(MP_QSTR_numpy), MP_ROM_PTR(&numpy_module)},
#if ULAB_UTILS
    {MP_ROM_QSTR(MP_QSTR_utils), MP_ROM_PTR(&utils_module)},
#endif
#if ULAB_NN
    {MP_ROM_QSTR(MP_QSTR___getattr__), MP_ROM_PTR(&get_attribute_obj)},
#endif
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t ulab_module = {{&mp_type_module}, (mp_obj_dict_t *)&globals};

MP_REGISTER_MODULE(MP_QSTR_ulab, ulab_module);

#endif
