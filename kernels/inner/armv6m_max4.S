/* SPDX-License-Identifier: MIT
 * The largest of four bytes, for pools on Cortex-M0 and M0+. */
#include "armv6m_asm.h"

.macro larger from
    ldrsb r7, [\from, r4]
    cmp r7, r6
    ble 1f
    mov r6, r7
1:
.endm

/* void armv6m_max4(const int8_t *const four[4], int8_t *out, int32_t count)
 *
 *   r0-r3 the four   r4 index, from the end down   r5 out   r6 largest   r7 free */
function armv6m_max4
    push {r4-r7, lr}
    mov r5, r1
    mov r4, r2
    ldm r0!, {r1, r2, r3}
    ldr r0, [r0]
    subs r4, #1
    bmi 3f
2:  ldrsb r6, [r0, r4]
    larger r1
    larger r2
    larger r3
    strb r6, [r5, r4]
    subs r4, #1
    bpl 2b
3:  pop {r4-r7, pc}
    .size armv6m_max4, . - armv6m_max4
