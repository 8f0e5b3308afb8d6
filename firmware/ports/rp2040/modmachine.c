/* SPDX-License-Identifier: MIT
 * Module machine: reset, bootloader, unique_id, freq, Pin, WDT. */
#include "port.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "registers.h"

#define WATCHDOG_CTRL (WATCHDOG + 0x0)
#define WATCHDOG_LOAD (WATCHDOG + 0x4)
#define WATCHDOG_ENABLE (1u << 30)
#define WATCHDOG_TRIGGER (1u << 31)
#define WATCHDOG_MAX_MS 8388 /* the counter runs at 2 MHz (RP2040-E1) in 24 bits */

/* ---- the board ----------------------------------------------------------------------------------------------- */

void machine_reset(void) {
    irq_disable();
    REG(PSM_WDSEL) = 0x1fffc; /* all but the oscillators */
    REG_SET(WATCHDOG_CTRL) = WATCHDOG_TRIGGER;
    for (;;) {
    }
}

void machine_unique_id_text(char text[17]) {
    uint8_t id[8];
    flash_unique_id(id);
    for (unsigned i = 0; i < 16; i++) {
        unsigned digit = id[i / 2] >> (i % 2 ? 0 : 4) & 15;
        text[i] = (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);
    }
    text[16] = 0;
}

