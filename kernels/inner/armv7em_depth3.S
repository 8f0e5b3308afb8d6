/* SPDX-License-Identifier: MIT
 * Depthwise 3x3 windows of stride 1 and 2 for Cortex-M4, M7 and M33: two outputs of one channel at a time. */
#if defined(__ARM_FEATURE_DSP)
    .syntax unified
    .thumb

/* The window is copied to the stack: */
#define AT_BIAS 0
#define AT_MULTIPLIER 4 /* doubled, and half */
#define AT_SHIFT 12     /* and zero_point */
#define AT_LOW 20       /* and high */
#define AT_OUT_STEP 28
#define AT_OUT_SKIP 32
#define AT_PAIR_BYTES 36
#define AT_X_SKIP 40
#define AT_ODD 44
#define AT_ROW_BYTES 48
#define AT_X 52
#define AT_OUT 56
#define AT_ROWS 60
#define AT_STEP_NOW 64  /* out_step, or 0 for the last output of an odd row: its neighbour is overwritten by it */
#define AT_END 68
#define AT_FULL_RANGE 72
#define FRAME 80

/* r0-r5 weights, r8 r9 sums, r6 r7 activations, r10-r12 rows, lr out. */
    .macro ROW x, first, last
    ldrd    r6, r7, [\x], #4
    smlad   r8, r6, \first, r8
    smlatb  r9, r6, \first, r9
    smlabt  r8, r7, \last, r8
    smlad   r9, r7, \last, r9
    .endm

    .macro ROW_STRIDE2 x, first, last
    ldrd    r6, r7, [\x], #8
    smlad   r8, r6, \first, r8
    ldr     r6, [\x]
    smlad   r9, r7, \first, r9
    smlabt  r8, r7, \last, r8
    smlabt  r9, r6, \last, r9
    .endm

    .macro CLAMP sum
    cmp     \sum, r6
    it      lt
    movlt   \sum, r6
    cmp     \sum, r7
    it      gt
    movgt   \sum, r7
    .endm

    .macro DEPTH name, one_row
    .global \name
    .hidden \name
    .type \name, %function
    .section .text.\name, "ax"
    .p2align 2
