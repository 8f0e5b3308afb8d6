/* SPDX-License-Identifier: MIT
 * From reset to main: memory sections and the vector table. Unexpected faults restart the board. */
#include <string.h>

#include "port.h"
#include "registers.h"

extern uint32_t link_stack_top, link_data_load, link_data, link_data_end, link_bss, link_bss_end;

int main(void);

static void reset(void) {
    memcpy(&link_data, &link_data_load, (size_t)((char *)&link_data_end - (char *)&link_data));
    memset(&link_bss, 0, (size_t)((char *)&link_bss_end - (char *)&link_bss));
    main();
}

static void fault(void) {
    machine_reset();
}

typedef void (*vector_t)(void);

#define EXCEPTIONS 16
__attribute__((used, section(".vectors"))) static const vector_t vectors[EXCEPTIONS + 26] = {
    [0] = (vector_t)(void *)&link_stack_top,
    [1] = reset,
    [2] = fault,
    [3] = fault,
    [11] = fault,
    [14] = fault,
    [15] = fault,
    [EXCEPTIONS + IRQ_USBCTRL] = usb_irq,
    [EXCEPTIONS + IRQ_UART0] = uart_irq,
};
