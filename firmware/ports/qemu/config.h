/* SPDX-License-Identifier: MIT
 * MicroPython's ports/qemu with what a board has and tests need: files in RAM, and native code on every core. */
#ifndef MPYLITE_QEMU_CONFIG_H
#define MPYLITE_QEMU_CONFIG_H

#include "ports/qemu/mpconfigport.h"

#if defined(__ARM_ARCH_6M__)
#define MICROPY_EMIT_THUMB (1)
#define MICROPY_EMIT_THUMB_ARMV7M (0)
#endif
#define MICROPY_PY_HASHLIB (1)
#define MICROPY_PY_HASHLIB_SHA256 (1)
#define MICROPY_PY_BINASCII (1)

#endif
