/* SPDX-License-Identifier: MIT
 * The one call through MicroPython's table. */
#include "binding.h"

#ifdef MICROPY_ENABLE_DYNRUNTIME

typedef uintptr_t lent_function_t(uintptr_t a, uintptr_t b, uintptr_t c);

uintptr_t lent(uintptr_t a, uintptr_t b, uintptr_t c, size_t place) {
    return ((lent_function_t *const *)(const void *)&mp_fun_table)[place](a, b, c);
}

mp_obj_t lent_new_int(mp_int_t number) {
    return LENT_2(native_to_obj, number, MP_NATIVE_TYPE_INT);
}

mp_obj_t lent_new_int_from_uint(mp_uint_t number) {
    return LENT_2(native_to_obj, number, MP_NATIVE_TYPE_UINT);
}

mp_int_t lent_get_int(mp_obj_t number) {
    return (mp_int_t)LENT_2(native_from_obj, number, MP_NATIVE_TYPE_INT);
}

mp_obj_t lent_new_list(void) {
    return LENT_2(new_list, 0, NULL);
}

void lent_list_append(mp_obj_t list, mp_obj_t item) {
    LENT_2(list_append, list, item);
}

mp_obj_t lent_new_tuple(size_t count, const mp_obj_t *items) {
    return LENT_2(new_tuple, count, items);
}

mp_obj_t lent_array_item(char typecode, void *data, size_t index) {
    return LENT_3(binary_get_val_array, typecode, data, index);
}

void lent_buffer(mp_obj_t object, mp_buffer_info_t *info, mp_uint_t flags) {
    LENT_3(get_buffer, object, info, flags | MP_BUFFER_RAISE_IF_UNSUPPORTED);
}

#endif
