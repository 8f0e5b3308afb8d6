/* SPDX-License-Identifier: MIT
 * What the parts of the RP2040 port offer one another. */
#ifndef RP2040_PORT_H
#define RP2040_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board.h"

/* clocks.c: crystal, system clock BOARD_CLOCK_HZ, 48 MHz for USB and peripherals, a microsecond tick. */
#define CLOCKS_PERIPHERAL_HZ 48000000u
#define CLOCKS_LEAST_HZ 48000000u /* USB wants as much */
#define CLOCKS_MOST_HZ 266000000u /* twice what the flash bears */
void clocks_init(void);
uint64_t clocks_us(void);
uint32_t clocks_hz(void);
uint32_t clocks_set(uint32_t hz); /* gives the hertz that come nearest; changes the system clock if they are the same */

/* uart.c: UART0, 115200 baud. */
void uart_init(void);
void uart_irq(void);
void uart_write(const char *text, size_t bytes);

/* usb.c: one serial port (CDC-ACM). usb_write waits while the host takes its time, and drops the text if there is none. */
void usb_init(const char *serial_number);
void usb_irq(void);
void usb_write(const char *text, size_t bytes);
void usb_receive_more(void); /* the console has room again */

/* usb_descriptors.c: the descriptor of that type and index, or NULL. Strings are made in `scratch` (at least 64 bytes). */
const uint8_t *usb_descriptor(unsigned type, unsigned index, const char *serial_number, uint8_t *scratch, size_t *bytes);

/* console.c: what arrives from either port; called in interrupts. */
void console_put(uint8_t byte);
bool console_has_interrupt_char(uint8_t byte);
size_t console_space(void);
void console_flush(void);
bool console_interrupted(void); /* a KeyboardInterrupt waits to be raised */
bool console_get(uint8_t *byte);
uint32_t console_taken(void);            /* how many bytes were got so far */
void console_quiet_until(char first);    /* drops what is written before that character */
void console_report(void *exception);    /* prints it as Python does; raises nothing */

/* loan.c: after gc_init; after each collection. mpylite calls loan_new (mpconfigport.h). */
void loan_init(void);
void loan_sweep(void);

/* prompt.c: serves the REPL until a soft reset is asked for. */
void prompt_serve(void);

/* bootrom.c: functions of the mask ROM by their two letters. */
typedef void (*rom_function_t)(void);
rom_function_t rom_function(char first, char second);
const void *rom_data(char first, char second);
void rom_enter_bootloader(void);

/* flash.c: offsets from the start of the flash. Each call runs with interrupts off and returns with XIP on. */
#define FLASH_SECTOR_BYTES 4096u
#define FLASH_PAGE_BYTES 256u
void flash_erase(uint32_t offset, uint32_t bytes);
void flash_program(uint32_t offset, const uint8_t *data, uint32_t bytes);
void flash_unique_id(uint8_t id[8]);
bool flash_button(void); /* BOOTSEL is pressed */

/* modmachine.c */
void machine_reset(void);
void machine_unique_id_text(char text[17]);

#endif
