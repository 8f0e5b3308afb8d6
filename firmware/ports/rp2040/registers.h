/* SPDX-License-Identifier: MIT
 * RP2040 registers that this port uses, by the datasheet's names, and the atomic set and clear aliases. */
#ifndef RP2040_REGISTERS_H
#define RP2040_REGISTERS_H

#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))
#define REG_SET(address) REG((address) + 0x2000u)
#define REG_CLEAR(address) REG((address) + 0x3000u)

#define XIP_SSI 0x18000000u
#define SYSINFO_CHIP_ID 0x40000000u
#define CLOCKS 0x40008000u
#define CLK_SYS_CTRL (CLOCKS + 0x3c)
#define CLK_SYS_SELECTED (CLOCKS + 0x44)
#define RESETS_RESET 0x4000c000u
#define RESETS_DONE 0x4000c008u
#define PSM_WDSEL 0x40010008u
#define IO_BANK0 0x40014000u
#define IO_QSPI_SS_CTRL 0x4001800cu
#define PADS_BANK0 0x4001c000u
#define XOSC 0x40024000u
#define PLL_SYS 0x40028000u
#define PLL_USB 0x4002c000u
#define UART0 0x40034000u
#define TIMER 0x40054000u
#define WATCHDOG 0x40058000u
#define ROSC_RANDOM_BIT 0x4006001cu
#define VREG 0x40064000u
#define USB_DPRAM 0x50100000u
#define USB 0x50110000u
#define SIO 0xd0000000u
#define SIO_GPIO_HIGH_IN 0xd0000008u
#define NVIC_ISER 0xe000e100u
#define SCB_VTOR 0xe000ed08u

/* Bits of RESETS. */
#define RESET_IO_BANK0 (1u << 5)
#define RESET_PADS_BANK0 (1u << 8)
#define RESET_PLL_SYS (1u << 12)
#define RESET_PLL_USB (1u << 13)
#define RESET_TIMER (1u << 21)
#define RESET_UART0 (1u << 22)
#define RESET_USBCTRL (1u << 24)

/* Interrupt numbers. */
#define IRQ_USBCTRL 5
#define IRQ_UART0 20

static inline void reset_release(uint32_t blocks) {
    REG_CLEAR(RESETS_RESET) = blocks;
    while (~REG(RESETS_DONE) & blocks) {
    }
}

static inline void reset_cycle(uint32_t blocks) {
    REG_SET(RESETS_RESET) = blocks;
    reset_release(blocks);
}

static inline void irq_enable(unsigned number) {
    REG(NVIC_ISER) = 1u << number;
}

/* Interrupts off; returns what irq_restore takes. */
static inline uint32_t irq_disable(void) {
    uint32_t state;
    __asm volatile("mrs %0, primask\ncpsid i" : "=r"(state) : : "memory");
    return state;
}

static inline void irq_restore(uint32_t state) {
    __asm volatile("msr primask, %0" : : "r"(state) : "memory");
}

#endif
