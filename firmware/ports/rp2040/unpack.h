/* SPDX-License-Identifier: MIT
 * How a packed image is coded: LZMA's three numbers, which image.py reads here, and where there is RAM to unpack it. */
#ifndef RP2040_UNPACK_H
#define RP2040_UNPACK_H

#include <stdint.h>

#define UNPACK_LC 2
#define UNPACK_LP 1
#define UNPACK_PB 1
#define UNPACK_RAM_END 0x20040000u

#endif
