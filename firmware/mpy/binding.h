/* SPDX-License-Identifier: MIT
 * MicroPython's API for both builds of the module (in the firmware, and as a native .mpy), and what the parts of the
 * module share. */
#ifndef MPYLITE_BINDING_H
#define MPYLITE_BINDING_H

#ifdef MICROPY_ENABLE_DYNRUNTIME
#include "lent.h"
#else
#include "py/binary.h"
#include "py/obj.h"
#include "py/objlist.h"
#include "py/objstr.h"
#include "py/objtuple.h"
#include "py/runtime.h"
#endif

/* A Python-visible name in a constant table. A native module learns its names when it is loaded and holds their places. */
#ifdef MICROPY_ENABLE_DYNRUNTIME
#define BINDING_NAME(name) ((uint8_t)(&name - mp_native_qstr_table))
#define binding_name(place) (mp_native_qstr_table[place])
typedef uint8_t binding_name_t;
#else
#define BINDING_NAME(name) (name)
#define binding_name(name) ((qstr)(name))
typedef uint16_t binding_name_t;
#endif

#ifndef MP_NORETURN /* before MicroPython 1.26 */
#define MP_NORETURN NORETURN
#endif

#include "interpreter.h"

#if !MPYLITE_RAISES
#error "the binding asks for no status: needs an engine built with -DMPYLITE_RAISES=1"
#endif

/* An array with shape and dtype: (a view of) a copy of a tensor's data. */
typedef struct {
    mp_obj_base_t base;
    void *owner; /* start of the heap block that data lies in */
    uint8_t *data;
    uint8_t type; /* TENSOR_... */
    uint8_t rank;
    int32_t dims[KERNEL_MAX_RANK];
} binding_tensor_t;

/* A new array over `data`, a block of the MicroPython heap. */
mp_obj_t binding_tensor_new(const mp_obj_type_t *type, void *data, unsigned item_type, unsigned rank, const int32_t *dims);

/* Array slots, for either way of making the type. */
void binding_tensor_print(const mp_print_t *print, mp_obj_t self, mp_print_kind_t kind);
void binding_tensor_attr(mp_obj_t self, qstr attr, mp_obj_t *dest);
mp_obj_t binding_tensor_subscr(mp_obj_t self, mp_obj_t index, mp_obj_t value);
mp_obj_t binding_tensor_unary_op(mp_unary_op_t op, mp_obj_t self);
mp_obj_t binding_tensor_getiter(mp_obj_t self, mp_obj_iter_buf_t *buffer);
mp_int_t binding_tensor_get_buffer(mp_obj_t self, mp_buffer_info_t *info, mp_uint_t flags);

/* Arguments by their places (the first `positional` may have them) or names; None for one left out. */
void binding_arguments(const binding_name_t *names, unsigned count, unsigned positional, size_t n_args, size_t n_kw,
                       const mp_obj_t *args, mp_arg_val_t *values);

/* Puts `count` values into a dictionary, under these names. */
void binding_fill(mp_obj_t dictionary, const binding_name_t *names, const mp_obj_t *values, unsigned count);

/* Whether it is a list or tuple; what it holds. */
bool binding_items(mp_obj_t value, size_t *count, mp_obj_t **items);

/* A block of the MicroPython heap of at least one byte; MemoryError with the number where there is none. */
void *binding_block(size_t bytes);

/* A bytearray of that many bytes for an arena: of the heap, unless the port has a better place (and raises MemoryError). */
#ifdef MPYLITE_ARENA
#define binding_arena(bytes) MPYLITE_ARENA(bytes)
mp_obj_t MPYLITE_ARENA(size_t bytes);
#else
#define binding_arena(bytes) mp_obj_new_bytearray_by_ref((bytes), binding_block(bytes))
#endif

/* The `dims` as a tuple. */
mp_obj_t binding_shape(unsigned rank, const int32_t *dims);

/* Elements in `dims`. */
uint32_t binding_count(unsigned rank, const int32_t *dims);

/* The array module's typecode of a tensor type. */
char binding_typecode(unsigned type);

/* A str made from zero-terminated text. */
mp_obj_t binding_text(const char *text);

/* One number a row of refusals.def; the texts stand there. */
enum {
#define REFUSAL(name, exception, text) REFUSAL_##name,
#include "refusals.def"
#undef REFUSAL
};

/* Raises the refusal's exception; its text takes as many of the numbers as it names. */
MP_NORETURN void binding_refuse(unsigned refusal, int32_t first, int32_t second, int32_t third);

/* The name of an operator, or its code if it has none. */
mp_obj_t binding_operator(int32_t code);

/* A function of another Python module. */
mp_obj_t binding_function(qstr module, qstr name);

#endif
