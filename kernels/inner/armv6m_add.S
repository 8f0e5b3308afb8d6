/* SPDX-License-Identifier: MIT
 * Sums of two operands by tables, scaled behind a ReLU, on Cortex-M0 and M0+: as armv6m_add and armv6m_scale_relu. */
#include "armv6m_asm.h"

/*   r0 a   r1 b   r2 out   r4 l   r5 h   r8 first   r9 second   r10 2^(shift - 1)   r11 shift   r12 zero point   lr high
 *   r3 r6 r7 free   [sp] end of out */

.macro look_up to, from, table, at
    ldrb \to, [\from, #\at]
    lsls \to, #2
    add \to, \table
    ldr \to, [\to]
.endm

/* Sums are positive and larger than 16 bits: their halves times the factor's. */
.macro one at
    look_up r3, r0, r8, \at
    look_up r6, r1, r9, \at
    adds r3, r6
    ble low_\at
    uxth r6, r3
    movs r7, r6
    muls r7, r4
    muls r6, r5
    lsrs r7, #16
    adds r7, r6
    lsrs r3, #16
    movs r6, r3
    muls r6, r4
    adds r7, r6
    muls r3, r5
    lsls r3, #1
    lsrs r7, #15
    adcs r7, r3
    add r7, r10
    mov r3, r11
    lsrs r7, r3
    add r7, r12
    cmp r7, lr
    bgt high_\at
store_\at:
    strb r7, [r2, #\at]
.endm

.macro one_rest at
low_\at:
    mov r7, r12
    b store_\at
high_\at:
    mov r7, lr
    b store_\at
.endm

/* void armv6m_add_relu(const armv6m_add_relu_t *add): count is even */
function armv6m_add_relu
    save_all
    sub sp, #4
    movs r7, r0
    ldm r7!, {r0, r1, r2, r3, r4, r5, r6} /* a, b, out, first, second, count, zero_point */
    mov r8, r3
    mov r9, r4
    adds r5, r2
    str r5, [sp]
    mov r12, r6
    ldm r7!, {r3, r4, r5, r6} /* high, then the factor: half, low, high */
    mov lr, r3
    mov r10, r4
    movs r4, r5
    movs r5, r6
    ldr r3, [r7]
    mov r11, r3
    b 2f
1:  one 0
    one 1
    adds r0, #2
    adds r1, #2
    adds r2, #2
2:  ldr r3, [sp]
    cmp r2, r3
    bne 1b
    add sp, #4
    return_all
    one_rest 0
    one_rest 1
    .size armv6m_add_relu, . - armv6m_add_relu
