/* SPDX-License-Identifier: MIT
 * Dot products for Cortex-M0 and M0+: two multiply-accumulates an instruction. What is packed how, and when a sum may
 * not overflow, is said in armv6m.h; who packs stands in armv6m.c. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .text

#define MOST_GROUPS 8 /* as in armv6m.h */

.macro function name
    .balign 4
    .global \name
    .hidden \name
    .type \name, %function
    .thumb_func
\name:
.endm

.macro save_all
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
.endm

.macro return_all
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
.endm

/* Adds the high half of a product, rounded by its low half: the carry of the shift is the low half's borrow. High
 * registers cannot add with carry, so 0x8000 (r12) is added before. */
.macro flush_low sum, product
    asrs \product, #16
    adcs \sum, \product
.endm

.macro flush_high sum, product
    add \product, r12
    asrs \product, #16
    add \sum, \product
.endm

/* ---- five pixels, one output after the other ------------------------------------------------------------------------ */

/* void armv6m_dot5(const uint32_t *stream, const uint32_t *x, int32_t *sums)
 *
 *   r4 x   r5 stream   r6-r10 sums of pixels 0-4   r12 0x8000   lr where sums go   [sp] x
 *
 * The stream holds code addresses: a jump costs no comparison, and each group of four weights runs on the cheapest
 * code that is right for it. */

.macro products
    ldm r4!, {r0, r1}
    muls r0, r2
    muls r1, r3
.endm

.macro both_at_once flush, sum
    products
    adds r0, r1
    \flush \sum, r0
.endm

.macro one_by_one flush, sum
    products
    \flush \sum, r0
    \flush \sum, r1
.endm

.macro group how
    ldm r5!, {r2, r3}
    \how flush_low, r6
    \how flush_low, r7
    \how flush_high, r8
    \how flush_high, r9
    \how flush_high, r10
.endm

.macro next_address
    ldm r5!, {r0}
    bx r0
.endm

function armv6m_dot5
    save_all
    push {r1}
    mov lr, r2
    mov r5, r0
    movs r0, #128
    lsls r0, #8
    mov r12, r0
dot5_output:
    ldr r4, [sp]
    ldm r5!, {r0, r6} /* code, bias */
    mov r7, r6
    mov r8, r6
    mov r9, r6
    mov r10, r6
    bx r0
dot5_groups:
    .rept MOST_GROUPS
    group both_at_once
    .endr
dot5_groups_end:
    next_address
dot5_wide:
    group one_by_one
    next_address
    .balign 2
dot5_done:
    mov r0, lr
    mov r1, r8
    mov r2, r9
    mov r3, r10
    stm r0!, {r6, r7}
    stm r0!, {r1, r2, r3}
    mov lr, r0
    b dot5_output
dot5_exit:
    add sp, #4
    return_all
    .size armv6m_dot5, . - armv6m_dot5

/* const armv6m_code_t *armv6m_dot5_code(void): distances, so that the code may lie anywhere. */
function armv6m_dot5_code
    adr r0, 1f
    bx lr
    .balign 4
1:  .word dot5_groups_end - 1b + 1
    .word (dot5_groups_end - dot5_groups) / MOST_GROUPS
    .word dot5_wide - 1b + 1
    .word dot5_done - 1b + 1
    .word dot5_exit - 1b + 1
    .size armv6m_dot5_code, . - armv6m_dot5_code

/* ---- packing activations ---------------------------------------------------------------------------------------------- */

/* void armv6m_pack_x(const int8_t *x, uint32_t *words, int32_t groups, int32_t step): four bytes (aligned) become two
 * words; groups lie `step` bytes apart. groups >= 1. */
function armv6m_pack_x
    push {r4-r7, lr}
    ldr r6, =0x00ff00ff
    ldr r7, =0x00800080
1:  ldm r0!, {r4}
    lsrs r5, r4, #8
    eors r4, r7 /* a byte plus 128 ... */
    eors r5, r7
    ands r4, r6
    ands r5, r6
    subs r4, r7 /* ... minus 128: sign extended, the upper half's borrow taken from the lower */
    subs r5, r7
    str r4, [r1]
    str r5, [r1, #4]
    add r1, r3
    subs r2, #1
    bne 1b
    pop {r4-r7, pc}
    .balign 4
    .ltorg
    .size armv6m_pack_x, . - armv6m_pack_x
