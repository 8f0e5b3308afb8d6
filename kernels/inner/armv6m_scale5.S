/* SPDX-License-Identifier: MIT
 * What armv6m_scale.S does, for rows of the five sums that armv6m_dot5 gives: without loops inside a row. */
#include "armv6m_asm.h"

/*   r0 sums   r1 shift   r2 out   r4 l   r5 h   r8 2^(shift - 1)   r9 from a row's end to the next row's beginning
 *   r10 zero point   r11 high   r12 distance of outputs   lr low   r3 r6 r7 free */

#define FACTOR 0 /* on the stack */
#define END 4    /* of sums */
#define FRAME 8

/* r0: sums, r1: armv6m_scale_t */
.macro begin
    save_all
    sub sp, #FRAME
    ldm r1!, {r3, r4, r5} /* factors, out, rows */
    str r3, [sp, #FACTOR]
    movs r2, r4
    movs r3, #20
    muls r5, r3
    adds r5, r0
    str r5, [sp, #END]
    adds r1, #16
    ldm r1!, {r4-r7} /* out_step, zero_point, low, high */
    mov r12, r4
    mov r10, r5
    mov lr, r6
    mov r11, r7
    lsls r5, r4, #2
    adds r5, r4
    rsbs r5, r5, #0
    adds r5, #1
    mov r9, r5
.endm

.macro begin_row
    ldr r7, [sp, #FACTOR]
    ldm r7!, {r3-r6} /* armv6m_factor_t */
    subs r7, #32
    str r7, [sp, #FACTOR]
    mov r8, r3
    movs r1, r6
.endm

.macro end_row again
    add r2, r9
    ldr r3, [sp, #END]
    cmp r0, r3
    beq 9f
    b \again
9:  add sp, #FRAME
    return_all
.endm

.macro store
    strb r7, [r2]
    add r2, r12
.endm

/* Five outputs; what few of them need stands between the third and the fourth, within reach of all. */
.macro row how
    begin_row
    \how i0
    \how i1
    \how i2
    b 1f
    \how\()_rest i0
    \how\()_rest i1
    \how\()_rest i2
    \how\()_rest i3
    \how\()_rest i4
1:  \how i3
    \how i4
.endm

.macro any i
    ldm r0!, {r3}
    sxth r6, r3
    movs r7, r6
    muls r7, r4
    muls r6, r5
    asrs r7, #16
    adds r7, r6
    sxth r6, r3
    subs r3, r6
    bne any_large_\i
    asrs r7, #15
any_sum_\i:
    adcs r7, r3
    asrs r3, r7, #31
    adds r7, r3
    add r7, r8
    asrs r7, r1
    add r7, r10
    cmp r7, lr
    blt any_low_\i
    cmp r7, r11
    bgt any_high_\i
any_store_\i:
    store
.endm

.macro any_rest i
any_low_\i:
    mov r7, lr
    b any_store_\i
any_high_\i:
    mov r7, r11
    b any_store_\i
any_large_\i: /* more than 16 bits */
    asrs r3, #16
    movs r6, r3
    muls r6, r4
    adds r7, r6
    muls r3, r5
    lsls r3, #1
    asrs r7, #15
    b any_sum_\i
.endm

/* void armv6m_scale5(const int32_t *sums, const armv6m_scale_t *how) */
function armv6m_scale5
    begin
2:  row any
    end_row 2b
    .size armv6m_scale5, . - armv6m_scale5

.macro relu i
    ldm r0!, {r3}
    cmp r3, #0
    ble relu_low_\i
    uxth r6, r3
    movs r7, r6
    muls r7, r4
    muls r6, r5
    lsrs r7, #16
    adds r7, r6
    lsrs r3, #16
    bne relu_large_\i
    lsrs r7, #15
relu_sum_\i:
    adcs r7, r3
    add r7, r8
    lsrs r7, r1
    add r7, r10
    cmp r7, r11
    bgt relu_high_\i
relu_store_\i:
    store
.endm

.macro relu_rest i
relu_low_\i:
    mov r7, r10
    b relu_store_\i
relu_high_\i:
    mov r7, r11
    b relu_store_\i
relu_large_\i:
    movs r6, r3
    muls r6, r4
    adds r7, r6
    muls r3, r5
    lsls r3, #1
    lsrs r7, #15
    b relu_sum_\i
.endm

/* void armv6m_scale5_relu(const int32_t *sums, const armv6m_scale_t *how) */
function armv6m_scale5_relu
    begin
2:  row relu
    end_row 2b
    .size armv6m_scale5_relu, . - armv6m_scale5_relu
