/* SPDX-License-Identifier: MIT
 * What prepare asks all weights on Cortex-M0 and M0+. Planning on a PC has the same in C. */
#include "armv6m_asm.h"

/* A byte of -128, its highest bit taken away, is 0: alone it borrows, and its highest bit is not set. */
.macro test word
    eors \word, r5
    subs r7, \word, r6
    bics r7, \word
    orrs r0, r7
.endm

/* uint32_t armv6m_least_bits(const uint32_t *w, uint32_t blocks)
 *
 *   r0 result   r1-r3 words   r4 w   r5 0x80808080   r6 0x01010101   r7 free   r12 end */
function armv6m_least_bits
    push {r4-r7, lr}
    movs r4, r0
    movs r2, #48
    muls r1, r2
    adds r1, r0
    mov r12, r1
    ldr r5, =0x80808080
    ldr r6, =0x01010101
    movs r0, #0
    cmp r4, r12
    beq 2f
1:  .rept 4
    ldm r4!, {r1, r2, r3}
    test r1
    test r2
    test r3
    .endr
    cmp r4, r12
    bne 1b
2:  ands r0, r5
    pop {r4-r7, pc}
    .balign 4
    .ltorg
    .size armv6m_least_bits, . - armv6m_least_bits

/* const uint32_t *armv6m_sum_weights(const uint32_t *w, const uint32_t *end, uint32_t *total): eight words at a time, up to
 * the first eight with a byte below -63 or above 64.
 *
 *   r0 w   r1 r2 r7 free   r3 total   r4 bytes that are not   r5 0x80808080   r6 0x01010101   r8 end   r12 &total */
.macro sum word free
    eors \word, r5
    rev16 \free, \word
    adds r3, \word
    adds r3, \free
    subs \word, r6
    lsls \free, \word, #1
    eors \word, \free
    ands r4, \word
.endm

function armv6m_sum_weights
    push {r4-r7, lr}
    mov r4, r8
    push {r4}
    mov r8, r1
    mov r12, r2
    ldr r3, [r2]
    ldr r5, =0x80808080
    ldr r6, =0x01010101
1:  movs r4, r5
    .rept 4
    ldm r0!, {r1, r2}
    sum r1 r7
    sum r2 r7
    .endr
    cmp r4, r5
    bne 2f
    cmp r0, r8
    bne 1b
    movs r0, #0
2:  mov r1, r12
    str r3, [r1]
    pop {r4}
    mov r8, r4
    pop {r4-r7, pc}
    .balign 4
    .ltorg
    .size armv6m_sum_weights, . - armv6m_sum_weights
