/* SPDX-License-Identifier: MIT
 * The prompt of a board with compiler: MicroPython's two REPLs, and what becomes of input for which the memory is too small. */
#include "port.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "shared/runtime/pyexec.h"

#if MICROPY_ENABLE_COMPILER

enum { CTRL_A = 1, CTRL_B, CTRL_C, CTRL_D };

#define PAUSE_US 100000u /* after the last byte of what was typed or pasted */

static bool executing; /* else the REPL reads */

void prompt_executes(bool yes) {
    executing = yes;
}

/* The rest of a source at the raw prompt; gives the control character that ends it. */
static int swallow_source(void) {
    int byte;
    do {
        byte = mp_hal_stdin_rx_chr();
    } while (byte < CTRL_A || byte > CTRL_D);
    return byte;
}

/* Its remaining lines would each be taken as a command. */
static void swallow_paste(void) {
    uint8_t byte;
    for (uint64_t last = clocks_us(); clocks_us() - last < PAUSE_US;) {
        if (console_get(&byte)) {
            last = clocks_us();
        }
    }
}

/* Answers as the REPL would have, had the exception come from the code; the REPL's next greeting is left out. */
static void answer_raw(void *exception) {
    if (!executing) {
        int end = swallow_source();
        if (end != CTRL_D) { /* the host gave up */
            pyexec_mode_kind = end == CTRL_B ? PYEXEC_MODE_FRIENDLY_REPL : PYEXEC_MODE_RAW_REPL;
            return;
        }
        mp_hal_stdout_tx_str("OK\x04");
    }
    console_report(exception);
    mp_hal_stdout_tx_str("\x04");
    console_quiet_until('>');
}

static void answer_friendly(void *exception) {
    if (!executing) {
        mp_hal_stdout_tx_str("\r\n");
        console_report(exception);
        swallow_paste();
    } else {
        console_report(exception);
    }
    console_quiet_until('>');
}

/* Other than 0: a soft reset is asked for. */
static int serve_one(void) {
    nlr_buf_t nlr;
    uint32_t taken = console_taken();
    executing = false;
    if (nlr_push(&nlr) == 0) {
        int result = pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl() : pyexec_friendly_repl();
        nlr_pop();
        return result;
    }
    if (taken == console_taken()) { /* not even a prompt had room: the way out is a soft reset */
        console_report(nlr.ret_val);
        return mp_hal_stdin_rx_chr() == CTRL_D ? PYEXEC_FORCED_EXIT : 0;
    }
    (pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? answer_raw : answer_friendly)(nlr.ret_val);
    return 0;
}

void prompt_serve(void) {
    while (serve_one() == 0) {
    }
}

#endif
