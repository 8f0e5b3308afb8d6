/* SPDX-License-Identifier: MIT
 * Sums become int8 outputs on Cortex-M0 and M0+: requant_apply without a 64-bit product, bit for bit. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .text

/* Offsets in armv6m_scale_t. */
#define SUMS 0
#define OUT 4
#define MULTIPLIER 8
#define SHIFT 12
#define PIXELS 16
#define SUM_STEP 20
#define OUT_STEP 24
#define CHANNELS 28
#define CHANNEL_STEP 32
#define FACTOR_STEP 36
#define ZERO_POINT 40
#define LOW 44
#define HIGH 48

/* With the multiplier 2^16 * h + l (h < 2^15) and the sum 2^16 * a + b:
 *   product / 2^31 = 2 * a * h + (a * l + b * h + b * l / 2^16) / 2^15
 * Each division may round down on its own, and the rounding of the last is its shift's carry. Nothing overflows while
 * |sum| < 2^29; for positive sums, without signs, never.
 *
 *   r0 sums   r1 end of the channel's sums   r2 out   r4 l   r5 h   r8 2^(shift - 1)   r9 shift   r10 zero point
 *   r11 high   r12 distance of outputs   lr low   [sp] the arguments   r3 r6 r7 free */

.macro function name
    .balign 4
    .global \name
    .hidden \name
    .type \name, %function
    .thumb_func
\name:
.endm

.macro begin
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r0, r4-r7}
    ldr r1, [r0, #ZERO_POINT]
    mov r10, r1
    ldr r1, [r0, #HIGH]
    mov r11, r1
    ldr r1, [r0, #OUT_STEP]
    mov r12, r1
    ldr r1, [r0, #LOW]
    mov lr, r1
.endm

/* Loads one channel's factor and pointers. */
.macro begin_channel
    ldr r7, [sp]
    ldr r3, [r7, #MULTIPLIER]
    ldr r6, [r7, #FACTOR_STEP]
    ldr r5, [r3]
    lsls r0, r6, #2
    adds r3, r0
    str r3, [r7, #MULTIPLIER]
    uxth r4, r5
    lsrs r5, #16
    ldr r3, [r7, #SHIFT]
    movs r0, #0
    ldrsb r0, [r3, r0]
    adds r3, r6
    str r3, [r7, #SHIFT]
    rsbs r0, r0, #0
    mov r9, r0
    movs r3, #1
    lsls r3, r0
    lsrs r3, #1
    mov r8, r3
    ldr r0, [r7, #SUMS]
    ldr r2, [r7, #OUT]
    ldr r3, [r7, #CHANNEL_STEP]
    adds r3, r2
    str r3, [r7, #OUT]
    ldr r3, [r7, #SUM_STEP]
    adds r3, r0
    str r3, [r7, #SUMS]
    ldr r1, [r7, #PIXELS]
    lsls r1, #2
    adds r1, r0
.endm

.macro store_and_loop again
    strb r7, [r2]
    add r2, r12
    cmp r0, r1
    bne \again
.endm

.macro end_channel again
    ldr r7, [sp]
    ldr r6, [r7, #CHANNELS]
    subs r6, #1
    str r6, [r7, #CHANNELS]
    bne \again
    pop {r0, r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
.endm

/* void armv6m_scale(armv6m_scale_t *arguments), which it uses up */
function armv6m_scale
    begin
1:  begin_channel
2:  ldm r0!, {r3}
    sxth r6, r3
    subs r3, r6
    asrs r3, #16
    movs r7, r6
    muls r7, r4
    asrs r7, #16
    muls r6, r5
    adds r7, r6
    movs r6, r3
    muls r6, r4
    adds r7, r6
    muls r3, r5
    lsls r3, #1
    asrs r7, #15
    adcs r7, r3
    asrs r3, r7, #31
    adds r7, r3
    add r7, r8
    mov r3, r9
    asrs r7, r3
    add r7, r10
    cmp r7, lr
    blt 4f
    cmp r7, r11
    bgt 5f
3:  store_and_loop 2b
    b 6f
4:  mov r7, lr
    b 3b
5:  mov r7, r11
    b 3b
6:  end_channel 1b
    .size armv6m_scale, . - armv6m_scale

/* void armv6m_scale_relu(armv6m_scale_t *arguments): where low is the zero point, no sum below 1 needs arithmetic. */
function armv6m_scale_relu
    begin
1:  begin_channel
2:  ldm r0!, {r3}
    cmp r3, #0
    ble 5f
    uxth r6, r3
    movs r7, r6
    muls r7, r4
    muls r6, r5
    lsrs r7, #16
    adds r7, r6
    lsrs r3, #16
    bne 6f
    lsrs r7, #15
3:  adcs r7, r3
    add r7, r8
    mov r3, r9
    lsrs r7, r3
    add r7, r10
    cmp r7, r11
    bgt 7f
4:  store_and_loop 2b
    b 8f
5:  mov r7, r10
    store_and_loop 2b
    b 8f
6:  movs r6, r3
    muls r6, r4
    adds r7, r6
    muls r3, r5
    lsls r3, #1
    lsrs r7, #15
    b 3b
7:  mov r7, r11
    b 4b
8:  end_channel 1b
    .size armv6m_scale_relu, . - armv6m_scale_relu

/* void armv6m_add(const armv6m_add_t *add)
 *
 *   r0 a   r1 b   r2 sums   r3 first   r4 second   r5 r6 free   r7 end of sums */
function armv6m_add
    push {r4-r7, lr}
    ldr r7, [r0, #20]
    ldr r4, [r0, #16]
    ldr r3, [r0, #12]
    ldr r2, [r0, #8]
    ldr r1, [r0, #4]
    ldr r0, [r0]
    lsls r7, #2
    adds r7, r2
1:  ldrb r5, [r0]
    lsls r5, #2
    ldr r5, [r3, r5]
    ldrb r6, [r1]
    lsls r6, #2
    ldr r6, [r4, r6]
    adds r5, r6
    stm r2!, {r5}
    adds r0, #1
    adds r1, #1
    cmp r2, r7
    bne 1b
    pop {r4-r7, pc}
    .size armv6m_add, . - armv6m_add
