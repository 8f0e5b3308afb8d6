/* SPDX-License-Identifier: MIT
 * Module ulab's view of MicroPython, for both builds (in the firmware, and as a native .mpy), and what its parts share. */
#ifndef ULAB_BINDING_H
#define ULAB_BINDING_H

#ifdef MICROPY_ENABLE_DYNRUNTIME
#include "py/dynruntime.h"
#define mp_type_MemoryError (*(mp_obj_type_t *)(mp_load_global(MP_QSTR_MemoryError)))
#else
#include "py/obj.h"
#include "py/runtime.h"
#endif

#ifndef MP_NORETURN /* before MicroPython 1.26 */
#define MP_NORETURN NORETURN
#endif

#include "ufunc.h"
#include "element.h"
#include "fold.h"
#include "lines.h"
#include "ndarray.h"

/* The Python object. */
typedef struct {
    mp_obj_base_t base;
    const void *owner; /* what keeps the elements alive: the start of a heap block, or another object */
    ndarray_t array;
} ulab_array_t;

/* The type of arrays; in a native module, which has no place for it, the type is looked up in the module. */
const mp_obj_type_t *ulab_array_type(void);

/* The array in an object, or NULL. */
ulab_array_t *ulab_is_array(mp_obj_t object);

/* The array in an object, or a view of an object that lends its elements and has a shape, such as the arrays of mpylite;
 * NULL for others. */
ulab_array_t *ulab_lent(mp_obj_t object);

/* The array in an object; other objects become one of the type (0: float). */
ulab_array_t *ulab_to_array(mp_obj_t object, unsigned dtype);

/* A new array of zeros; raises ValueError and MemoryError. */
ulab_array_t *ulab_new(unsigned dtype, unsigned rank, const int32_t *shape);

/* A new array of the same shape. */
ulab_array_t *ulab_new_like(const ndarray_t *array, unsigned dtype);

/* A new object for a view of an array's elements. */
ulab_array_t *ulab_view(const ulab_array_t *of);

/* A dense copy, of the same or another type (0: the same). */
ulab_array_t *ulab_copy(const ulab_array_t *of, unsigned dtype);

/* The array as a Python object: that of its one element if the rank is 0. */
mp_obj_t ulab_object(ulab_array_t *array);

/* One element as int, float or bool. */
mp_obj_t ulab_scalar(const uint8_t *data, unsigned dtype);

/* An int of 64 bits. */
mp_obj_t ulab_int64(int64_t value);

/* A number, as an array of rank 0 over `value`; false for other objects. `beside` is the type of the other operand: the
 * number takes the smallest type, with a sign if that has one. */
bool ulab_number(ndarray_t *to, element_t *value, mp_obj_t object, unsigned beside);

/* to[...] = value: a number, an array that broadcasts, or nested sequences of just that shape. */
void ulab_fill(const ndarray_t *to, mp_obj_t value);

/* The same where the value may be a view of the same owner. */
void ulab_assign(const ndarray_t *to, const void *owner, mp_obj_t value);

/* The shape in an int or a sequence of ints; returns the rank. */
unsigned ulab_shape(int32_t *shape, mp_obj_t object);

/* A tuple of ints. */
mp_obj_t ulab_tuple(unsigned count, const int32_t *items);

/* A number object as float. */
float ulab_float(mp_obj_t object);
mp_obj_t ulab_float_object(float value);

/* Whether the object is a list or tuple, and its items. */
bool ulab_items(mp_obj_t object, size_t *count, mp_obj_t **items);

/* The items of any iterable as list or tuple. */
mp_obj_t ulab_sequence(mp_obj_t iterable);

/* Element or sub-array `index` of the first axis. */
mp_obj_t ulab_item(const ulab_array_t *self, int32_t index);

/* Arguments, by position or name. */
typedef struct {
    size_t count;
    const mp_obj_t *objects;
    const mp_map_t *keywords;
    size_t used; /* keywords that somebody asked for */
} ulab_arguments_t;

/* The argument, or MP_OBJ_NULL. */
mp_obj_t ulab_argument(ulab_arguments_t *arguments, size_t position, qstr name);

/* The same of an int. */
mp_int_t ulab_int(ulab_arguments_t *arguments, size_t position, qstr name, mp_int_t otherwise);

/* Raises TypeError if there was a keyword that nobody asked for, or more than `most` by position. */
void ulab_arguments_end(const ulab_arguments_t *arguments, size_t most);

/* The argument dtype; `otherwise` if it is not given. */
unsigned ulab_dtype(mp_obj_t object, unsigned otherwise);

/* An axis of the array from an int; -1 is the last. */
unsigned ulab_axis(mp_obj_t object, const ndarray_t *array);

/* The first argument as array and the keyword `axis`: the last unless given; with None the array is a flat copy. With
 * `copies` it is a copy always. */
typedef struct {
    ulab_array_t *array;
    unsigned axis;
} ulab_order_t;
ulab_order_t ulab_order(ulab_arguments_t *arguments, bool copies);

/* A dense copy of rank 1. */
ulab_array_t *ulab_flat(const ulab_array_t *of);

/* Type slots. */
void ulab_print(const mp_print_t *print, mp_obj_t self, mp_print_kind_t kind);
void ulab_attr(mp_obj_t self, qstr attr, mp_obj_t *dest);
mp_obj_t ulab_subscr(mp_obj_t self, mp_obj_t index, mp_obj_t value);
mp_obj_t ulab_unary_op(mp_unary_op_t op, mp_obj_t self);
mp_obj_t ulab_binary_op(mp_binary_op_t op, mp_obj_t left, mp_obj_t right);
mp_obj_t ulab_getiter(mp_obj_t self, mp_obj_iter_buf_t *buffer);
mp_obj_t ulab_iternext(mp_obj_t iterator);
mp_int_t ulab_get_buffer(mp_obj_t self, mp_buffer_info_t *info, mp_uint_t flags);

#ifdef MICROPY_ENABLE_DYNRUNTIME
/* The types of a native module, one block of the heap. */
typedef struct {
    mp_obj_full_type_t array;
    mp_obj_full_type_t iterator;
} ulab_types_t;
#else
extern const mp_obj_type_t ulab_ndarray_type;
extern const mp_obj_type_t ulab_iterator_type;
#endif

/* The rows of ulab_refusals.def. */
enum {
#define REFUSAL(name, exception, text) ULAB_REFUSAL_##name,
#include "ulab_refusals.def"
#undef REFUSAL
};

/* Raises what the row says. */
MP_NORETURN void ulab_refuse(unsigned refusal);

/* The result of an operator on two objects, as a new array. */
mp_obj_t ulab_binary(ufunc_op_t op, mp_obj_t left, mp_obj_t right, ufunc_function_t function);

/* Scalar or matrix product. */
mp_obj_t ulab_dot(mp_obj_t left, mp_obj_t right);

#endif
