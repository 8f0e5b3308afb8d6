/* SPDX-License-Identifier: MIT
 * Depthwise windows of any shape for Cortex-M0 and M0+: four channels of a line of taps. */
#include "armv6m_asm.h"

/* One channel, whose bytes are the lowest of both words or, for the last one, words of their own. */
.macro product sum
    add r2, r8
    muls r2, r3
    add \sum, r2
.endm

.macro channel sum
    sxtb r2, r0
    sxtb r3, r1
    product \sum
    asrs r0, r0, #8
    asrs r1, r1, #8
.endm

/* void armv6m_window4(const armv6m_window_t *window, int32_t *sums)
 *
 *   r0 r1 words of x and w   r2 r3 free   r4 x   r5 w   r6 r7 r11 r12 sums   r8 x_offset   r9 x_step   r10 w_step
 *   lr taps that are left   [sp] sums */
function armv6m_window4
    save_all
    push {r1}
    ldm r0!, {r4, r5, r6, r7} /* x, w, x_step, w_step */
    mov r9, r6
    mov r10, r7
    ldm r0!, {r2, r3} /* x_offset, taps */
    mov r8, r2
    mov lr, r3
    ldm r1!, {r2, r3, r6, r7}
    mov r11, r2
    mov r12, r3
1:  ldr r0, [r4]
    add r4, r9
    ldr r1, [r5]
    add r5, r10
    channel r11
    channel r12
    sxtb r2, r0
    sxtb r3, r1
    product r6
    asrs r2, r0, #8
    asrs r3, r1, #8
    product r7
    mov r0, lr
    subs r0, #1
    mov lr, r0
    bne 1b
    pop {r0}
    mov r2, r11
    mov r3, r12
    stm r0!, {r2, r3, r6, r7}
    return_all
    .size armv6m_window4, . - armv6m_window4
