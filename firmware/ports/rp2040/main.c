/* SPDX-License-Identifier: MIT
 * Starts MicroPython, runs boot and main from ROMFS, then serves the console; a soft reset begins anew. */
#include "console_frames.h"
#include "float_rom.h"
#include "port.h"
#include "py/builtin.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/persistentcode.h"
#include "py/runtime.h"
#include "registers.h"
#include "shared/runtime/gchelper.h"
#include "shared/runtime/pyexec.h"

extern char link_stack_top, link_stack_bottom, link_heap, link_heap_end;

/* False: it asked for a soft reset. pyexec.c lets out what the text of an exception raises. */
static bool run_source(const char *name) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        int result = pyexec_file(name);
        nlr_pop();
        return !(result & PYEXEC_FORCED_EXIT);
    }
    console_report(nlr.ret_val);
    return true;
}

/* Runs /rom/NAME.mpy or .py in the namespace of __main__, unless BOOTSEL is held. False: it asked for a soft reset (SystemExit). */
static bool run_from_rom(const char *compiled, const char *source) {
    if (flash_button()) {
        return true;
    }
    if (mp_import_stat(compiled) == MP_IMPORT_STAT_FILE) {
        return console_frames_run_file(compiled);
    }
    return mp_import_stat(source) != MP_IMPORT_STAT_FILE || run_source(source);
}

/* Until a soft reset is asked for. */
static void serve_console(void) {
#if MICROPY_ENABLE_COMPILER
    prompt_serve();
#else
    console_frames_serve();
#endif
}

int main(void) {
    static char serial_number[17];
    clocks_init();
    float_rom_init();
    uart_init();
    machine_unique_id_text(serial_number);
    usb_init(serial_number);
    mp_cstack_init_with_top(&link_stack_top, (size_t)(&link_stack_top - &link_stack_bottom));
    for (;;) {
        gc_init(&link_heap, &link_heap_end);
        loan_init();
        mp_init();
        if (run_from_rom("/rom/boot.mpy", "/rom/boot.py") &&
            run_from_rom("/rom/main.mpy", "/rom/main.py")) {
            serve_console();
        }
        mp_hal_stdout_tx_str("MPY: soft reboot\r\n");
        gc_sweep_all();
        mp_deinit();
    }
}

void gc_collect(void) {
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
    loan_sweep();
}

void nlr_jump_fail(void *value) {
    (void)value;
    machine_reset();
    for (;;) {
    }
}
