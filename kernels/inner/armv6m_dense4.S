/* SPDX-License-Identifier: MIT
 * Matrix times vector for Cortex-M0 and M0+, weights as they lie in the model: each is used once, so packing them would
 * cost more than it gains. Layouts: armv6m.h. */
#include "armv6m_asm.h"

/* Weights keep a bias of 128 in their words; what that adds to the products, the same for every output, comes with the
 * activations and is taken away together with the rounding.
 *
 *   r0 r1 free   r2 correction   r3 r6 factors   r4 x   r5 w   r7 0x80808080
 *   r8-r11 sums of four outputs   r12 from the last output's weights to the next group
 *   lr distance of the outputs' weights */

/* on the stack */
#define X 0
#define BIAS 4
#define SUMS 8
#define END 12    /* of sums */
#define NEXT 16   /* from behind the first output's weights to the next block's */
#define ENTRY 20  /* where a block begins in the unrolled loop, or the end of x */
#define BACK 24   /* as r12 */
#define SECOND 28 /* correction */
#define FRAME 32

#define UNROLLED 8
#define GROUP_BYTES 82

/* r0: armv6m_dense_t; leaves the number of groups in r6. */
.macro begin
    save_all
    sub sp, #FRAME
    ldm r0!, {r1-r7} /* w, x, bias, sums, w_step, groups, blocks */
    str r2, [sp, #X]
    str r3, [sp, #BIAS]
    str r4, [sp, #SUMS]
    lsls r7, #4
    adds r7, r4
    str r7, [sp, #END]
    mov lr, r5
    lsls r2, r5, #2
    lsls r3, r6, #2
    subs r3, r2, r3
    str r3, [sp, #NEXT]
    subs r2, r5, r2
    adds r2, #4
    str r2, [sp, #BACK]
    mov r12, r2
    movs r5, r1
    ldr r7, =0x80808080
.endm

.macro begin_block
    ldr r0, [sp, #BIAS]
    ldm r0!, {r1-r4}
    str r0, [sp, #BIAS]
    mov r8, r1
    mov r9, r2
    mov r10, r3
    mov r11, r4
    ldr r4, [sp, #X]
.endm

.macro end_block again
    ldr r0, [sp, #NEXT]
    adds r5, r0
    ldr r0, [sp, #SUMS]
    mov r1, r8
    mov r2, r9
    mov r3, r10
    mov r4, r11
    stm r0!, {r1-r4}
    str r0, [sp, #SUMS]
    ldr r1, [sp, #END]
    cmp r0, r1
    beq 9f
    b \again
9:  add sp, #FRAME
    return_all
.endm

/* One group. The bytes, and the bytes with neighbours changed, are two sums of the same four weights with different
 * powers of 2: two factors take both apart again, without a mask. */
.macro group
    ldm r4!, {r2, r3, r6}
    .irp sum, r8, r9, r10, r11
    ldr r0, [r5]
    .ifnc \sum, r11
    add r5, lr
    .else
    add r5, r12
    .endif
    eors r0, r7
    rev16 r1, r0
    muls r0, r3
    muls r1, r6
    adds r0, r1
    adds r0, r2
    asrs r0, #16
    add \sum, r0
    .endr
.endm

/* void armv6m_dense4(const armv6m_dense_t *dense): a block enters so that its last group is the last of the loop. */
function armv6m_dense4
    begin
    rsbs r6, r6, #0
    movs r0, #(UNROLLED - 1)
    ands r6, r0
    movs r0, #GROUP_BYTES
    muls r6, r0
    adr r0, 2f
    adds r0, #1
    adds r0, r6
    str r0, [sp, #ENTRY]
1:  begin_block
    ldr r0, [sp, #ENTRY]
    bx r0
    .balign 4
2:  .rept UNROLLED
    group
    .endr
3:  lsrs r0, r2, #1
    bcs 4f
    b 2b
    .if (3b - 2b) - UNROLLED * GROUP_BYTES
    .error "GROUP_BYTES"
    .endif
4:  end_block 1b
    .balign 4
    .ltorg
    .size armv6m_dense4, . - armv6m_dense4

/* The same where the sum of a group's products may overflow: each product is rounded, with a correction of its own, one of
 * them in r12; r2 and r3 are the words of x, r6 is 0x00ff00ff. */
function armv6m_dense4_wide
    begin
    ldr r0, [sp, #X]
    lsls r6, #4
    adds r0, r6
    str r0, [sp, #ENTRY]
    ldr r6, =0x00ff00ff
1:  begin_block
2:  ldm r4!, {r0, r1, r2, r3}
    str r0, [sp, #SECOND]
    mov r12, r1
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
    add r0, r12
    asrs r0, #16
    add \sum, r0
    ldr r0, [sp, #SECOND]
    adds r0, r1
    asrs r0, #16
    add \sum, r0
    .endr
    ldr r0, [sp, #BACK]
    adds r5, r0
    ldr r0, [sp, #ENTRY]
    cmp r4, r0
    bne 2b
    end_block 1b
    .balign 4
    .ltorg
    .size armv6m_dense4_wide, . - armv6m_dense4_wide

/* void armv6m_dense_pack(const uint32_t *x, uint32_t *words, int32_t groups)
 *
 *   r0 x   r1 words   r2 0x10001   r3-r6 free   r7 0x00ff00ff   r8 -0x00800080   r9 0x80808080   r10 16
 *   r11 0x8000   r12 end of x */
function armv6m_dense_pack
    save_all
    lsls r2, #2
    adds r2, r0
    mov r12, r2
    ldr r3, =0x80808080
    mov r9, r3
    movs r3, #16
    mov r10, r3
    ldr r3, =0x8000
    mov r11, r3
    ldr r3, =0xff7fff80
    mov r8, r3
    ldr r2, =0x10001
    ldr r7, =0x00ff00ff
1:  ldm r0!, {r3}
    mov r4, r10
    rors r3, r4
    mov r4, r9
    eors r3, r4
    lsrs r4, r3, #8
    ands r3, r7
    ands r4, r7
    add r3, r8 /* A */
    add r4, r8 /* B */
    lsls r5, r4, #8
    subs r5, r3, r5
    muls r5, r2
    lsls r6, r3, #8
    subs r6, r4, r6
    muls r6, r2
    adds r4, r3
    lsls r4, #7
    muls r4, r2
    rsbs r4, r4, #0
    add r4, r11
    stm r1!, {r4, r5, r6}
    cmp r0, r12
    bne 1b
    subs r1, #12
    adds r4, #1
    str r4, [r1]
    return_all
    .balign 4
    .ltorg
    .size armv6m_dense_pack, . - armv6m_dense_pack
