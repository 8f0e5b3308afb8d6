/* SPDX-License-Identifier: MIT
 * Crystal, PLLs and the microsecond timer. */
#include "port.h"
#include "registers.h"

/* offsets in CLOCKS */
#define CLK_REF_CTRL (CLOCKS + 0x30)
#define CLK_REF_SELECTED (CLOCKS + 0x38)
#define CLK_SYS_CTRL (CLOCKS + 0x3c)
#define CLK_SYS_SELECTED (CLOCKS + 0x44)
#define CLK_PERI_CTRL (CLOCKS + 0x48)
#define CLK_USB_CTRL (CLOCKS + 0x54)
#define CLK_RESUS_CTRL (CLOCKS + 0x78)

#define CLOCK_ENABLE (1u << 11)
#define XOSC_MHZ 12u

/* XOSC * feedback / (post1 * post2) */
static void pll_start(uint32_t pll, uint32_t reset_bit, uint32_t feedback, uint32_t post1, uint32_t post2) {
    reset_cycle(reset_bit);
    REG(pll) = 1;            /* reference divider */
    REG(pll + 0x8) = feedback;
    REG_CLEAR(pll + 0x4) = 1u << 5 | 1u; /* VCO and power on */
    while (!(REG(pll) & 1u << 31)) {
    }
    REG(pll + 0xc) = post1 << 16 | post2 << 12;
    REG_CLEAR(pll + 0x4) = 1u << 3; /* dividers on */
}

void clocks_init(void) {
    REG(CLK_RESUS_CTRL) = 0;
    REG(XOSC + 0xc) = 47; /* start-up delay: 1 ms at 12 MHz, in units of 256 cycles */
    REG(XOSC) = 0xaa0;
    REG_SET(XOSC) = 0xfabu << 12;
    while (!(REG(XOSC + 0x4) & 1u << 31)) {
    }
    REG_CLEAR(CLK_SYS_CTRL) = 1; /* away from the PLL, which may run from before a reset */
    while (REG(CLK_SYS_SELECTED) != 1) {
    }
    REG(CLK_REF_CTRL) = 2; /* the crystal */
    while (!(REG(CLK_REF_SELECTED) & 1u << 2)) {
    }
    pll_start(PLL_SYS, RESET_PLL_SYS, BOARD_CLOCK_HZ / 1000000 * 12 / XOSC_MHZ, 6, 2);
    pll_start(PLL_USB, RESET_PLL_USB, 100, 5, 5);
    REG(CLK_SYS_CTRL) = 0;
    REG_SET(CLK_SYS_CTRL) = 1;
    while (!(REG(CLK_SYS_SELECTED) & 1u << 1)) {
    }
    REG(CLK_USB_CTRL) = CLOCK_ENABLE;
    REG(CLK_PERI_CTRL) = CLOCK_ENABLE;
    REG(WATCHDOG + 0x2c) = 1u << 9 | XOSC_MHZ;
    reset_release(RESET_TIMER);
}

uint64_t clocks_us(void) {
    uint32_t high, low;
    do {
        high = REG(TIMER + 0x24);
        low = REG(TIMER + 0x28);
    } while (high != REG(TIMER + 0x24));
    return (uint64_t)high << 32 | low;
}
