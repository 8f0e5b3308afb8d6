/* SPDX-License-Identifier: MIT
 * Stands in for the assembly of kernels/inner/armv7em* in a library for the PC that plans and never invokes: prepare, which
 * is C, tells exactly what arena a Cortex-M4, M7 or M33 needs. */
#include <stdlib.h>

#define NEVER_CALLED(name) \
    void name(void);       \
    void name(void) {      \
        abort();           \
    }

NEVER_CALLED(armv7em_dot_pixels)
NEVER_CALLED(armv7em_dot_outputs)
NEVER_CALLED(armv7em_depth3)
NEVER_CALLED(armv7em_depth3_stride2)
