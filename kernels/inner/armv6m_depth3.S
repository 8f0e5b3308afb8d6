/* SPDX-License-Identifier: MIT
 * Depthwise 3x3 sums for Cortex-M0 and M0+: a product of two pixels and two weights gives, in its upper half, two
 * multiply-accumulates of one output and, in its lower half, one of the neighbouring output. Layouts: armv6m.h. */
#include "armv6m_asm.h"

/* Keeps all registers, 12 bytes of locals, three rows of words in r5-r7 and the weights in r8-r12, lr.
 * Locals: [sp] sums, [sp, 4] end of the first row, [sp, 8] bias */
.macro begin
    save_all
    sub sp, #12
    str r2, [sp]
    mov r5, r0
    adds r6, r5, r1
    adds r7, r6, r1
    ldm r3!, {r0, r1, r2}
    mov r8, r0
    mov r9, r1
    mov r10, r2
    ldm r3!, {r0, r1, r2}
    mov r11, r0
    mov r12, r1
    mov lr, r2
    ldm r3!, {r0, r1}
    str r0, [sp, #8]
    adds r1, r5
    str r1, [sp, #4]
.endm

.macro end
    add sp, #12
    return_all
.endm

/* Both halves of a product. */
.macro both word, weights, upper, lower
    mov r2, \weights
    muls r2, \word
    sxth \word, r2
    adds \lower, \word
    asrs r2, #16
    adcs \upper, r2
.endm

/* void armv6m_depth3(const uint32_t *words, int32_t row_bytes, int32_t *sums, const armv6m_depth_t *weights) */
function armv6m_depth3
    begin
1:  ldr r0, [sp, #8]
    mov r1, r0
    .macro row_of_two words, first, second
    ldm \words!, {r3, r4}
    both r3, \first, r0, r1
    both r4, \second, r1, r0
    .endm
    row_of_two r5, r8, r9
    row_of_two r6, r10, r11
    row_of_two r7, r12, lr
    ldr r2, [sp]
    stm r2!, {r0, r1}
    str r2, [sp]
    ldr r3, [sp, #4]
    cmp r5, r3
    bne 1b
    end
    .size armv6m_depth3, . - armv6m_depth3

/* The same for stride 2: one output a pair of words; the second weights have one weight, in the upper half. */
function armv6m_depth3_stride2
    begin
1:  ldr r0, [sp, #8]
    .macro row_of_one words, first, second
    ldm \words!, {r3, r4}
    mov r2, \first
    muls r2, r3
    asrs r2, #16
    adcs r0, r2
    mov r2, \second
    muls r2, r4
    asrs r2, #16
    adds r0, r2
    .endm
    row_of_one r5, r8, r9
    row_of_one r6, r10, r11
    row_of_one r7, r12, lr
    ldr r2, [sp]
    stm r2!, {r0}
    str r2, [sp]
    ldr r3, [sp, #4]
    cmp r5, r3
    bne 1b
    end
    .size armv6m_depth3_stride2, . - armv6m_depth3_stride2

/* ---- packing -------------------------------------------------------------------------------------------------------- */

/* Offsets in armv6m_plane_t. */
#define X 0
#define WORDS 4
#define STEP 8
#define WIDTH 12
#define ROW_STEP 16
#define ROWS 20
#define PAD 24
#define ZERO 28


/* void armv6m_pack_plane(armv6m_plane_t *plane), which it uses up
 *
 *   r0 x   r1 words   r2 step   r3 0   r4-r6 free   r7 plane   r12 end of a row's pairs   lr zero */
function armv6m_pack_plane
    push {r4-r7, lr}
    mov r7, r0
    ldr r1, [r7, #WORDS]
    ldr r2, [r7, #STEP]
    ldr r3, [r7, #ZERO]
    mov lr, r3
1:  movs r3, #0
    ldr r0, [r7, #X]
    ldr r4, [r7, #ROW_STEP]
    adds r4, r0
    str r4, [r7, #X]
    ldr r6, [r7, #WIDTH]
    ldr r4, [r7, #PAD]
    mov r5, lr
    cmp r4, #0
    bne 2f
    ldrsb r5, [r0, r3]
    add r0, r2
    subs r6, #1
2:  ldrsb r4, [r0, r3]
    add r0, r2
    subs r6, #1
    lsls r5, #16
    adds r5, r4
    stm r1!, {r5}
    movs r4, #1
    ands r4, r6
    push {r4} /* an odd pixel at the end */
    lsrs r6, #1
    beq 4f
    lsls r6, #3
    add r6, r1
    mov r12, r6
3:  ldrsb r4, [r0, r3]
    ldrsb r5, [r0, r2]
    add r0, r2
    add r0, r2
    lsls r6, r4, #16
    adds r6, r5
    lsls r5, #16
    adds r5, r4
    stm r1!, {r5, r6}
    cmp r1, r12
    bne 3b
4:  pop {r4}
    mov r5, lr
    cmp r4, #0
    beq 5f
    ldrsb r4, [r0, r3]
    lsls r6, r4, #16
    adds r6, r5
    lsls r5, #16
    adds r5, r4
    stm r1!, {r5, r6}
    mov r5, lr
5:  lsls r6, r5, #16
    adds r5, r6
    stm r1!, {r5}
    ldr r4, [r7, #ROWS]
    subs r4, #1
    str r4, [r7, #ROWS]
    bne 1b
    pop {r4-r7, pc}
    .size armv6m_pack_plane, . - armv6m_pack_plane
