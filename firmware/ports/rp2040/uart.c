/* SPDX-License-Identifier: MIT
 * UART0 on the board's console pins: interrupt-driven receive, waiting transmit. */
#include "port.h"
#include "registers.h"

#define UART_DR (UART0 + 0x00)
#define UART_FR (UART0 + 0x18)
#define UART_IMSC (UART0 + 0x38)
#define UART_ICR (UART0 + 0x44)
#define FR_RX_EMPTY (1u << 4)
#define FR_TX_FULL (1u << 5)
#define INT_RX_AND_TIMEOUT (1u << 4 | 1u << 6)

#define BAUD 115200u
#define DIVISOR_64THS ((CLOCKS_PERIPHERAL_HZ * 4 + BAUD / 2) / BAUD)

void uart_init(void) {
    reset_release(RESET_IO_BANK0 | RESET_PADS_BANK0);
    reset_cycle(RESET_UART0);
    REG(IO_BANK0 + 8 * BOARD_UART_TX + 4) = 2;
    REG(IO_BANK0 + 8 * BOARD_UART_RX + 4) = 2;
    REG(UART0 + 0x24) = DIVISOR_64THS >> 6;
    REG(UART0 + 0x28) = DIVISOR_64THS & 63;
    REG(UART0 + 0x2c) = 0x70; /* 8 bits, FIFOs */
    REG(UART0 + 0x30) = 0x301; /* enable, both ways */
    REG(UART_IMSC) = INT_RX_AND_TIMEOUT;
    irq_enable(IRQ_UART0);
}

void uart_irq(void) {
    REG(UART_ICR) = INT_RX_AND_TIMEOUT;
    while (!(REG(UART_FR) & FR_RX_EMPTY)) {
        console_put((uint8_t)REG(UART_DR));
    }
}

void uart_write(const char *text, size_t bytes) {
    while (bytes--) {
        while (REG(UART_FR) & FR_TX_FULL) {
        }
        REG(UART_DR) = (uint8_t)*text++;
    }
}