\name:
    push    {r4-r11, lr}
    sub     sp, #FRAME
    ldmia   r0!, {r2-r9}
    lsl     r3, r3, #1
    stmia   sp, {r2-r9}
    add     lr, sp, #32
    ldmia   r0, {r2-r9}
    stmia   lr, {r2-r9}
    mov     r12, r1
    ldrd    r0, r1, [sp, #AT_LOW]
    movs    r2, #0
    cmp     r1, #127
    it      eq
    cmneq   r0, #128
    it      eq
    moveq   r2, #1
    str     r2, [sp, #AT_FULL_RANGE]
    ldr     r10, [sp, #AT_X]
    ldr     lr, [sp, #AT_OUT]
    ldmia   r12, {r0-r5}
2:  ldrd    r6, r7, [sp, #AT_OUT_STEP]
    str     r6, [sp, #AT_STEP_NOW]
    ldr     r7, [sp, #AT_ROW_BYTES]
    add     r11, r10, r7
    add     r12, r11, r7
    ldr     r7, [sp, #AT_PAIR_BYTES]
    add     r7, r10, r7
    str     r7, [sp, #AT_END]
    cmp     r10, r7
    beq     6f
3:  ldr     r8, [sp, #AT_BIAS]
    mov     r9, r8
    \one_row r10, r0, r1
    \one_row r11, r2, r3
    \one_row r12, r4, r5
    ldrd    r6, r7, [sp, #AT_MULTIPLIER]
    smmlar  r8, r8, r6, r8
    smmlar  r9, r9, r6, r9
    add     r8, r8, r8, asr #31
    add     r9, r9, r9, asr #31
    add     r8, r7
    add     r9, r7
    ldrd    r6, r7, [sp, #AT_SHIFT]
    asr     r8, r8, r6
    asr     r9, r9, r6
    add     r8, r7
    add     r9, r7
    ldr     r6, [sp, #AT_FULL_RANGE]
    cbz     r6, 8f
    ssat    r8, #8, r8
    ssat    r9, #8, r9
4:  ldr     r6, [sp, #AT_STEP_NOW]
    ldr     r7, [sp, #AT_END]
    strb    r9, [lr, r6]
    strb    r8, [lr]
    add     lr, lr, r6, lsl #1
    cmp     r10, r7
    bne     3b
6:  ldr     r6, [sp, #AT_STEP_NOW]
    cbz     r6, 7f              /* the odd one is done */
    ldr     r7, [sp, #AT_ODD]
    cbz     r7, 7f
    movs    r7, #0
    str     r7, [sp, #AT_STEP_NOW]
    ldr     r7, [sp, #AT_END]
    add     r7, #\one_row\()_BYTES
    str     r7, [sp, #AT_END]
    b       3b
7:  ldr     r6, [sp, #AT_X_SKIP]
    ldr     r7, [sp, #AT_ODD]
    cmp     r7, #0
    it      ne
    subne   r10, #\one_row\()_BYTES
    add     r10, r6
    ldr     r6, [sp, #AT_OUT_SKIP]
    add     lr, r6
    ldr     r6, [sp, #AT_ROWS]
    subs    r6, #1
    str     r6, [sp, #AT_ROWS]
    bne     2b
    add     sp, #FRAME
    pop     {r4-r11, pc}
8:  ldrd    r6, r7, [sp, #AT_LOW]
    CLAMP   r8
    CLAMP   r9
    b       4b
    .size \name, . - \name
    .endm

    .equ ROW_BYTES, 4
    .equ ROW_STRIDE2_BYTES, 8

    DEPTH   armv7em_depth3, ROW
    DEPTH   armv7em_depth3_stride2, ROW_STRIDE2

/* ---- planes ------------------------------------------------------------------------------------------------------------
 * r0 x, r1 to, r2 step, r3 plane, r4 3 * plane, r5 offsets, r6 r7 a pixel's pairs, r8 r9 the next one's, r12 end, lr argument. */
#define PLANES_END 16    /* pairs, in bytes */
#define PLANES_X_SKIP 24
#define PLANES_TO_SKIP 28
#define PLANES_FIRST 32
#define PLANES_LAST 36
#define PLANES_ROWS 40

    .macro SPLIT even, odd
    sxtab16 \even, r5, \odd
    sxtab16 \odd, r5, \odd, ror #8
    .endm

    .macro STORE
    pkhbt   r10, r7, r9, lsl #16
    pkhtb   r11, r8, r6, asr #16
    str     r10, [r1, r3]
    pkhtb   r10, r9, r7, asr #16
    str     r11, [r1, r3, lsl #1]
    pkhbt   r11, r6, r8, lsl #16
    str     r10, [r1, r4]
    str     r11, [r1], #4
    .endm

    .global layers_pack_planes
    .hidden layers_pack_planes
    .type layers_pack_planes, %function
    .section .text.layers_pack_planes, "ax"
    .p2align 2
layers_pack_planes:
    push    {r4-r11, lr}
    mov     lr, r0
    ldrd    r0, r1, [lr]
    ldrd    r2, r3, [lr, #8]
    add     r4, r3, r3, lsl #1
    ldr     r5, [lr, #20]
1:  ldr     r12, [lr, #PLANES_END]
    ldr     r6, [lr, #PLANES_FIRST]
    cmp     r6, #0
    beq     2f
    movs    r6, #0
    movs    r7, #0
    ldr     r9, [r0]
    SPLIT   r8, r9
    add     r0, r2
    STORE
2:  add     r12, r1
    cmp     r1, r12
    beq     4f
3:  ldr     r7, [r0]
    ldr     r9, [r0, r2]
    SPLIT   r6, r7
    SPLIT   r8, r9
    add     r0, r0, r2, lsl #1
    STORE
    cmp     r1, r12
    bne     3b
4:  ldr     r6, [lr, #PLANES_LAST]
    cmp     r6, #0
    beq     5f
    ldr     r7, [r0]
    SPLIT   r6, r7
    mov     r8, #0
    mov     r9, #0
    add     r0, r2
    STORE
5:  ldrd    r6, r7, [lr, #PLANES_X_SKIP]
    add     r0, r6
    add     r1, r7
    ldr     r6, [lr, #PLANES_ROWS]
    subs    r6, #1
    str     r6, [lr, #PLANES_ROWS]
    bne     1b
    pop     {r4-r11, pc}
    .size layers_pack_planes, . - layers_pack_planes
#endif
