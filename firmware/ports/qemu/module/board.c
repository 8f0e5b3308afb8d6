/* SPDX-License-Identifier: MIT
 * What the QEMU boards lack in MicroPython's port: a clock (module time), and a switched-on FPU. With -icount shift=0 an
 * instruction takes a nanosecond, so ticks_cpu() counts instructions, to the clock's resolution. */
#include "py/obj.h"
#include "py/runtime.h"

#if defined(__riscv)

static uint64_t nanoseconds(void) {
    uint32_t high, low, again;
    do {
        __asm volatile("csrr %0, 0xb80" : "=r"(high)); /* mcycleh */
        __asm volatile("csrr %0, 0xb00" : "=r"(low));
        __asm volatile("csrr %0, 0xb80" : "=r"(again));
    } while (high != again);
    return (uint64_t)high << 32 | low;
}

static uint32_t microseconds(void) {
    return (uint32_t)(nanoseconds() / 1000);
}

static void start(void) {
}

#elif defined(QEMU_SOC_NRF51)

#define TIMER ((volatile uint32_t *)0x40008000)

static uint64_t nanoseconds(void) {
    TIMER[0x040 / 4] = 1; /* capture */
    return (uint64_t)TIMER[0x540 / 4] * 125 / 2; /* 16 MHz */
}

static uint32_t microseconds(void) {
    TIMER[0x040 / 4] = 1;
    return TIMER[0x540 / 4] / 16;
}

static void start(void) {
    TIMER[0x508 / 4] = 3; /* 32 bits */
    TIMER[0x510 / 4] = 0; /* 16 MHz */
    TIMER[0x000 / 4] = 1;
}

#else

#define TIMER ((volatile uint32_t *)0x40000000)

static uint64_t nanoseconds(void) {
    return (uint64_t)~TIMER[1] * 40; /* counts down at 25 MHz */
}

static uint32_t microseconds(void) { /* no 64-bit division: the library's brings tables for which there is no place */
    return ~TIMER[1] / 25;
}

static void start(void) {
    TIMER[2] = UINT32_MAX;
    TIMER[1] = UINT32_MAX;
    TIMER[0] = 1;
#if defined(__ARM_FP)
    *(volatile uint32_t *)0xe000ed88 |= 0xf << 20; /* CPACR: the FPU may be used */
    __asm volatile("dsb\n isb");
#endif
}

#endif

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);
int __wrap_main(int argc, char **argv) {
    start();
    return __real_main(argc, argv);
}

uint64_t mp_hal_time_ns(void) { /* for the files' times */
    return 0;
}

static mp_obj_t ticks_cpu(void) {
    return mp_obj_new_int_from_ull(nanoseconds());
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_cpu_obj, ticks_cpu);

static mp_obj_t ticks_us(void) {
    return MP_OBJ_NEW_SMALL_INT((mp_int_t)(microseconds() & 0x3fffffff));
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_us_obj, ticks_us);

static mp_obj_t ticks_ms(void) {
    return MP_OBJ_NEW_SMALL_INT((mp_int_t)(microseconds() / 1000));
}
static MP_DEFINE_CONST_FUN_OBJ_0(ticks_ms_obj, ticks_ms);

/* Signed, of counters that wrap at 30 bits. */
static mp_obj_t ticks_diff(mp_obj_t end, mp_obj_t begin) {
    mp_uint_t difference = (mp_uint_t)mp_obj_get_int(end) - (mp_uint_t)mp_obj_get_int(begin);
    return MP_OBJ_NEW_SMALL_INT((mp_int_t)((difference + 0x20000000) & 0x3fffffff) - 0x20000000);
}
static MP_DEFINE_CONST_FUN_OBJ_2(ticks_diff_obj, ticks_diff);

static const mp_rom_map_elem_t globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_time)},
    {MP_ROM_QSTR(MP_QSTR_ticks_cpu), MP_ROM_PTR(&ticks_cpu_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_us), MP_ROM_PTR(&ticks_us_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_ms), MP_ROM_PTR(&ticks_ms_obj)},
    {MP_ROM_QSTR(MP_QSTR_ticks_diff), MP_ROM_PTR(&ticks_diff_obj)},
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t board_time_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_time, board_time_module);
