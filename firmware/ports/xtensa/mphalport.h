/* SPDX-License-Identifier: MIT
 * Nothing of its own: the port has no interrupts. */
#include <stddef.h>
