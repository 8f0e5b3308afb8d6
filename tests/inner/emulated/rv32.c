/* SPDX-License-Identifier: MIT
 * QEMU's riscv32 virt: start, serial port, the counter of instructions. */
#include "probe.h"

#define UART_DATA (*(volatile uint8_t *)(uintptr_t)0x10000000)
#define POWER (*(volatile uint32_t *)(uintptr_t)0x100000)

static uint32_t begin;

static uint32_t retired(void) {
    uint32_t count;
    __asm__ volatile("csrr %0, minstret" : "=r"(count));
    return count;
}

void probe_restart(void) {
    begin = retired();
}

uint32_t probe_instructions(void) {
    return retired() - begin;
}

void probe_write(const void *bytes, uint32_t count) {
    for (const uint8_t *at = bytes; count > 0; count--) {
        UART_DATA = *at++;
    }
}

__attribute__((used)) static void start(void) {
    probe_main((const uint8_t *)0x84000000);
    POWER = 0x5555;
}

__attribute__((used)) static void fault(void) {
    POWER = 1 << 16 | 0x3333;
}

__asm__(".section .vectors, \"ax\"\n"
        "la sp, stack_top\n"
        "la t0, 1f\n"
        "csrw mtvec, t0\n"
        "call start\n"
        ".align 2\n"
        "1: call fault\n"
        "2: j 2b\n"
        ".text\n");
