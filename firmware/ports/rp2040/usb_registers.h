/* SPDX-License-Identifier: MIT
 * The USB controller's registers, its bits and its memory. */
#ifndef RP2040_USB_REGISTERS_H
#define RP2040_USB_REGISTERS_H

#include "registers.h"

/* Registers, offsets in USB. */
#define ADDR_ENDP (USB + 0x00)
#define MAIN_CTRL (USB + 0x40)
#define SIE_CTRL (USB + 0x4c)
#define SIE_STATUS (USB + 0x50)
#define BUFF_STATUS (USB + 0x58)
#define EP_STALL_ARM (USB + 0x68)
#define USB_MUXING (USB + 0x74)
#define USB_PWR (USB + 0x78)
#define PHY_DIRECT (USB + 0x7c)
#define PHY_DIRECT_OVERRIDE (USB + 0x80)
#define INTE (USB + 0x90)
#define INTS (USB + 0x98)

#define MUX_TO_PHY (1u << 0)
#define MUX_TO_DIGITAL_PAD (1u << 2)
#define MUX_SOFTCON (1u << 3)
#define SIE_PULLUP (1u << 16)
#define SIE_EP0_INTERRUPT (1u << 29)
#define STATUS_SUSPENDED (1u << 4)
#define STATUS_LINE (3u << 2)
#define STATUS_RESUME (1u << 11)
#define STATUS_CONNECTED (1u << 16)
#define STATUS_SETUP (1u << 17)
#define STATUS_RESET (1u << 19)
#define INT_BUFFER (1u << 4)
#define INT_RESET (1u << 12)
#define INT_SUSPEND (1u << 14)
#define INT_RESUME (1u << 15)
#define INT_SETUP (1u << 16)

/* The controller's memory: an 8 byte setup packet, endpoint controls, buffer controls (in, out), buffers. */
#define SETUP ((volatile uint8_t *)USB_DPRAM)
#define ENDPOINT(number, out) REG(USB_DPRAM + 8 * (number) + 4 * (out))
#define BUFFER(number, out) REG(USB_DPRAM + 0x80 + 8 * (number) + 4 * (out))
#define EP0_BUFFER 0x100u
#define IN_BUFFER 0x180u
#define OUT_BUFFER 0x1c0u
#define NOTIFY_BUFFER 0x200u
#define MEMORY(offset) ((volatile uint8_t *)(USB_DPRAM + (offset)))

#define ENABLED (1u << 31 | 1u << 29) /* with an interrupt for each buffer */
#define TYPE_BULK (2u << 26)
#define TYPE_INTERRUPT (3u << 26)
#define FULL (1u << 15)
#define DATA1 (1u << 13)
#define STALL (1u << 11)
#define AVAILABLE (1u << 10)
#define LENGTH 0x3ffu
#define PACKET 64u

#endif
