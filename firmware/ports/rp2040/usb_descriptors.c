/* SPDX-License-Identifier: MIT
 * What the board says about itself over USB: device, configuration (one CDC-ACM port), strings. */
#include "port.h"
#include "usb_ids.h"

enum { DEVICE = 1, CONFIGURATION, STRING, INTERFACE, ENDPOINT, CLASS = 0x24 };
enum { STRING_LANGUAGE, STRING_MAKER, STRING_PRODUCT, STRING_SERIAL };

static const uint8_t device[18] = {
    18, DEVICE, 0x00, 0x02, 2, 0, 0, 64,
    BOARD_USB_VID & 255, BOARD_USB_VID >> 8, BOARD_USB_PID & 255, BOARD_USB_PID >> 8,
    0x00, 0x01, STRING_MAKER, STRING_PRODUCT, STRING_SERIAL, 1,
};

static const uint8_t configuration[67] = {
    9, CONFIGURATION, 67, 0, 2, 1, 0, 0x80, 250 / 2,
    9, INTERFACE, 0, 0, 1, 2, 2, 0, 0, /* communication, abstract control model */
    5, CLASS, 0, 0x20, 0x01,           /* CDC 1.2 */
    5, CLASS, 1, 0, 1,                 /* no call management */
    4, CLASS, 2, 2,                    /* line coding and control lines */
    5, CLASS, 6, 0, 1,                 /* interface 1 belongs to 0 */
    7, ENDPOINT, 0x80 | USB_NOTIFY_ENDPOINT, 3, 8, 0, 16,
    9, INTERFACE, 1, 0, 2, 10, 0, 0, 0, /* data */
    7, ENDPOINT, USB_DATA_ENDPOINT, 2, 64, 0, 0,
    7, ENDPOINT, 0x80 | USB_DATA_ENDPOINT, 2, 64, 0, 0,
};

static const uint8_t language[4] = {4, STRING, 0x09, 0x04};

/* Two bytes a character behind the header. */
static const uint8_t *wide(const char *text, uint8_t *scratch, size_t *bytes) {
    size_t n = 2;
    for (; *text && n < 62; n += 2) {
        scratch[n] = (uint8_t)*text++;
        scratch[n + 1] = 0;
    }
    scratch[0] = (uint8_t)n;
    scratch[1] = STRING;
    *bytes = n;
    return scratch;
}

const uint8_t *usb_descriptor(unsigned type, unsigned index, const char *serial_number, uint8_t *scratch, size_t *bytes) {
    switch (type << 8 | index) {
        case DEVICE << 8:
            *bytes = sizeof device;
            return device;
        case CONFIGURATION << 8:
            *bytes = sizeof configuration;
            return configuration;
        case STRING << 8 | STRING_LANGUAGE:
            *bytes = sizeof language;
            return language;
        case STRING << 8 | STRING_MAKER:
            return wide("MicroPython", scratch, bytes);
        case STRING << 8 | STRING_PRODUCT:
            return wide(BOARD_NAME, scratch, bytes);
        case STRING << 8 | STRING_SERIAL:
            return wide(serial_number, scratch, bytes);
        default:
            return NULL;
    }
}
