/* SPDX-License-Identifier: MIT
 * USB device controller: standard requests and one serial port (CDC-ACM). What it is called stands in usb_descriptors.c,
 * what becomes of the bytes in console.c. */
#include "port.h"
#include "usb_ids.h"
#include "usb_registers.h"

#define HOST_PATIENCE_US 5000000u /* how long a host with an open port may read nothing */

static struct {
    const char *serial_number;
    const uint8_t *reply; /* the rest of a control transfer to the host */
    uint16_t reply_bytes;
    uint8_t reply_toggle;
    bool reply_ends_empty; /* a full last packet, though the host asked for more */
    uint8_t address;      /* to take when the host has seen the answer */
    uint8_t in_toggle, out_toggle;
    uint8_t halted; /* bit 0: in, bit 1: out */
    bool expects_line_coding, enters_bootloader;
    volatile uint8_t configuration;
    volatile bool suspended, port_open, in_busy, in_ignored, out_held;
    uint8_t line_coding[7];
    uint8_t scratch[PACKET];
} usb = {.line_coding = {0, 0xc2, 1, 0, 0, 0, 8}};

/* ---- buffers ------------------------------------------------------------------------------------------------- */

/* The controller sees AVAILABLE only some cycles after the rest. */
static void hand_over(unsigned number, unsigned out, uint32_t control) {
    BUFFER(number, out) = control;
    __asm volatile("b 1f\n1: b 1f\n1: b 1f\n1: b 1f\n1: b 1f\n1: b 1f\n1:");
    BUFFER(number, out) = control | AVAILABLE;
}

static void send(uint32_t bytes) {
    usb.in_busy = true;
    hand_over(USB_DATA_ENDPOINT, 0, FULL | (usb.in_toggle ? DATA1 : 0) | bytes);
    usb.in_toggle ^= 1;
}

static void receive(void) {
    hand_over(USB_DATA_ENDPOINT, 1, (usb.out_toggle ? DATA1 : 0) | PACKET);
    usb.out_toggle ^= 1;
}

static void open_endpoints(void) {
    usb.in_toggle = usb.out_toggle = usb.halted = 0;
    usb.in_busy = usb.in_ignored = usb.out_held = usb.port_open = false;
    ENDPOINT(USB_NOTIFY_ENDPOINT, 0) = ENABLED | TYPE_INTERRUPT | NOTIFY_BUFFER;
    ENDPOINT(USB_DATA_ENDPOINT, 0) = ENABLED | TYPE_BULK | IN_BUFFER;
    ENDPOINT(USB_DATA_ENDPOINT, 1) = ENABLED | TYPE_BULK | OUT_BUFFER;
    receive();
}

/* ---- control transfers --------------------------------------------------------------------------------------- */

static void reply_packet(void) {
    uint32_t bytes = usb.reply_bytes < PACKET ? usb.reply_bytes : PACKET;
    for (uint32_t i = 0; i < bytes; i++) {
        MEMORY(EP0_BUFFER)[i] = usb.reply[i];
    }
    usb.reply += bytes;
    usb.reply_bytes = (uint16_t)(usb.reply_bytes - bytes);
    usb.reply_ends_empty = usb.reply_ends_empty && bytes == PACKET;
    hand_over(0, 0, FULL | (usb.reply_toggle ? DATA1 : 0) | bytes);
    usb.reply_toggle ^= 1;
}

static bool reply(const uint8_t *data, size_t bytes, size_t wanted) {
    if (data == NULL) {
        return false;
    }
    usb.reply = data;
    usb.reply_bytes = (uint16_t)(bytes < wanted ? bytes : wanted);
    usb.reply_ends_empty = bytes < wanted;
    reply_packet();
    hand_over(0, 1, DATA1); /* the host's empty answer */
    return true;
}

static bool acknowledge(void) {
    hand_over(0, 0, FULL | DATA1);
    return true;
}

static void set_halt(unsigned endpoint, bool halt) {
    unsigned out = endpoint < 0x80;
    usb.halted = (uint8_t)(halt ? usb.halted | 1u << out : usb.halted & ~(1u << out));
    if (halt) {
        BUFFER(USB_DATA_ENDPOINT, out) = STALL;
    } else if (out) {
        usb.out_toggle = 0;
        receive();
    } else {
        usb.in_toggle = 0;
        usb.in_busy = false;
        BUFFER(USB_DATA_ENDPOINT, 0) = 0;
    }
}

static void set_port_open(bool open) {
    if (open != usb.port_open) {
        usb.port_open = open;
        usb.in_ignored = false;
        if (usb.out_held) { /* nobody read what another program sent */
            console_flush();
            usb_receive_more();
        }
    }
}

