/* SPDX-License-Identifier: MIT
 * QEMU's microbit (Cortex-M0) with more memory than the real one: vectors, serial port, and a timer whose interrupts come
 * all the time. They are what is counted instead of instructions: kernels must not notice them. */
#include "probe.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define UART_START REGISTER(0x40002008)
#define UART_READY REGISTER(0x4000211c)
#define UART_ENABLE REGISTER(0x40002500)
#define UART_DATA REGISTER(0x4000251c)
#define TIMER_START REGISTER(0x40008000)
#define TIMER_STOP REGISTER(0x40008004)
#define TIMER_CLEAR REGISTER(0x4000800c)
#define TIMER_REACHED REGISTER(0x40008140)
#define TIMER_SHORTS REGISTER(0x40008200)
#define TIMER_INTERRUPTS REGISTER(0x40008304)
#define TIMER_BITS REGISTER(0x40008508)
#define TIMER_PRESCALER REGISTER(0x40008510)
#define TIMER_PERIOD REGISTER(0x40008540)
#define INTERRUPTS_ENABLE REGISTER(0xe000e100)
enum { TIMER_LINE = 8, PERIOD = 2000 }; /* ticks of 16 MHz; 1000 instructions with -icount shift=7 */

static volatile uint32_t interrupts;

void probe_restart(void) {
    interrupts = 0;
    TIMER_CLEAR = 1;
    TIMER_START = 1;
}

uint32_t probe_instructions(void) {
    TIMER_STOP = 1;
    return interrupts;
}

void probe_write(const void *bytes, uint32_t count) {
    for (const uint8_t *at = bytes; count > 0; count--) {
        UART_READY = 0;
        UART_DATA = *at++;
        while (UART_READY == 0) {
        }
    }
}

/* Leaves nothing as it was that an interrupt may change: flags, registers that calls do not keep, the stack below. */
static void tick(void) {
    volatile uint32_t below[16];
    for (uint32_t i = 0; i < 16; i++) {
        below[i] = 0xdeadbeef;
    }
    (void)below[0];
    TIMER_REACHED = 0;
    interrupts++;
    __asm__ volatile("ldr r0, =0xdeadbeef\n mov r1, r0\n mov r2, r0\n mov r3, r0\n mov r12, r0\n cmn r0, r1\n"
                     : : : "r0", "r1", "r2", "r3", "r12", "cc");
}

static void end(uint32_t reason) {
    register uint32_t operation __asm__("r0") = 0x18;
    register uint32_t argument __asm__("r1") = reason;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
}

static void start(void) {
    UART_ENABLE = 4;
    UART_START = 1;
    TIMER_BITS = 3;
    TIMER_PRESCALER = 0;
    TIMER_PERIOD = PERIOD;
    TIMER_SHORTS = 1;
    TIMER_INTERRUPTS = 1 << 16;
    INTERRUPTS_ENABLE = 1 << TIMER_LINE;
    probe_main((const uint8_t *)0x20800000);
    end(0x20026);
}

static void fault(void) {
    end(0x20023);
}

extern uint32_t stack_top[];
__attribute__((section(".vectors"), used)) static void *const VECTORS[16 + 32] = {
    stack_top, start, fault, fault, [16 + TIMER_LINE] = tick};
