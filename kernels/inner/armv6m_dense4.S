/* SPDX-License-Identifier: MIT
 * Matrix times vector for Cortex-M0 and M0+, weights as they lie in the model: each is used once, so packing them would
 * cost more than it gains. Layouts: armv6m.h. */
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

/* Weights keep a bias of 128 in their words; what that adds to the products, the same for every output, comes with the
 * activations and is taken away together with the rounding.
 *
 *   r0 r1 free   r2 r3 words of x   r4 x   r5 w   r6 0x00ff00ff   r7 0x80808080   r8-r11 sums of four outputs
 *   r12 correction   lr distance of the outputs' weights
 *   [sp] from the last output's weights to the next group   [sp, 4] end of x   [sp, 8] second correction
 *   [sp, 12] sums */

.macro begin
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
    sub sp, #16
    str r2, [sp, #12]
    ldm r2!, {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    mov r5, r0
    mov r4, r1
    ldr r0, [sp, #52] /* groups */
    lsls r0, #4
    adds r0, r4
    str r0, [sp, #4]
    mov lr, r3
    lsls r0, r3, #1
    adds r0, r3
    rsbs r0, r0, #0
    adds r0, #4
    str r0, [sp]
    ldr r6, =0x00ff00ff
    ldr r7, =0x80808080
.endm

.macro end
    ldr r0, [sp, #12]
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    stm r0!, {r4-r7}
    add sp, #16
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
.endm

/* One group; `round_and_add` takes the products from r0 and r1. */
.macro group round_and_add
    .irp sum, r8, r9, r10, r11
    ldr r0, [r5]
    .ifnc \sum, r11
    add r5, lr
    .endif
    eors r0, r7
    lsrs r1, r0, #8
    ands r0, r6
    ands r1, r6
    muls r0, r2
    muls r1, r3
    \round_and_add \sum
    .endr
    ldr r0, [sp]
    adds r5, r0
.endm

.macro both_at_once sum
    adds r0, r1
    add r0, r12
    asrs r0, #16
    add \sum, r0
.endm

.macro one_by_one sum
    add r0, r12
    asrs r0, #16
    add \sum, r0
    ldr r0, [sp, #8]
    adds r0, r1
    asrs r0, #16
    add \sum, r0
.endm

/* void armv6m_dense4(const int8_t *w, const uint32_t *x, int32_t *sums, int32_t w_step, int32_t groups) */
function armv6m_dense4
    begin
    ldr r0, [sp, #52]
    lsrs r0, #1
    bcs 2f
1:  ldm r4!, {r0, r1, r2, r3}
    mov r12, r1
    group both_at_once
2:  ldm r4!, {r0, r1, r2, r3}
    mov r12, r1
    group both_at_once
    ldr r0, [sp, #4]
    cmp r4, r0
    bne 1b
    end
    .balign 4
    .ltorg
    .size armv6m_dense4, . - armv6m_dense4

/* The same where the sum of a group's products may overflow: each product is rounded, with a correction of its own. */
function armv6m_dense4_wide
    begin
1:  ldm r4!, {r0, r1, r2, r3}
    str r0, [sp, #8]
    subs r1, r0
    movs r0, #128
    lsls r0, #8
    adds r1, r0
    mov r12, r1
    group one_by_one
    ldr r0, [sp, #4]
    cmp r4, r0
    bne 1b
    end
    .balign 4
    .ltorg
    .size armv6m_dense4_wide, . - armv6m_dense4_wide
