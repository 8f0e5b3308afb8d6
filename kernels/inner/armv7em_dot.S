/* SPDX-License-Identifier: MIT
 * Dot products for Cortex-M4, M7 and M33: one output of four pixels, or four outputs of one pixel, at a time. */
#if defined(__ARM_FEATURE_DSP)
    .syntax unified
    .thumb
    .text

#define FULL_RANGE 0
#define RELU 1      /* low is the zero point and -128 */
#define ANY_RANGE 2

#define DOT_X 4
#define DOT_X_END 8
#define DOT_FACTORS 12
#define DOT_FACTORS_END 16
#define DOT_OUT 20
#define DOT_OUT_STEP 24
#define DOT_W_SKIP 28
#define DOT_ZERO_POINT 32
#define DOT_W_STEP 44

/* A sum in \y to the output, multiplier, half and shift in the registers named; low and high on the stack. */
    .macro SCALE y, multiplier, half, shift, zero_point, kind, spare, frame
    smmlar  \y, \y, \multiplier, \y
    .if \kind != RELU
    add     \y, \y, \y, asr #31
    .endif
    add     \y, \y, \half
    asr     \y, \y, \shift
    add     \y, \y, \zero_point
    .if \kind == ANY_RANGE
    ldr     \spare, [sp, #\frame]
    cmp     \y, \spare
    it      lt
    movlt   \y, \spare
    ldr     \spare, [sp, #\frame + 4]
    cmp     \y, \spare
    it      gt
    movgt   \y, \spare
    .else
    ssat    \y, #8, \y
    .endif
    .endm

/* The kind of range into \kind: 0, 1, 2. */
    .macro RANGE_KIND kind, zero_point, low, high, spare
    movs    \kind, #FULL_RANGE
    cmp     \low, \zero_point
    it      eq
    moveq   \kind, #RELU
    mvn     \spare, #127
    cmp     \low, \spare
    it      ne
    movne   \kind, #ANY_RANGE
    cmp     \high, #127
    it      ne
    movne   \kind, #ANY_RANGE
    .endm

/* ---- four pixels -------------------------------------------------------------------------------------------------------
 * r0-r3 sums, r4 r5 weights, r6-r9 activations, r10 x, r11 x_end, r12 w, lr factors.
 * Stack: */
#define AT_ENTRY 0       /* where in the loop to begin */
#define AT_X 4
#define AT_OUT 8
#define AT_OUT_STEP 12
#define AT_W_SKIP 16
#define AT_ZERO_POINT 20
#define AT_LOW 24
#define AT_FACTORS_END 32
#define AT_SCALE 36
#define AT_W_ROW 40      /* bytes of a row of weights */
#define FRAME 48

    .macro GROUP
    ldr     r4, [r12], #4
    ldmia   r10!, {r6-r9}
    sxtb16  r5, r4, ror #8
    sxtb16  r4, r4
    smlad   r0, r4, r6, r0
    smlad   r1, r4, r8, r1
    smlad   r0, r5, r7, r0
    smlad   r1, r5, r9, r1
    ldmia   r10!, {r6-r9}
    smlad   r2, r4, r6, r2
    smlad   r3, r4, r8, r3
    smlad   r2, r5, r7, r2
    smlad   r3, r5, r9, r3
    .endm
#define GROUP_BYTES 52

    .macro SCALE_PIXELS kind
    SCALE   r0, r6, r7, r8, r9, \kind, r10, AT_LOW
    SCALE   r1, r6, r7, r8, r9, \kind, r10, AT_LOW
    SCALE   r2, r6, r7, r8, r9, \kind, r10, AT_LOW
    SCALE   r3, r6, r7, r8, r9, \kind, r10, AT_LOW
    .endm

    .global armv7em_dot_pixels
    .hidden armv7em_dot_pixels
    .type armv7em_dot_pixels, %function
    .section .text.armv7em_dot_pixels, "ax"
    .p2align 2
armv7em_dot_pixels:
    push    {r4-r11, lr}
    sub     sp, #FRAME
    mov     r10, r0
    ldr     lr, [r10, #DOT_FACTORS]
    ldr     r12, [r10]
    ldrd    r0, r1, [r10, #DOT_X]
    sub     r2, r0, r1          /* minus 32 bytes a group */
    ubfx    r2, r2, #5, #2
    movs    r3, #GROUP_BYTES
    adr     r4, loop
    mla     r2, r2, r3, r4
    orr     r2, r2, #1
    strd    r2, r0, [sp, #AT_ENTRY]
    add     r2, r10, #DOT_OUT
    ldmia   r2, {r2-r7}         /* out, out_step, w_skip, zero_point, low, high */
    add     r8, sp, #AT_OUT
    stmia   r8, {r2-r7}
    RANGE_KIND r0, r5, r6, r7, r2
    adr     r2, scale_full
    cmp     r0, #RELU
    it      eq
    adreq   r2, scale_relu
    it      hi
    adrhi   r2, scale_any
    orr     r2, r2, #1
    ldr     r3, [r10, #DOT_FACTORS_END]
    strd    r3, r2, [sp, #AT_FACTORS_END]
    mov     r11, r1
    ldr     r3, [r10, #DOT_W_STEP]
    str     r3, [sp, #AT_W_ROW]
row:
    ldrd    r0, r4, [lr], #4
    cmp     r4, #0
    beq     constant
    ldrd    r4, r10, [sp, #AT_ENTRY]
    mov     r1, r0
    mov     r2, r0
    mov     r3, r0
    bx      r4
    .p2align 2
loop:
    GROUP
    GROUP
    GROUP
    GROUP
    cmp     r10, r11
    bne     loop
    ldmia   lr!, {r6-r8}
    ldr     r9, [sp, #AT_ZERO_POINT]
    ldr     pc, [sp, #AT_SCALE]
    .p2align 2
scale_any:
    SCALE_PIXELS ANY_RANGE
    b       store
    .p2align 2
scale_full:
    SCALE_PIXELS FULL_RANGE
    b       store
    .p2align 2
scale_relu:
    SCALE_PIXELS RELU
store:
    ldrd    r4, r5, [sp, #AT_OUT]
    ldr     r6, [sp, #AT_W_SKIP]
    ldr     r7, [sp, #AT_FACTORS_END]
    add     r8, r4, r5
    strb    r1, [r4, r5]
    strb    r2, [r4, r5, lsl #1]
    strb    r3, [r8, r5, lsl #1]
    strb    r0, [r4], #1
    str     r4, [sp, #AT_OUT]
    sub     r12, r12, r6
    cmp     lr, r7
    bne     row
done:
    add     sp, #FRAME
    pop     {r4-r11, pc}
constant:                       /* weights of 0: half of the bias is the output */
    ldrd    r4, r5, [sp, #AT_OUT]
    ldr     r6, [sp, #AT_ZERO_POINT]
    ldr     r7, [sp, #AT_FACTORS_END]
    ldr     r8, [sp, #AT_W_ROW]
    add     r0, r6, r0, asr #1
    add     r6, r4, r5
    strb    r0, [r4, r5]
    strb    r0, [r4, r5, lsl #1]
    strb    r0, [r6, r5, lsl #1]
    strb    r0, [r4], #1
    str     r4, [sp, #AT_OUT]
    add     r12, r8
    add     lr, #12
    cmp     lr, r7
    bne     row
    b       done
    .size armv7em_dot_pixels, . - armv7em_dot_pixels

/* ---- four outputs -------------------------------------------------------------------------------------------------------
 * r0-r3 sums, r4 r5 weights, r6 r7 activations, r8 x, r9 x_end, r10 w, r11 w_step, r12 3 * w_step, lr factors. */
#define OUTPUTS_X 0
#define OUTPUTS_ZERO_POINT 4
#define OUTPUTS_LOW 8 /* and high */
#define OUTPUTS_OUT 16
#define OUTPUTS_FACTORS_END 20
#define OUTPUTS_W_SKIP 24
#define OUTPUTS_KIND 28
#define OUTPUTS_FRAME 32

    .macro ROW sum
    sxtb16  r5, r4, ror #8
    sxtb16  r4, r4
    smlad   \sum, r4, r6, \sum
    smlad   \sum, r5, r7, \sum
    .endm

    .macro GROUP_OF_OUTPUTS
    ldmia   r8!, {r6, r7}
    ldr     r4, [r10, r11]
    ROW     r1
    ldr     r4, [r10, r11, lsl #1]
    ROW     r2
    ldr     r4, [r10, r12]
    ROW     r3
    ldr     r4, [r10], #4
    ROW     r0
    .endm

    .macro SCALE_OUTPUTS kind
    ldmia   lr!, {r4-r7}        /* bias, multiplier, half, shift */
    SCALE   r0, r5, r6, r7, r8, \kind, r4, OUTPUTS_LOW
    ldmia   lr!, {r4-r7}
    SCALE   r1, r5, r6, r7, r8, \kind, r4, OUTPUTS_LOW
    ldmia   lr!, {r4-r7}
    SCALE   r2, r5, r6, r7, r8, \kind, r4, OUTPUTS_LOW
    ldmia   lr!, {r4-r7}
    SCALE   r3, r5, r6, r7, r8, \kind, r4, OUTPUTS_LOW
    .endm

    .global armv7em_dot_outputs
    .hidden armv7em_dot_outputs
    .type armv7em_dot_outputs, %function
    .section .text.armv7em_dot_outputs, "ax"
    .p2align 2
armv7em_dot_outputs:
    push    {r4-r11, lr}
    sub     sp, #OUTPUTS_FRAME
    mov     r8, r0
    ldr     r10, [r8]
    ldr     r11, [r8, #DOT_W_STEP]
    ldr     lr, [r8, #DOT_FACTORS]
    ldrd    r0, r9, [r8, #DOT_X]
    add     r2, r8, #DOT_W_SKIP
    ldmia   r2, {r2-r5}         /* w_skip, zero_point, low, high */
    strd    r0, r3, [sp, #OUTPUTS_X]
    strd    r4, r5, [sp, #OUTPUTS_LOW]
    add     r12, r11, r11, lsl #1
    sub     r2, r2, r12         /* from the first row's end to the fourth one's */
    RANGE_KIND r0, r3, r4, r5, r1
    strd    r2, r0, [sp, #OUTPUTS_W_SKIP]
    ldr     r0, [r8, #DOT_OUT]
    ldr     r1, [r8, #DOT_FACTORS_END]
    strd    r0, r1, [sp, #OUTPUTS_OUT]
block:
    ldr     r0, [lr]
    ldr     r1, [lr, #16]
    ldr     r2, [lr, #32]
    ldr     r3, [lr, #48]
    ldr     r8, [sp, #OUTPUTS_X]
    sub     r4, r9, r8
    tst     r4, #8
    beq     2f
    GROUP_OF_OUTPUTS
    cmp     r8, r9
    beq     3f
2:  GROUP_OF_OUTPUTS
    GROUP_OF_OUTPUTS
    cmp     r8, r9
    bne     2b
3:  ldr     r4, [sp, #OUTPUTS_KIND]
    ldr     r8, [sp, #OUTPUTS_ZERO_POINT]
    cmp     r4, #RELU
    bhi     5f
    beq     4f
    SCALE_OUTPUTS FULL_RANGE
    b       6f
4:  SCALE_OUTPUTS RELU
    b       6f
5:  SCALE_OUTPUTS ANY_RANGE
6:  ldrd    r4, r5, [sp, #OUTPUTS_OUT]
    ldr     r6, [sp, #OUTPUTS_W_SKIP]
    strb    r0, [r4], #1
    strb    r1, [r4], #1
    strb    r2, [r4], #1
    strb    r3, [r4], #1
    str     r4, [sp, #OUTPUTS_OUT]
    sub     r10, r10, r6
    cmp     lr, r5
    bne     block
    add     sp, #OUTPUTS_FRAME
    pop     {r4-r11, pc}
    .size armv7em_dot_outputs, . - armv7em_dot_outputs
#endif
