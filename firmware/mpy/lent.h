/* SPDX-License-Identifier: MIT
 * How the native module calls what MicroPython lends it: by one function that takes the place in MicroPython's table. A call
 * through the table itself takes the table's address, which is a word and an entry in the list of words to adjust. */
#ifndef MPYLITE_LENT_H
#define MPYLITE_LENT_H

#include "py/dynruntime.h"

/* Calls the function at the place with up to three arguments: integers or pointers, which all ABIs pass alike. */
__attribute__((noinline)) uintptr_t lent(uintptr_t a, uintptr_t b, uintptr_t c, size_t place);

/* For an argument that the function does not take: whatever the register holds. */
static inline uintptr_t lent_none(void) {
    uintptr_t none;
    __asm__("" : "=r"(none));
    return none;
}

/* The compiler checks arguments and result as if the table's member were called. */
#define LENT_PLACE(member) (offsetof(mp_fun_table_t, member) / sizeof(void *))
#define LENT_AS(call, a, b, c, place) \
    __extension__({ (__typeof__(mp_fun_table.call))lent((uintptr_t)(a), (uintptr_t)(b), (uintptr_t)(c), (place)); })
#define LENT_1(member, a) LENT_AS(member(a), a, lent_none(), lent_none(), LENT_PLACE(member))
#define LENT_2(member, a, b) LENT_AS(member((a), (b)), a, b, lent_none(), LENT_PLACE(member))
#define LENT_3(member, a, b, c) LENT_AS(member((a), (b), (c)), a, b, c, LENT_PLACE(member))

/* What is called in many places: without the constants. */
#define LENT __attribute__((noinline))
LENT mp_obj_t lent_new_int(mp_int_t number);
LENT mp_obj_t lent_new_int_from_uint(mp_uint_t number);
LENT mp_int_t lent_get_int(mp_obj_t number);
LENT mp_obj_t lent_new_list(void);
LENT void lent_list_append(mp_obj_t list, mp_obj_t item);
LENT mp_obj_t lent_new_tuple(size_t count, const mp_obj_t *items);
LENT mp_obj_t lent_array_item(char typecode, void *data, size_t index);
LENT void lent_buffer(mp_obj_t object, mp_buffer_info_t *info, mp_uint_t flags);

#undef mp_const_empty_tuple
#undef mp_binary_get_size
#undef mp_binary_get_val_array
#undef mp_binary_op
#undef mp_call_function_n_kw
#undef mp_get_buffer
#undef mp_get_buffer_raise
#undef mp_import_name
#undef mp_load_attr
#undef mp_load_global
#undef mp_load_method
#undef mp_obj_dict_store
#undef mp_obj_get_int
#undef mp_obj_get_type
#undef mp_obj_list_append
#undef mp_obj_new_bytearray_by_ref
#undef mp_obj_new_dict
#undef mp_obj_new_int
#undef mp_obj_new_int_from_uint
#undef mp_obj_new_list
#undef MP_OBJ_NEW_QSTR
#undef mp_obj_new_str
#undef mp_obj_new_tuple
#undef mp_store_global
#undef m_renew_maybe

#define mp_binary_get_size(type, value, align) LENT_3(binary_get_size, type, value, align)
#define mp_binary_get_val_array(typecode, data, i) lent_array_item((typecode), (data), (i))
#define mp_const_empty_tuple lent_new_tuple(0, NULL)
#define mp_binary_op(op, a, b) LENT_3(binary_op, op, a, b)
#define mp_call_function_n_kw(function, n_args, n_kw, args) LENT_3(call_function_n_kw, function, (n_args) | (n_kw) << 8, args)
#define mp_call_method_n_kw(n_args, n_kw, args) LENT_3(call_method_n_kw, n_args, n_kw, args)
#define mp_get_buffer(object, info, flags) /* a bool has but a byte */ \
    ((uint8_t)lent((uintptr_t)(object), (uintptr_t)(info), (uintptr_t)(flags), LENT_PLACE(get_buffer)) != 0)
#define mp_get_buffer_raise(object, info, flags) lent_buffer((object), (info), (flags))
#define mp_getiter(object, buffer) LENT_2(getiter, object, buffer)
#define mp_import_name(name, from, level) LENT_3(import_name, name, from, level)
#define mp_load_attr(object, name) LENT_2(load_attr, object, name)
#define mp_load_global(name) LENT_1(load_global, name)
#define mp_load_method(object, name, method) LENT_3(load_method, object, name, method)
#define mp_obj_dict_store(dict, key, value) LENT_3(dict_store, dict, key, value)
#define mp_obj_equal(a, b) (mp_binary_op(MP_BINARY_OP_EQUAL, (a), (b)) == mp_const_true)
#define mp_obj_get_int(number) lent_get_int(number)
#define mp_obj_get_type(object) LENT_1(obj_get_type, object)
#define mp_obj_list_append(list, item) lent_list_append((list), (item))
#define mp_obj_new_bytearray_by_ref(bytes, data) LENT_2(obj_new_bytearray_by_ref, bytes, data)
#define mp_obj_new_dict(count) LENT_1(new_dict, count)
#define mp_obj_new_int(number) lent_new_int(number)
#define mp_obj_new_int_from_uint(number) lent_new_int_from_uint(number)
#define mp_obj_new_list(count, items) lent_new_list() /* empty ones */
#define MP_OBJ_NEW_QSTR(name) LENT_2(native_to_obj, name, MP_NATIVE_TYPE_QSTR)
#define mp_obj_new_str(text, bytes) LENT_2(obj_new_str, text, bytes)
#define mp_obj_new_tuple(count, items) lent_new_tuple((count), (items))
#define mp_store_global(name, object) LENT_2(store_global, name, object)
#define m_renew_maybe(type, block, old, count, move) LENT_3(realloc_, block, count, move) /* of bytes */

#endif
