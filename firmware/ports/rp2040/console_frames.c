/* SPDX-License-Identifier: MIT
 * The console of a board without compiler: takes framed .mpy code, runs it in the namespace of __main__. */
#include "console_frames.h"

#include "port.h"
#include "py/builtin.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/persistentcode.h"
#include "py/runtime.h"

enum { CTRL_B = 2, CTRL_C = 3, EOT = 4, ACK = 6, NAK = 0x15, SYN = 0x16 };

#define PATIENCE_US 250000u /* the longest pause inside of a frame */
#define IDENTITY "mpylite " PORT_PROFILE " " MPYLITE_VERSION " mpy " MP_STRINGIFY(MPY_VERSION) "." MP_STRINGIFY(MPY_SUB_VERSION) "\r\n"

/* ---- running code -------------------------------------------------------------------------------------------- */

typedef struct {
    const uint8_t *code; /* NULL: the file */
    uint32_t bytes;
    const char *file;
} program_t;

static void execute(const program_t *program) {
    mp_module_context_t *context = m_new_obj(mp_module_context_t);
    context->module.base.type = &mp_type_module;
    context->module.globals = mp_globals_get();
    mp_compiled_module_t compiled = {.context = context};
    if (program->code) {
        mp_raw_code_load_mem(program->code, program->bytes, &compiled);
    } else {
        mp_raw_code_load_file(qstr_from_str(program->file), &compiled);
    }
    mp_obj_t function = mp_make_function_from_proto_fun(compiled.rc, context, NULL);
    mp_hal_set_interrupt_char(CTRL_C);
    mp_call_function_0(function);
    mp_hal_set_interrupt_char(-1);
    mp_handle_pending(true);
}

/* The exception that it raised, or MP_OBJ_NULL. */
static mp_obj_t run(const program_t *program) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        execute(program);
        nlr_pop();
        return MP_OBJ_NULL;
    }
    mp_hal_set_interrupt_char(-1);
    mp_handle_pending(false);
    return MP_OBJ_FROM_PTR(nlr.ret_val);
}

static bool is_exit(mp_obj_t exception) {
    return mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exception)), MP_OBJ_FROM_PTR(&mp_type_SystemExit));
}

bool console_frames_run_file(const char *name) {
    const program_t program = {NULL, 0, name};
    mp_obj_t exception = run(&program);
    if (exception != MP_OBJ_NULL) {
        if (is_exit(exception)) {
            return false;
        }
        console_report(MP_OBJ_TO_PTR(exception));
    }
    return true;
}

#if !MICROPY_ENABLE_COMPILER

/* ---- frames -------------------------------------------------------------------------------------------------- */

static void put(char byte) {
    mp_hal_stdout_tx_strn(&byte, 1);
}

static void refuse(char why) {
    put(NAK);
    put(why);
}

/* False: nothing came for too long. */
static bool receive(uint8_t *data, uint32_t bytes) {
    for (uint64_t start = clocks_us(); bytes;) {
        if (console_get(data)) {
            data++;
            bytes--;
            start = clocks_us();
        } else if (clocks_us() - start > PATIENCE_US) {
            return false;
        }
    }
    return true;
}

/* Takes what was announced and has no place. */
static bool skip(uint32_t bytes) {
    uint8_t byte;
    while (bytes && receive(&byte, 1)) {
        bytes--;
    }
    return bytes == 0;
}

static uint32_t crc32(const uint8_t *data, uint32_t bytes) {
    uint32_t crc = ~0u;
    while (bytes--) {
        crc ^= *data++;
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        }
    }
    return ~crc;
}

/* False: SystemExit. */
static bool run_frame(const uint8_t *code, uint32_t bytes) {
    const program_t program = {code, bytes, NULL};
    put(ACK);
    mp_obj_t exception = run(&program);
    bool stays = exception == MP_OBJ_NULL || !is_exit(exception);
    put(EOT);
    if (exception != MP_OBJ_NULL && stays) {
        console_report(MP_OBJ_TO_PTR(exception));
    }
    put(EOT);
    return stays;
}

static bool take_frame(void) {
    uint32_t header[2];
    if (!receive((uint8_t *)header, sizeof header)) {
        refuse('T');
        return true;
    }
    gc_collect();
    uint8_t *code = m_malloc_maybe(header[0] ? header[0] : 1);
    if (code == NULL) {
        refuse(skip(header[0]) ? 'M' : 'T');
        return true;
    }
    bool stays = true;
    if (!receive(code, header[0])) {
        refuse('T');
    } else if (crc32(code, header[0]) != header[1]) {
        refuse('C');
    } else {
        stays = run_frame(code, header[0]);
    }
    m_free(code);
    return stays;
}

void console_frames_serve(void) {
    mp_hal_stdout_tx_str(IDENTITY);
    for (;;) {
        switch (mp_hal_stdin_rx_chr()) {
            case SYN:
                if (!take_frame()) {
                    return;
                }
                break;
            case CTRL_B:
                mp_hal_stdout_tx_str(IDENTITY);
                break;
            case EOT:
                return;
        }
    }
}

#endif