/* The serial port's own requests; false: not known. */
static bool answer_cdc(unsigned value, unsigned length) {
    switch ((unsigned)SETUP[0] << 8 | SETUP[1]) {
        case USB_CDC_SET_LINE_CODING:
            usb.expects_line_coding = true;
            hand_over(0, 1, DATA1 | PACKET);
            return true;
        case USB_CDC_GET_LINE_CODING:
            return reply(usb.line_coding, sizeof usb.line_coding, length);
        case USB_CDC_SET_CONTROL_LINE_STATE:
            set_port_open(value & 1);
            return acknowledge();
        case USB_CDC_SEND_BREAK:
            return acknowledge();
        default:
            return false;
    }
}

/* Answers the setup packet; false: not known. */
static bool answer(void) {
    unsigned value = SETUP[2] | (unsigned)SETUP[3] << 8;
    unsigned index = SETUP[4], length = SETUP[6] | (unsigned)SETUP[7] << 8;
    size_t bytes = 0;
    switch ((unsigned)SETUP[0] << 8 | SETUP[1]) {
        case USB_GET_DESCRIPTOR: {
            const uint8_t *found = usb_descriptor(value >> 8, value & 255, usb.serial_number, usb.scratch, &bytes);
            return reply(found, bytes, length);
        }
        case USB_SET_ADDRESS:
            usb.address = (uint8_t)value;
            return acknowledge();
        case USB_SET_CONFIGURATION:
            usb.configuration = (uint8_t)value;
            open_endpoints();
            return acknowledge();
        case USB_GET_CONFIGURATION:
            usb.scratch[0] = usb.configuration;
            return reply(usb.scratch, 1, length);
        case USB_GET_DEVICE_STATUS:
        case USB_GET_INTERFACE_STATUS:
        case USB_GET_ENDPOINT_STATUS:
            usb.scratch[0] = (index & 0x7f) == USB_DATA_ENDPOINT && usb.halted >> (index < 0x80) & 1;
            usb.scratch[1] = 0;
            return reply(usb.scratch, 2, length);
        case USB_GET_INTERFACE:
            usb.scratch[0] = 0;
            return reply(usb.scratch, 1, length);
        case USB_CLEAR_ENDPOINT_FEATURE:
        case USB_SET_ENDPOINT_FEATURE:
            if ((index & 0x7f) == USB_DATA_ENDPOINT) {
                set_halt(index, SETUP[1] == 3);
            }
            return acknowledge();
        case USB_SET_INTERFACE:
            return value == 0 && acknowledge();
        default:
            return answer_cdc(value, length);
    }
}

static void setup(void) {
    usb.reply_toggle = 1;
    usb.reply_bytes = 0;
    usb.reply_ends_empty = usb.expects_line_coding = false;
    if (!answer()) {
        REG(EP_STALL_ARM) = 3;
        BUFFER(0, 0) = STALL;
        BUFFER(0, 1) = STALL;
    }
}

static void control_in_done(void) {
    if (usb.address) {
        REG(ADDR_ENDP) = usb.address;
        usb.address = 0;
    } else if (usb.enters_bootloader) {
        rom_enter_bootloader();
    } else if (usb.reply_bytes || usb.reply_ends_empty) {
        reply_packet();
    }
}

/* 1200 baud asks for the bootloader, as on other boards. */
static void control_out_done(void) {
    if (!usb.expects_line_coding) {
        return;
    }
    usb.expects_line_coding = false;
    for (unsigned i = 0; i < sizeof usb.line_coding; i++) {
        usb.line_coding[i] = MEMORY(EP0_BUFFER)[i];
    }
    usb.enters_bootloader = usb.line_coding[0] == (1200 & 255) && usb.line_coding[1] == 1200 >> 8 && usb.line_coding[2] == 0;
    acknowledge();
}

/* ---- serial data --------------------------------------------------------------------------------------------- */

static uint32_t packet_bytes(void) {
    return BUFFER(USB_DATA_ENDPOINT, 1) & LENGTH;
}

/* Takes the packet that lies in the buffer if there is room for all of it. A Ctrl-C in one that must wait is heard at
 * once; then what came before it is lost, as in a terminal. */
static void take_packet(void) {
    uint32_t bytes = packet_bytes(), first = 0;
    if (console_space() < bytes) {
        for (uint32_t i = 0; i < bytes; i++) {
            if (console_has_interrupt_char(MEMORY(OUT_BUFFER)[i])) {
                first = i;
                console_flush();
            }
        }
    }
    usb.out_held = console_space() < bytes;
    if (usb.out_held) {
        return;
    }
    for (uint32_t i = first; i < bytes; i++) {
        console_put(MEMORY(OUT_BUFFER)[i]);
    }
    receive();
}

void usb_receive_more(void) {
    if (usb.out_held) {
        uint32_t state = irq_disable();
        if (usb.out_held && console_space() >= packet_bytes()) {
            take_packet();
        }
        irq_restore(state);
    }
}

static bool is_listening(void) {
    return usb.port_open && usb.configuration && !usb.suspended;
}

