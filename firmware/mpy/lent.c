/* SPDX-License-Identifier: MIT
 * What MicroPython lends and the binding uses in many places: a call of these is shorter than one through its table. */
#include "binding.h"

#ifdef MICROPY_ENABLE_DYNRUNTIME

mp_obj_t lent_new_int(mp_int_t number) {
    return mp_fun_table.native_to_obj((mp_uint_t)number, MP_NATIVE_TYPE_INT);
}

mp_obj_t lent_new_int_from_uint(mp_uint_t number) {
    return mp_fun_table.native_to_obj(number, MP_NATIVE_TYPE_UINT);
}

mp_int_t lent_get_int(mp_obj_t number) {
    return (mp_int_t)mp_fun_table.native_from_obj(number, MP_NATIVE_TYPE_INT);
}

mp_obj_t lent_new_list(void) {
    return mp_fun_table.new_list(0, NULL);
}

void lent_list_append(mp_obj_t list, mp_obj_t item) {
    mp_fun_table.list_append(list, item);
}

mp_obj_t lent_new_tuple(size_t count, const mp_obj_t *items) {
    return mp_fun_table.new_tuple(count, items);
}

mp_obj_t lent_array_item(char typecode, void *data, size_t index) {
    return mp_fun_table.binary_get_val_array(typecode, data, index);
}

void lent_buffer(mp_obj_t object, mp_buffer_info_t *info, mp_uint_t flags) {
    mp_fun_table.get_buffer(object, info, flags | MP_BUFFER_RAISE_IF_UNSUPPORTED);
}
#endif
