/* SPDX-License-Identifier: MIT
 * What prepare asks all weights on Cortex-M0 and M0+. Planning on a PC has the same in C. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .text

.macro function name
    .balign 4
    .global \name
    .hidden \name
    .type \name, %function
    .thumb_func
\name:
.endm

/* A byte of -128, its highest bit taken away, is 0: alone it borrows, and its highest bit is not set. */
.macro test word
    eors \word, r5
    subs r7, \word, r6
    bics r7, \word
    orrs r0, r7
.endm

/* uint32_t armv6m_least_bits(const uint32_t *w, uint32_t blocks)
 *
 *   r0 result   r1-r4 words   r5 0x80808080   r6 0x01010101   r7 free   r12 w   lr end */
function armv6m_least_bits
    push {r4-r7, lr}
    lsls r1, #4
    adds r1, r0
    mov lr, r1
    mov r7, r0
    ldr r5, =0x80808080
    ldr r6, =0x01010101
    movs r0, #0
    cmp r7, lr
    beq 2f
1:  ldm r7!, {r1, r2, r3, r4}
    mov r12, r7
    test r1
    test r2
    test r3
    test r4
    mov r7, r12
    cmp r7, lr
    bne 1b
2:  ands r0, r5
    pop {r4-r7, pc}
    .balign 4
    .ltorg
    .size armv6m_least_bits, . - armv6m_least_bits
