/* SPDX-License-Identifier: MIT
 * Matrix times vector for Cortex-M0 and M0+, weights as they lie in the model: each is used once, so packing them would
 * cost more than it gains. Layouts: armv6m.h. */
#include "armv6m_asm.h"

/* Weights keep a bias of 128 in their words; what that adds to the products, the same for every output, comes with the
 * activations and is taken away together with the rounding.
 *
 *   r0 r1 free   r2 r3 words of x   r4 x   r5 w   r6 correction, or 0x00ff00ff   r7 0x80808080
 *   r8-r11 sums of four outputs   r12 from the last output's weights to the next group, or correction
 *   lr distance of the outputs' weights */

/* armv6m_dense_t */
#define W 0
#define X 4
#define X_MIDDLE 8
#define X_END 12
#define BIAS 16
#define SUMS 20
#define STEP 24
#define BLOCKS 28

/* on the stack */
#define MIDDLE 0
#define END 4
#define BACK 8    /* as r12 */
#define SECOND 12 /* correction */
#define DENSE 16
#define FRAME 20

.macro begin
    save_all
    sub sp, #FRAME
    str r0, [sp, #DENSE]
    ldr r5, [r0, #W]
    ldr r1, [r0, #X_MIDDLE]
    str r1, [sp, #MIDDLE]
    ldr r1, [r0, #X_END]
    str r1, [sp, #END]
    ldr r1, [r0, #STEP]
    mov lr, r1
    lsls r0, r1, #1
    adds r0, r1
    rsbs r0, r0, #0
    adds r0, #4
    str r0, [sp, #BACK]
    mov r12, r0
    ldr r7, =0x80808080
.endm

.macro begin_block
    ldr r0, [sp, #DENSE]
    ldr r1, [r0, #BIAS]
    ldm r1!, {r2, r3, r4}
    mov r8, r2
    mov r9, r3
    mov r10, r4
    ldm r1!, {r2}
    mov r11, r2
    str r1, [r0, #BIAS]
    ldr r4, [r0, #X]
.endm

/* w is at the end of the first of four. */
.macro end_block again
    ldr r0, [sp, #DENSE]
    ldr r1, [r0, #SUMS]
    mov r2, r8
    mov r3, r9
    mov r4, r10
    stm r1!, {r2, r3, r4}
    mov r2, r11
    stm r1!, {r2}
    str r1, [r0, #SUMS]
    ldr r1, [sp, #BACK]
    subs r5, r1
    adds r5, #4
    ldr r1, [r0, #BLOCKS]
    subs r1, #1
    str r1, [r0, #BLOCKS]
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
    muls r0, r2
    muls r1, r3
    adds r0, r1
    adds r0, r6
    asrs r0, #16
    add \sum, r0
    .endr
.endm

/* void armv6m_dense4(armv6m_dense_t *dense) */
function armv6m_dense4
    begin
1:  begin_block
    b 3f
2:  group
3:  ldr r0, [sp, #MIDDLE]
    cmp r4, r0
    bne 2b
    b 5f
4:  .rept 4
    group
    .endr
5:  ldr r0, [sp, #END]
    cmp r4, r0
    beq 6f
    b 4b
6:  end_block 1b
    .balign 4
    .ltorg
    .size armv6m_dense4, . - armv6m_dense4

/* The same where the sum of a group's products may overflow: each product is rounded, with a correction of its own. */
function armv6m_dense4_wide
    begin
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
    ldr r0, [sp, #END]
    cmp r4, r0
    bne 2b
    end_block 1b
    .balign 4
    .ltorg
    .size armv6m_dense4_wide, . - armv6m_dense4_wide
