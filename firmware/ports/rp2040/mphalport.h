/* SPDX-License-Identifier: MIT
 * What MicroPython asks of the port by macro; the functions stand in console.c. */
#include "shared/runtime/interrupt_char.h"