static bool wait_until_sent(void) {
    for (uint64_t start = clocks_us(); usb.in_busy;) {
        usb.in_ignored = usb.in_ignored || clocks_us() - start > HOST_PATIENCE_US;
        if (!is_listening() || usb.in_ignored || console_interrupted()) {
            return false;
        }
    }
    return is_listening();
}

void usb_write(const char *text, size_t bytes) {
    while (bytes && wait_until_sent()) {
        uint32_t now = bytes < PACKET ? (uint32_t)bytes : PACKET;
        for (uint32_t i = 0; i < now; i++) {
            MEMORY(IN_BUFFER)[i] = (uint8_t)text[i];
        }
        send(now);
        text += now;
        bytes -= now;
        if (bytes == 0 && now == PACKET && wait_until_sent()) {
            send(0); /* else the host waits for the rest of a long packet */
        }
    }
}

/* ---- interrupts ---------------------------------------------------------------------------------------------- */

/* RP2040-E5: the first chips do not leave reset on a busy bus. Shows the controller an idle bus, through the pad of
 * GPIO15 and the debug multiplexer, until it believes to be connected. */
static void leave_reset(void) {
    enum { GPIO = 15 };
    uint32_t chip_revision = REG(SYSINFO_CHIP_ID) >> 28;
    if (chip_revision > 1 || REG(SIE_STATUS) & STATUS_CONNECTED) {
        return;
    }
    volatile uint32_t *function = &REG(IO_BANK0 + 8 * GPIO + 4), *pad = &REG(PADS_BANK0 + 4 + 4 * GPIO);
    uint32_t function_before = *function, pad_before = *pad;
    uint64_t start = clocks_us();
    *pad = (pad_before & ~(1u << 7)) | 1u << 6 | 3u << 2; /* input, both pulls: keeps its level */
    *function = 3u << 16 | 2u << 12 | 8; /* reads as high, drives nothing, USB debug function */
    REG_SET(PHY_DIRECT) = 1u << 1;       /* the pull-up stays */
    REG_SET(PHY_DIRECT_OVERRIDE) = 1u << 2;
    REG(USB_MUXING) = MUX_TO_DIGITAL_PAD | MUX_SOFTCON;
    while (!(REG(SIE_STATUS) & STATUS_CONNECTED) && clocks_us() - start < 1000) {
    }
    REG(USB_MUXING) = MUX_TO_PHY | MUX_SOFTCON;
    REG_CLEAR(PHY_DIRECT_OVERRIDE) = 1u << 2;
    *function = function_before;
    *pad = pad_before;
}

static void bus_reset(void) {
    REG_CLEAR(SIE_STATUS) = STATUS_RESET;
    REG(ADDR_ENDP) = 0;
    usb.configuration = usb.address = 0;
    usb.port_open = usb.in_busy = usb.out_held = usb.suspended = false;
    leave_reset();
}

static void buffers_done(void) {
    uint32_t done = REG(BUFF_STATUS);
    REG(BUFF_STATUS) = done; /* write 1 to clear */
    if (done & 1u) {
        control_in_done();
    }
    if (done & 2u) {
        control_out_done();
    }
    if (done & 1u << (2 * USB_DATA_ENDPOINT)) {
        usb.in_busy = usb.in_ignored = false;
    }
    if (done & 2u << (2 * USB_DATA_ENDPOINT)) {
        take_packet();
    }
}

void usb_irq(void) {
    uint32_t pending = REG(INTS);
    if (pending & INT_RESET) {
        bus_reset();
    }
    if (pending & INT_SUSPEND) {
        REG_CLEAR(SIE_STATUS) = STATUS_SUSPENDED;
        usb.suspended = true;
    }
    if (pending & INT_RESUME) {
        REG_CLEAR(SIE_STATUS) = STATUS_RESUME;
        usb.suspended = false;
    }
    if (pending & INT_SETUP) {
        REG_CLEAR(SIE_STATUS) = STATUS_SETUP;
        usb.suspended = false;
        setup();
    }
    if (pending & INT_BUFFER) {
        buffers_done();
    }
}

void usb_init(const char *serial_number) {
    usb.serial_number = serial_number;
    reset_cycle(RESET_USBCTRL);
    for (uint32_t offset = 0; offset < 0x100; offset += 4) {
        REG(USB_DPRAM + offset) = 0;
    }
    REG(USB_MUXING) = MUX_TO_PHY | MUX_SOFTCON;
    REG(USB_PWR) = 1u << 3 | 1u << 2; /* VBUS is there, whatever the pin says */
    REG(MAIN_CTRL) = 1;
    REG(SIE_CTRL) = SIE_EP0_INTERRUPT;
    REG(INTE) = INT_BUFFER | INT_RESET | INT_SUSPEND | INT_RESUME | INT_SETUP;
    irq_enable(IRQ_USBCTRL);
    REG_SET(SIE_CTRL) = SIE_PULLUP;
}
