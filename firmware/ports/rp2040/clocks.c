/* SPDX-License-Identifier: MIT
 * Crystal, PLLs and the microsecond timer. */
#include "port.h"
#include "registers.h"

/* offsets in CLOCKS */
#define CLK_REF_CTRL (CLOCKS + 0x30)
#define CLK_REF_SELECTED (CLOCKS + 0x38)
#define CLK_PERI_CTRL (CLOCKS + 0x48)
#define CLK_USB_CTRL (CLOCKS + 0x54)
#define CLK_RESUS_CTRL (CLOCKS + 0x78)

#define CLOCK_ENABLE (1u << 11)
#define XOSC_HZ 12000000u

/* Auxiliary sources: of the system clock, and of the peripherals'. */
enum { SYS_FROM_PLL_SYS, SYS_FROM_PLL_USB };
enum { PERI_FROM_PLL_USB = 2 };

/* XOSC_HZ * feedback is the oscillator's rate, post1 * post2 divide it. */
typedef struct {
    uint32_t feedback, post1, post2;
} pll_t;

/* Oscillator: 750 to 1600 MHz. The highest comes first: it shakes the least. */
#define FEEDBACK_MOST (1600000000u / XOSC_HZ)
#define FEEDBACK_LEAST ((750000000u + XOSC_HZ - 1) / XOSC_HZ)
#define POST_MOST 7u

#define VOLTAGE_FOR_ALL 0xcu /* 1.15 V, wanted above 133 MHz */
#define VOLTAGE_AT_RESET 0xbu
#define FASTEST_AT_RESET_VOLTAGE 133000000u
#define SETTLING_US 1000u

static uint32_t system_hz;

static void pll_start(uint32_t pll, uint32_t reset_bit, pll_t setting) {
    reset_cycle(reset_bit);
    REG(pll) = 1; /* reference divider */
    REG(pll + 0x8) = setting.feedback;
    REG_CLEAR(pll + 0x4) = 1u << 5 | 1u; /* VCO and power on */
    while (!(REG(pll) & 1u << 31)) {
    }
    REG(pll + 0xc) = setting.post1 << 16 | setting.post2 << 12;
    REG_CLEAR(pll + 0x4) = 1u << 3; /* dividers on */
}

/* The setting for `hz`, or for what comes nearest; gives its hertz. */
static uint32_t pll_find(uint32_t hz, pll_t *setting) {
    uint32_t best = 0, missed_by = ~0u;
    for (uint32_t feedback = FEEDBACK_MOST; feedback >= FEEDBACK_LEAST && missed_by; feedback--) {
        for (uint32_t post1 = POST_MOST; post1; post1--) {
            for (uint32_t post2 = post1; post2; post2--) {
                uint32_t found = XOSC_HZ * feedback / (post1 * post2);
                uint32_t by = found > hz ? found - hz : hz - found;
                if (by < missed_by && found >= CLOCKS_LEAST_HZ && found <= CLOCKS_MOST_HZ) {
                    best = found;
                    missed_by = by;
                    *setting = (pll_t){feedback, post1, post2};
                }
            }
        }
    }
    return best;
}

/* By way of the crystal: only that switch is free of spikes. */
static void system_from(uint32_t source) {
    REG_CLEAR(CLK_SYS_CTRL) = 1;
    while (REG(CLK_SYS_SELECTED) != 1) {
    }
    REG(CLK_SYS_CTRL) = source << 5;
    REG_SET(CLK_SYS_CTRL) = 1;
    while (!(REG(CLK_SYS_SELECTED) & 1u << 1)) {
    }
}

static void set_voltage(uint32_t voltage) {
    REG(VREG) = (REG(VREG) & ~0xf0u) | voltage << 4;
}

uint32_t clocks_set(uint32_t hz) {
    pll_t setting;
    uint32_t found = pll_find(hz, &setting);
    if (found != hz) {
        return found;
    }
    bool fast = hz > FASTEST_AT_RESET_VOLTAGE;
    if (fast) {
        set_voltage(VOLTAGE_FOR_ALL);
        for (uint64_t start = clocks_us(); clocks_us() - start < SETTLING_US;) { /* before the clock is faster */
        }
    }
    system_from(SYS_FROM_PLL_USB);
    pll_start(PLL_SYS, RESET_PLL_SYS, setting);
    system_from(SYS_FROM_PLL_SYS);
    if (!fast) {
        set_voltage(VOLTAGE_AT_RESET);
    }
    system_hz = hz;
    return hz;
}

uint32_t clocks_hz(void) {
    return system_hz;
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
    REG(WATCHDOG + 0x2c) = 1u << 9 | XOSC_HZ / 1000000; /* the tick */
    reset_release(RESET_TIMER);
    pll_start(PLL_USB, RESET_PLL_USB, (pll_t){100, 5, 5});
    REG(CLK_USB_CTRL) = CLOCK_ENABLE;
    /* not the system's clock, which machine.freq may change under a byte of the UART */
    REG(CLK_PERI_CTRL) = PERI_FROM_PLL_USB << 5;
    REG(CLK_PERI_CTRL) = CLOCK_ENABLE | PERI_FROM_PLL_USB << 5;
    clocks_set(BOARD_CLOCK_HZ);
}

uint64_t clocks_us(void) {
    uint32_t high, low;
    do {
        high = REG(TIMER + 0x24);
        low = REG(TIMER + 0x28);
    } while (high != REG(TIMER + 0x24));
    return (uint64_t)high << 32 | low;
}
