/* SPDX-License-Identifier: MIT
 * Looks up functions and data of the RP2040's mask ROM. */
#include "port.h"
#include "registers.h"

/* The ROM's pointers are 16 bits wide and stand at these addresses. */
#define ROM_FUNCTION_TABLE 0x14
#define ROM_DATA_TABLE 0x16
#define ROM_TABLE_LOOKUP 0x18

static void *lookup(uintptr_t table, char first, char second) {
    typedef void *(*lookup_t)(uint16_t *table, uint32_t code);
    volatile uint16_t *pointers = (volatile uint16_t *)table;
    volatile uint16_t *function = (volatile uint16_t *)ROM_TABLE_LOOKUP;
    lookup_t find = (lookup_t)(uintptr_t)*function;
    return find((uint16_t *)(uintptr_t)*pointers, (uint32_t)(uint8_t)first | (uint32_t)(uint8_t)second << 8);
}

rom_function_t rom_function(char first, char second) {
    return (rom_function_t)lookup(ROM_FUNCTION_TABLE, first, second);
}

const void *rom_data(char first, char second) {
    return lookup(ROM_DATA_TABLE, first, second);
}

void rom_enter_bootloader(void) {
    typedef void (*usb_boot_t)(uint32_t activity_pins, uint32_t disabled_interfaces);
    ((usb_boot_t)rom_function('U', 'B'))(0, 0);
}