static mp_obj_t reset(void) {
    machine_reset();
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(reset_obj, reset);

static mp_obj_t bootloader(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    (void)args;
    rom_enter_bootloader();
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(bootloader_obj, 0, 1, bootloader);

static mp_obj_t unique_id(void) {
    uint8_t id[8];
    flash_unique_id(id);
    return mp_obj_new_bytes(id, sizeof id);
}
static MP_DEFINE_CONST_FUN_OBJ_0(unique_id_obj, unique_id);

static mp_obj_t freq(size_t n_args, const mp_obj_t *args) {
    if (n_args == 0) {
        return MP_OBJ_NEW_SMALL_INT(clocks_hz());
    }
    mp_int_t wanted = mp_obj_get_int(args[0]), nearest = (mp_int_t)clocks_set((uint32_t)wanted);
    if (nearest != wanted) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("freq: found %d, nearest is %d"), (int)wanted, (int)nearest);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(freq_obj, 0, 1, freq);

/* ---- Pin ----------------------------------------------------------------------------------------------------- */

typedef struct {
    mp_obj_base_t base;
    uint8_t number;
} pin_t;

enum { MODE_IN, MODE_OUT };
enum { PULL_DOWN = 1, PULL_UP };
#define GPIO_COUNT 30
#define GPIO_IN (SIO + 0x04)
#define GPIO_OUT (SIO + 0x10)
#define GPIO_OUT_SET (SIO + 0x14)
#define GPIO_OUT_CLEAR (SIO + 0x18)
#define GPIO_OE_SET (SIO + 0x24)
#define GPIO_OE_CLEAR (SIO + 0x28)

static void pin_write(const pin_t *pin, mp_obj_t value) {
    REG(mp_obj_is_true(value) ? GPIO_OUT_SET : GPIO_OUT_CLEAR) = 1u << pin->number;
}

static void pin_set_up(const pin_t *pin, mp_obj_t mode, mp_obj_t pull) {
    uint32_t pulls = pull == mp_const_none ? 0 : (uint32_t)mp_obj_get_int(pull);
    bool out = mode != mp_const_none && mp_obj_get_int(mode) == MODE_OUT;
    REG(out ? GPIO_OE_SET : GPIO_OE_CLEAR) = 1u << pin->number;
    REG(PADS_BANK0 + 4 + 4u * pin->number) = 0x52 | (pulls & 3) << 2; /* input on, Schmitt trigger, 4 mA */
    REG(IO_BANK0 + 4 + 8u * pin->number) = 5;                         /* software's */
}

static mp_obj_t pin_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    enum { ID, MODE, PULL, VALUE, COUNT };
    static const mp_arg_t allowed[COUNT] = {
        {MP_QSTR_id, MP_ARG_REQUIRED | MP_ARG_INT, {.u_int = 0}},
        {MP_QSTR_mode, MP_ARG_OBJ, {.u_rom_obj = MP_ROM_NONE}},
        {MP_QSTR_pull, MP_ARG_OBJ, {.u_rom_obj = MP_ROM_NONE}},
        {MP_QSTR_value, MP_ARG_KW_ONLY | MP_ARG_OBJ, {.u_rom_obj = MP_ROM_NONE}},
    };
    mp_arg_val_t values[COUNT];
    mp_arg_parse_all_kw_array(n_args, n_kw, args, COUNT, allowed, values);
    if ((mp_uint_t)values[ID].u_int >= GPIO_COUNT) {
        mp_raise_ValueError(MP_ERROR_TEXT("pin: needs 0 to 29"));
    }
    pin_t *pin = mp_obj_malloc(pin_t, type);
    pin->number = (uint8_t)values[ID].u_int;
    if (values[VALUE].u_obj != mp_const_none) {
        pin_write(pin, values[VALUE].u_obj);
    }
    if (values[MODE].u_obj != mp_const_none || values[PULL].u_obj != mp_const_none) {
        pin_set_up(pin, values[MODE].u_obj, values[PULL].u_obj);
    }
    return MP_OBJ_FROM_PTR(pin);
}

static mp_obj_t pin_value(size_t n_args, const mp_obj_t *args) {
    const pin_t *pin = MP_OBJ_TO_PTR(args[0]);
    if (n_args == 1) {
        return MP_OBJ_NEW_SMALL_INT(REG(GPIO_IN) >> pin->number & 1);
    }
    pin_write(pin, args[1]);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(pin_value_obj, 1, 2, pin_value);

static mp_obj_t pin_toggle(mp_obj_t self) {
    REG(SIO + 0x1c) = 1u << ((pin_t *)MP_OBJ_TO_PTR(self))->number;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(pin_toggle_obj, pin_toggle);

static const mp_rom_map_elem_t pin_table[] = {
    {MP_ROM_QSTR(MP_QSTR_value), MP_ROM_PTR(&pin_value_obj)},
    {MP_ROM_QSTR(MP_QSTR_toggle), MP_ROM_PTR(&pin_toggle_obj)},
    {MP_ROM_QSTR(MP_QSTR_IN), MP_ROM_INT(MODE_IN)},
    {MP_ROM_QSTR(MP_QSTR_OUT), MP_ROM_INT(MODE_OUT)},
    {MP_ROM_QSTR(MP_QSTR_PULL_DOWN), MP_ROM_INT(PULL_DOWN)},
    {MP_ROM_QSTR(MP_QSTR_PULL_UP), MP_ROM_INT(PULL_UP)},
};
static MP_DEFINE_CONST_DICT(pin_dict, pin_table);

static MP_DEFINE_CONST_OBJ_TYPE(pin_type, MP_QSTR_Pin, MP_TYPE_FLAG_NONE, make_new, pin_make_new, locals_dict, &pin_dict);

/* ---- WDT ----------------------------------------------------------------------------------------------------- */

typedef struct {
    mp_obj_base_t base;
    uint32_t load;
} wdt_t;

static mp_obj_t wdt_feed(mp_obj_t self) {
    REG(WATCHDOG_LOAD) = ((wdt_t *)MP_OBJ_TO_PTR(self))->load;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(wdt_feed_obj, wdt_feed);

static mp_obj_t wdt_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    enum { ID, TIMEOUT, COUNT };
    static const mp_arg_t allowed[COUNT] = {
        {MP_QSTR_id, MP_ARG_INT, {.u_int = 0}},
        {MP_QSTR_timeout, MP_ARG_INT, {.u_int = 5000}},
    };
    mp_arg_val_t values[COUNT];
    mp_arg_parse_all_kw_array(n_args, n_kw, args, COUNT, allowed, values);
    mp_int_t ms = values[TIMEOUT].u_int;
    if (values[ID].u_int != 0 || ms < 1 || ms > WATCHDOG_MAX_MS) {
        mp_raise_ValueError(MP_ERROR_TEXT("timeout: needs 1 to 8388"));
    }
    wdt_t *self = mp_obj_malloc(wdt_t, type);
    self->load = (uint32_t)ms * 2000;
    wdt_feed(MP_OBJ_FROM_PTR(self));
    REG(PSM_WDSEL) = 0x1fffc;
    REG_SET(WATCHDOG_CTRL) = WATCHDOG_ENABLE;
    return MP_OBJ_FROM_PTR(self);
}

static const mp_rom_map_elem_t wdt_table[] = {
    {MP_ROM_QSTR(MP_QSTR_feed), MP_ROM_PTR(&wdt_feed_obj)},
};
static MP_DEFINE_CONST_DICT(wdt_dict, wdt_table);

static MP_DEFINE_CONST_OBJ_TYPE(wdt_type, MP_QSTR_WDT, MP_TYPE_FLAG_NONE, make_new, wdt_make_new, locals_dict, &wdt_dict);

/* ---- the module ---------------------------------------------------------------------------------------------- */

static const mp_rom_map_elem_t machine_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_machine)},
    {MP_ROM_QSTR(MP_QSTR_reset), MP_ROM_PTR(&reset_obj)},
    {MP_ROM_QSTR(MP_QSTR_bootloader), MP_ROM_PTR(&bootloader_obj)},
    {MP_ROM_QSTR(MP_QSTR_unique_id), MP_ROM_PTR(&unique_id_obj)},
    {MP_ROM_QSTR(MP_QSTR_freq), MP_ROM_PTR(&freq_obj)},
    {MP_ROM_QSTR(MP_QSTR_Pin), MP_ROM_PTR(&pin_type)},
    {MP_ROM_QSTR(MP_QSTR_WDT), MP_ROM_PTR(&wdt_type)},
};
static MP_DEFINE_CONST_DICT(machine_dict, machine_table);

const mp_obj_module_t machine_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&machine_dict,
};

MP_REGISTER_MODULE(MP_QSTR_machine, machine_module);
