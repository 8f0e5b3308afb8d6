/* SPDX-License-Identifier: MIT
 * MicroPython's standard input and output over both serial ports, and its clock. */
#include "port.h"
#include "py/mphal.h"
#include "py/mpstate.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "registers.h"
#include "shared/runtime/interrupt_char.h"

#define RING_BYTES 1024u /* a power of two */

static struct {
    volatile uint32_t written, read; /* counts that run on */
    uint8_t bytes[RING_BYTES];
} ring;

/* ---- input --------------------------------------------------------------------------------------------------- */

bool console_has_interrupt_char(uint8_t byte) {
    return byte == mp_interrupt_char;
}

bool console_interrupted(void) {
    return MP_STATE_MAIN_THREAD(mp_pending_exception) != MP_OBJ_NULL;
}

size_t console_space(void) {
    return RING_BYTES - (ring.written - ring.read);
}

void console_put(uint8_t byte) {
    if (console_has_interrupt_char(byte)) {
        mp_sched_keyboard_interrupt();
    } else if (console_space()) {
        ring.bytes[ring.written % RING_BYTES] = byte;
        ring.written++;
    }
}

uint32_t console_taken(void) {
    return ring.read;
}

/* Only with interrupts off or inside one. */
void console_flush(void) {
    ring.read = ring.written;
}

bool console_get(uint8_t *byte) {
    uint32_t state = irq_disable();
    bool found = ring.written != ring.read;
    if (found) {
        *byte = ring.bytes[ring.read % RING_BYTES];
        ring.read++;
    }
    irq_restore(state);
    if (found) {
        usb_receive_more();
    }
    return found;
}

int mp_hal_stdin_rx_chr(void) {
    uint8_t byte;
    while (!console_get(&byte)) {
        mp_event_wait_indefinite();
    }
    return byte;
}

uintptr_t mp_hal_stdio_poll(uintptr_t wanted) {
    uintptr_t ready = MP_STREAM_POLL_WR;
    if (ring.written != ring.read) {
        ready |= MP_STREAM_POLL_RD;
    }
    return wanted & ready;
}

/* ---- output -------------------------------------------------------------------------------------------------- */

static char quiet_until; /* 0: all is shown */

void console_quiet_until(char first) {
    quiet_until = first;
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t bytes) {
    mp_uint_t written = bytes;
    for (; quiet_until && bytes; text++, bytes--) {
        if (*text == quiet_until) {
            quiet_until = 0;
            break;
        }
    }
    uart_write(text, bytes);
    usb_write(text, bytes);
    return written;
}

/* An exception class of the user's may raise another while it makes its text. */
void console_report(void *exception) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(exception));
        nlr_pop();
    } else {
        mp_printf(&mp_plat_print, "%q\n", mp_obj_get_type(MP_OBJ_FROM_PTR(nlr.ret_val))->name);
    }
}

/* ---- time ---------------------------------------------------------------------------------------------------- */

mp_uint_t mp_hal_ticks_us(void) {
    return (mp_uint_t)clocks_us();
}

/* 64 bits by 1000, 16 at a time: the compiler's library has 400 bytes for such divisions. */
mp_uint_t mp_hal_ticks_ms(void) {
    uint64_t us = clocks_us();
    uint32_t ms = 0, rest = 0;
    for (int at = 48; at >= 0; at -= 16) {
        rest = rest << 16 | (uint16_t)(us >> at);
        ms = ms << 16 | rest / 1000;
        rest %= 1000;
    }
    return ms;
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return (mp_uint_t)clocks_us();
}

uint64_t mp_hal_time_ns(void) {
    return clocks_us() * 1000;
}

void mp_hal_delay_us(mp_uint_t us) {
    for (uint64_t start = clocks_us(); clocks_us() - start < us;) {
        mp_event_handle_nowait();
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    for (uint64_t start = clocks_us(); clocks_us() - start < (uint64_t)ms * 1000;) {
        mp_event_handle_nowait();
    }
}
