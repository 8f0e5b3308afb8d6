/* SPDX-License-Identifier: MIT
 * QEMU's mps2-an386 (Cortex-M4): vectors, serial port, SysTick as the counter of instructions. */
#include "probe.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define UART_DATA REGISTER(0x40004000)
#define UART_STATE REGISTER(0x40004004)
#define UART_CONTROL REGISTER(0x40004008)
#define SYSTICK_CONTROL REGISTER(0xe000e010)
#define SYSTICK_RELOAD REGISTER(0xe000e014)
#define SYSTICK_VALUE REGISTER(0xe000e018)
#define SYSTEM_CONTROL REGISTER(0xe000ed88)

#define RELOAD 0xffffffu

static volatile uint32_t wraps;

static void tick(void) {
    wraps++;
}

/* Counts down; the clock has 25 MHz, and an instruction takes 2^7 ns (-icount shift=7): 3.2 ticks. */
uint32_t probe_instructions(void) {
    uint32_t value = SYSTICK_VALUE;
    return (uint32_t)((wraps * (uint64_t)(RELOAD + 1) + RELOAD - value) * 10 / 32);
}

void probe_restart(void) {
    SYSTICK_CONTROL = 0;
    SYSTICK_RELOAD = RELOAD;
    SYSTICK_VALUE = 0;
    wraps = 0;
    SYSTICK_CONTROL = 7;
}

void probe_write(const void *bytes, uint32_t count) {
    for (const uint8_t *at = bytes; count > 0; count--) {
        while (UART_STATE & 1) {
        }
        UART_DATA = *at++;
    }
}

static void start(void) {
    SYSTEM_CONTROL |= 0xf << 20; /* FPU */
    UART_CONTROL = 1;
    probe_main((const uint8_t *)0x21000000);
    static const uint32_t exit_reason[2] = {0x20026, 0};
    register uint32_t operation __asm__("r0") = 0x20;
    register const void *argument __asm__("r1") = exit_reason;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
}

static void fault(void) {
    static const uint32_t exit_reason[2] = {0x20023, 1};
    register uint32_t operation __asm__("r0") = 0x20;
    register const void *argument __asm__("r1") = exit_reason;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
}

extern uint32_t stack_top[];
__attribute__((section(".vectors"), used)) static void *const VECTORS[16] = {stack_top, start, fault, fault, fault, fault, fault, [15] = tick};
