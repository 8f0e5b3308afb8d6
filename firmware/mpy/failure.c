/* SPDX-License-Identifier: MIT
 * Raises failures as exceptions (ValueError, or while a model runs RuntimeError), and gives operators their names. A firmware
 * keeps the sentences in flash; the native module lies in RAM and leaves them to the Python module mpylite_errors, which is
 * imported only when needed. */
#include "binding.h"

mp_obj_t binding_function(qstr module, qstr name) {
    return mp_load_attr(mp_import_name(module, mp_const_none, MP_OBJ_NEW_SMALL_INT(0)), name);
}

#ifdef MICROPY_ENABLE_DYNRUNTIME

static mp_obj_t explain(qstr name, size_t n_args, const int32_t *numbers) {
    mp_obj_t args[7];
    for (size_t i = 0; i < n_args; i++) {
        args[i] = mp_obj_new_int(numbers[i]);
    }
    return mp_call_function_n_kw(binding_function(MP_QSTR_mpylite_errors, name), n_args, 0, args);
}

void binding_refuse(unsigned refusal, int32_t first, int32_t second, int32_t third) {
    int32_t numbers[4] = {(int32_t)refusal, first, second, third};
    explain(MP_QSTR_refuse, 4, numbers);
    __builtin_unreachable();
}

void status_raise(const failure_t *error) {
    int32_t numbers[7] = {error->running, error->status, error->op_index, error->op_code, error->port, error->found, error->needs};
    explain(MP_QSTR_fail, 7, numbers);
    __builtin_unreachable();
}

mp_obj_t binding_operator(int32_t code) {
    return explain(MP_QSTR_operator, 1, &code);
}

#else

static const mp_obj_type_t *const exceptions[] = {
#define REFUSAL(name, exception, text) &mp_type_##exception,
#include "refusals.def"
#undef REFUSAL
};

static const char texts[] =
#ifdef MPYLITE_TEXTS
    TEXTS_REFUSALS
#else
#define REFUSAL(name, exception, text) text "\0"
#include "refusals.def"
#undef REFUSAL
#endif
    ;

void binding_refuse(unsigned refusal, int32_t first, int32_t second, int32_t third) {
    mp_obj_t numbers[3] = {mp_obj_new_int(first), mp_obj_new_int(second), mp_obj_new_int(third)};
    char room[TEXTS_ROOM];
    const char *text = text_nth(texts, refusal, room);
    size_t count = 0;
    for (const char *p = text; *p; p++) {
        count += *p == '%';
    }
    mp_raise_type_arg(exceptions[refusal], mp_binary_op(MP_BINARY_OP_MODULO, binding_text(text), mp_obj_new_tuple(count, numbers)));
}

void status_raise(const failure_t *error) {
    char text[200];
    status_format(error, text, sizeof text);
    mp_raise_type_arg(error->running ? &mp_type_RuntimeError : &mp_type_ValueError, binding_text(text));
}

mp_obj_t binding_operator(int32_t code) {
    char room[TEXTS_ROOM];
    const char *name = registry_name(code, room);
    return name ? binding_text(name) : mp_obj_new_int(code);
}

#endif
