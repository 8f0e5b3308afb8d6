/* SPDX-License-Identifier: MIT
 * Erases and programs the flash through the bootrom. While it works nothing may be read from flash, so these functions
 * run from RAM, with interrupts off. */
#include <string.h>

#include "port.h"
#include "registers.h"

#define IN_RAM __attribute__((noinline, section(".ramfunc")))
#define BOOT2 ((const uint32_t *)0x10000000u)
#define BOOT2_WORDS 64

/* The bootrom's functions, and the second stage that turns fast reads on again: found while flash can be read. */
typedef struct {
    void (*connect)(void);
    void (*exit_xip)(void);
    void (*erase)(uint32_t offset, size_t bytes, uint32_t block_bytes, uint8_t block_command);
    void (*program)(uint32_t offset, const uint8_t *data, size_t bytes);
    void (*flush_cache)(void);
    uint32_t boot2[BOOT2_WORDS];
} flash_rom_t;

static void find(flash_rom_t *rom) {
    rom->connect = rom_function('I', 'F');
    rom->exit_xip = rom_function('E', 'X');
    rom->erase = (void (*)(uint32_t, size_t, uint32_t, uint8_t))rom_function('R', 'E');
    rom->program = (void (*)(uint32_t, const uint8_t *, size_t))rom_function('R', 'P');
    rom->flush_cache = rom_function('F', 'C');
    memcpy(rom->boot2, BOOT2, sizeof rom->boot2);
}

IN_RAM static void write_flash(flash_rom_t *rom, uint32_t offset, const uint8_t *data, uint32_t bytes) {
    uint32_t state = irq_disable();
    rom->connect();
    rom->exit_xip();
    if (data) {
        rom->program(offset, data, bytes);
    } else {
        rom->erase(offset, bytes, 65536, 0xd8);
    }
    rom->flush_cache();
    ((void (*)(void))((uintptr_t)rom->boot2 | 1))();
    irq_restore(state);
}

void flash_erase(uint32_t offset, uint32_t bytes) {
    flash_rom_t rom;
    find(&rom);
    write_flash(&rom, offset, NULL, bytes);
}

void flash_program(uint32_t offset, const uint8_t *data, uint32_t bytes) {
    flash_rom_t rom;
    find(&rom);
    write_flash(&rom, offset, data, bytes);
}

/* Chip select by hand: forced low (2) or high (3) in the pad's output override. */
IN_RAM static void select_chip(uint32_t override) {
    REG(IO_QSPI_SS_CTRL) = (REG(IO_QSPI_SS_CTRL) & ~(3u << 8)) | override << 8;
    (void)REG(IO_QSPI_SS_CTRL);
}

#define OUTPUT_OVERRIDE (3u << 12)
#define OUTPUT_OFF (2u << 12)
#define PULL_UP_LOOPS 1000u /* some 100 us */

/* BOOTSEL connects the flash's chip select with ground: let go of it, see where it goes. */
IN_RAM bool flash_button(void) {
    uint32_t state = irq_disable(), control = REG(IO_QSPI_SS_CTRL);
    REG(IO_QSPI_SS_CTRL) = (control & ~OUTPUT_OVERRIDE) | OUTPUT_OFF;
    for (volatile uint32_t i = 0; i < PULL_UP_LOOPS; i++) {
    }
    bool pressed = !(REG(SIO_GPIO_HIGH_IN) & 1u << 1);
    REG(IO_QSPI_SS_CTRL) = control;
    irq_restore(state);
    return pressed;
}

/* Command 4Bh, four empty bytes, then the id. */
IN_RAM static void read_id(flash_rom_t *rom, uint8_t *id) {
    uint32_t state = irq_disable();
    rom->connect();
    rom->exit_xip();
    select_chip(2);
    for (unsigned i = 0; i < 13; i++) {
        REG(XIP_SSI + 0x60) = i == 0 ? 0x4b : 0;
        while (!(REG(XIP_SSI + 0x28) & 1u << 3)) { /* nothing received yet */
        }
        uint8_t received = (uint8_t)REG(XIP_SSI + 0x60);
        if (i >= 5) {
            id[i - 5] = received;
        }
    }
    select_chip(3);
    rom->flush_cache();
    ((void (*)(void))((uintptr_t)rom->boot2 | 1))();
    irq_restore(state);
}

void flash_unique_id(uint8_t id[8]) {
    flash_rom_t rom;
    find(&rom);
    read_id(&rom, id);
}
