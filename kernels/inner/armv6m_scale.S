/* SPDX-License-Identifier: MIT
 * Sums become int8 outputs on Cortex-M0 and M0+: requant_apply without a 64-bit product, bit for bit. */
#include "armv6m_asm.h"

/* With the multiplier 2^16 * h + l (h < 2^15) and the sum 2^16 * a + b:
 *   product / 2^31 = 2 * a * h + (a * l + b * h + b * l / 2^16) / 2^15
 * Each division may round down on its own, and the rounding of the last is its shift's carry. Nothing overflows while
 * |sum| < 2^29; for positive sums, without signs, never.
 *
 *   r0 sums   r1 shift   r2 out   r4 l   r5 h   r8 2^(shift - 1)   r9 end of this row's sums   r10 zero point
 *   r11 high   r12 distance of outputs   lr low   r3 r6 r7 free
 *   [sp] and on: armv6m_scale_t, copied */

#define FACTORS 0
#define OUT 4
#define ROWS 8
#define FACTOR_STEP 12
#define ROW_STEP 16
#define ROW_BYTES 20
#define SKIP_BYTES 24
#define COPIED 28

/* r0: sums, r1: armv6m_scale_t */
.macro begin
    save_all
    sub sp, #COPIED
    mov r2, sp
    ldm r1!, {r3-r7}
    stm r2!, {r3-r7}
    ldm r1!, {r3-r7} /* ROW_BYTES, SKIP_BYTES, out_step, zero_point, low */
    stm r2!, {r3, r4}
    mov r12, r5
    mov r10, r6
    mov lr, r7
    ldr r3, [r1]
    mov r11, r3
.endm

.macro begin_row
    ldr r7, [sp, #FACTORS]
    ldr r3, [sp, #FACTOR_STEP]
    adds r3, r7
    str r3, [sp, #FACTORS]
    ldm r7!, {r3-r6} /* armv6m_factor_t */
    mov r8, r3
    movs r1, r6
    ldr r2, [sp, #OUT]
    ldr r3, [sp, #ROW_STEP]
    adds r3, r2
    str r3, [sp, #OUT]
    ldr r3, [sp, #ROW_BYTES]
    adds r3, r0
    mov r9, r3
.endm

.macro store_and_loop again
    strb r7, [r2]
    add r2, r12
    cmp r0, r9
    bne \again
.endm

.macro end_row again
    ldr r3, [sp, #SKIP_BYTES]
    adds r0, r3
    ldr r6, [sp, #ROWS]
    subs r6, #1
    str r6, [sp, #ROWS]
    bne \again
    add sp, #COPIED
    return_all
.endm

/* void armv6m_scale(const int32_t *sums, const armv6m_scale_t *how) */
function armv6m_scale
    begin
1:  begin_row
2:  ldm r0!, {r3}
    sxth r6, r3
    movs r7, r6
    muls r7, r4
    muls r6, r5
    asrs r7, #16
    adds r7, r6
    sxth r6, r3
    subs r3, r6
    bne 7f
    asrs r7, #15
8:  adcs r7, r3
    asrs r3, r7, #31
    adds r7, r3
    add r7, r8
    asrs r7, r1
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
7:  asrs r3, #16 /* a sum of more than 16 bits */
    movs r6, r3
    muls r6, r4
    adds r7, r6
    muls r3, r5
    lsls r3, #1
    asrs r7, #15
    b 8b
6:  end_row 1b
    .size armv6m_scale, . - armv6m_scale

/* void armv6m_scale_relu(const int32_t *sums, const armv6m_scale_t *how): where low is the zero point, no sum below 1 needs arithmetic. */
function armv6m_scale_relu
    begin
1:  begin_row
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
    lsrs r7, r1
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
8:  end_row 1b
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
    .macro add_one at
    ldrb r5, [r0, #\at]
    lsls r5, #2
    ldr r5, [r3, r5]
    ldrb r6, [r1, #\at]
    lsls r6, #2
    ldr r6, [r4, r6]
    adds r5, r6
    stm r2!, {r5}
    .endm
    b 2f
1:  add_one 0
    add_one 1
    add_one 2
    add_one 3
    adds r0, #4
    adds r1, #4
2:  subs r5, r7, r2
    cmp r5, #16
    bhs 1b
    b 4f
3:  add_one 0
    adds r0, #1
    adds r1, #1
4:  cmp r2, r7
    bne 3b
    pop {r4-r7, pc}
    .size armv6m_add, . - armv6m_add
