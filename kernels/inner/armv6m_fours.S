/* SPDX-License-Identifier: MIT
 * Dot products of operands that are used once, on Cortex-M0 and M0+: for strips and recurrent layers. */
#include "armv6m_asm.h"

/* Fours until a multiple of 8 elements is left, which shifted left by so much is 0; then these. */
.macro rest four shift
1:  mov r4, r12
    subs r4, r0
    lsls r4, r4, #\shift
    beq 3f
    \four
    b 1b
2:  .rept 2
    \four
    .endr
3:  cmp r0, r12
    bne 2b
.endm

.macro four_s8
    ldm r0!, {r4}
    ldm r1!, {r5}
    .rept 3
    sxtb r6, r4
    sxtb r7, r5
    add r6, r8
    muls r6, r7
    adds r3, r6
    asrs r4, r4, #8
    asrs r5, r5, #8
    .endr
    add r4, r8
    muls r4, r5
    adds r3, r4
.endm

/* int32_t armv6m_dot_s8(const int8_t *x, const int8_t *w, int32_t n, int32_t x_offset)
 *
 *   r0 x   r1 w   r3 sum   r4 r5 words   r6 r7 free   r8 x_offset   r12 end of x */
function armv6m_dot_s8
    push {r4-r7, lr}
    mov r4, r8
    push {r4}
    mov r8, r3
    adds r2, r0
    mov r12, r2
    movs r3, #0
    rest four_s8 29
    movs r0, r3
    pop {r4}
    mov r8, r4
    pop {r4-r7, pc}
    .size armv6m_dot_s8, . - armv6m_dot_s8

.macro four_s16
    ldm r0!, {r4, r5}
    ldm r1!, {r6}
    sxth r7, r4
    sxtb r2, r6
    muls r7, r2
    adds r3, r7
    asrs r4, r4, #16
    asrs r6, r6, #8
    sxtb r2, r6
    muls r4, r2
    adds r3, r4
    sxth r7, r5
    asrs r6, r6, #8
    sxtb r2, r6
    muls r7, r2
    adds r3, r7
    asrs r5, r5, #16
    asrs r6, r6, #8
    muls r5, r6
    adds r3, r5
.endm

/* int32_t armv6m_dot_s16(const int16_t *x, const int8_t *w, int32_t n)
 *
 *   r0 x   r1 w   r3 sum   r4 r5 r6 words   r2 r7 free   r12 end of x */
function armv6m_dot_s16
    push {r4-r7, lr}
    lsls r2, #1
    adds r2, r0
    mov r12, r2
    movs r3, #0
    rest four_s16 28
    movs r0, r3
    pop {r4-r7, pc}
    .size armv6m_dot_s16, . - armv6m_dot_s16
