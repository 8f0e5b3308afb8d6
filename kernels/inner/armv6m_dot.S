/* SPDX-License-Identifier: MIT
 * Dot products for Cortex-M0 and M0+: two multiply-accumulates an instruction. What is packed how, and when a sum may
 * not overflow, is said in armv6m.h; who packs stands in armv6m.c. */
#include "armv6m_asm.h"

#define MOST_GROUPS 16 /* as in armv6m.h */
#define PIXELS 5

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

/* ---- packing weights --------------------------------------------------------------------------------------------------- */

/* uint32_t *armv6m_pack_w(const uint32_t *w, uint32_t *stream, int32_t groups, int32_t x_offset, int32_t bias)
 *
 *   r0 w   r1 end of the stream   r2-r4 free   r5 0x01010101   r6 0x00ff00ff   r7 0x00800080
 *   r8 the open piece's place for its code   r9 its code so far   r10 end of w
 *   r11 r12 the sum of all weights plus 128, upper halves times 2^16, and that of upper halves alone
 *   lr dot5_groups   [sp] the stream's beginning   [sp, 4] groups   [sp, 8] x_offset   [sp, 48] bias */

.macro open_piece
    mov r8, r1
    adds r1, #4
    ldr r4, =dot5_groups_end - dot5_groups
    add r4, lr
    mov r9, r4
.endm

.macro set_code distance
    ldr r4, =\distance
    add r4, lr
    mov r3, r8
    str r4, [r3]
.endm

/* The words of the bytes in r2. */
.macro pack_group
    movs r4, #16
    rors r2, r4
    lsrs r3, r2, #8
    eors r2, r7
    eors r3, r7
    ands r2, r6
    ands r3, r6
    adds r4, r2, r3
    add r11, r4
    lsrs r4, #16
    add r12, r4
    subs r2, r7
    subs r3, r7
    stm r1!, {r2, r3}
.endm

function armv6m_pack_w
    save_all
    push {r1, r2, r3}
    ldr r4, 9f
1:  add r4, pc
    mov lr, r4
    ldr r5, =0x01010101
    ldr r6, =0x00ff00ff
    ldr r7, =0x00800080
    lsls r2, #2
    adds r2, r0
    mov r10, r2
    open_piece
    adds r1, #4 /* bias */
    movs r4, #0
    mov r11, r4
    mov r12, r4
    cmp r0, r10
    beq 8f
2:  ldm r0!, {r2}
    lsrs r3, r2, #7
    ands r3, r5  /* 1 where a byte is negative */
    lsls r4, r3, #8
    subs r4, r3  /* 255 there */
    eors r4, r2
    adds r4, r3  /* absolute values */
    lsrs r3, r4, #8
    ands r3, r6
    ands r4, r6
    adds r3, r4
    lsrs r4, r3, #16
    adds r3, r4
    lsls r3, #16
    lsrs r3, #24 /* of their sum, what is above 255 */
    bne 5f
    pack_group
    mov r4, r9
    subs r4, #(dot5_groups_end - dot5_groups) / MOST_GROUPS
    mov r9, r4
    mov r3, r8
    str r4, [r3]
    cmp r4, lr
    beq 4f
3:  cmp r0, r10
    bne 2b
    b 7f
4:  open_piece
    b 3b
5:  ldr r4, =dot5_groups_end - dot5_groups
    add r4, lr
    cmp r4, r9
    beq 6f
    open_piece /* the one that is open has groups */
6:  set_code dot5_wide - dot5_groups
    pack_group
    open_piece
    b 3b
7:  ldr r4, =dot5_groups_end - dot5_groups
    add r4, lr
    cmp r4, r9
    beq 8f
    open_piece
8:  set_code dot5_done - dot5_groups
    pop {r3, r4, r5}
    mov r2, r12
    lsls r6, r2, #16
    mov r7, r11
    subs r7, r6
    adds r7, r2 /* the sum of all weights plus 128 */
    lsls r4, #9
    subs r7, r4
    muls r7, r5
    ldr r4, [sp, #36]
    adds r7, r4
    str r7, [r3, #4]
    movs r0, r1
    return_all
    .balign 4
9:  .word dot5_groups - (1b + 4) + 1
    .ltorg
    .size armv6m_pack_w, . - armv6m_pack_w

/* void armv6m_pack_end(uint32_t *stream) */
function armv6m_pack_end
    ldr r1, 9f
1:  add r1, pc
    str r1, [r0]
    movs r1, #0
    str r1, [r0, #4]
    bx lr
    .balign 4
9:  .word dot5_exit - (1b + 4) + 1
    .size armv6m_pack_end, . - armv6m_pack_end

/* void armv6m_copy_rows(int8_t *to, const int8_t *from, int32_t count, int32_t rows, int32_t from_step, int32_t to_step) */
function armv6m_copy_rows
    push {r4-r7, lr}
    ldr r6, [sp, #20]
    ldr r7, [sp, #24]
1:  movs r5, r2
    lsrs r4, r2, #1
    bcc 2f
    subs r5, #1
    ldrb r4, [r1, r5]
    strb r4, [r0, r5]
    beq 3f
2:  subs r5, #1
    ldrb r4, [r1, r5]
    strb r4, [r0, r5]
    subs r5, #1
    ldrb r4, [r1, r5]
    strb r4, [r0, r5]
    bne 2b
3:  adds r1, r6
    adds r0, r7
    subs r3, #1
    bne 1b
    pop {r4-r7, pc}
    .size armv6m_copy_rows, . - armv6m_copy_rows
