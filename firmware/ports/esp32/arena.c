/* SPDX-License-Identifier: MIT
 * Arenas of models on an ESP32, outside of MicroPython's heap, which may lie in PSRAM (MPYLITE_ARENA). The memory goes back
 * when nothing refers to the object any more, at the latest in a soft reset. */
#include "arena_memory.h"
#include "binding.h"

typedef struct {
    mp_obj_base_t base;
    void *memory;
    size_t bytes;
} arena_obj_t;

static mp_int_t get_buffer(mp_obj_t self_in, mp_buffer_info_t *info, mp_uint_t flags) {
    const arena_obj_t *self = MP_OBJ_TO_PTR(self_in);
    (void)flags;
    info->buf = self->memory;
    info->len = self->bytes;
    info->typecode = 'B';
    return 0;
}

static mp_obj_t give_back(mp_obj_t self_in) {
    arena_obj_t *self = MP_OBJ_TO_PTR(self_in);
    arena_memory_give(self->memory);
    self->memory = NULL;
    self->bytes = 0;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(give_back_obj, give_back);

static const mp_rom_map_elem_t methods_table[] = {{MP_ROM_QSTR(MP_QSTR___del__), MP_ROM_PTR(&give_back_obj)}};
static MP_DEFINE_CONST_DICT(methods, methods_table);

/* Python code meets it no more than the bytearray that it stands for. */
static MP_DEFINE_CONST_OBJ_TYPE(arena_type, MP_QSTR_bytearray, MP_TYPE_FLAG_NONE, buffer, get_buffer, locals_dict, &methods);

mp_obj_t MPYLITE_ARENA(size_t bytes) {
    arena_obj_t *self = mp_obj_malloc_with_finaliser(arena_obj_t, &arena_type);
    self->bytes = bytes;
    self->memory = arena_memory_take(bytes);
    if (self->memory == NULL) { /* MicroPython's heap grows where it can, or says what is missing */
        return mp_obj_new_bytearray_by_ref(bytes, binding_block(bytes));
    }
    return MP_OBJ_FROM_PTR(self);
}
