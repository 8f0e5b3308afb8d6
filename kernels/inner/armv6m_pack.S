/* SPDX-License-Identifier: MIT
 * Packing activations on Cortex-M0 and M0+; layouts: armv6m.h. */
#include "armv6m_asm.h"

#define PIXELS 5 /* as in armv6m.h */

/* The words of four bytes: r4 and r5. Bytes plus 128, minus 128: sign extended, an upper half's borrow taken from the lower.
 *   r3 0x80808080   r6 0x00ff00ff   r7 0x00800080 */
.macro load_group
    ldm r0!, {r4}
    eors r4, r3
    lsrs r5, r4, #8
    ands r4, r6
    ands r5, r6
    subs r4, r7
    subs r5, r7
.endm

.macro pack_one
    load_group
    stm r1!, {r4, r5}
    adds r1, #8 * PIXELS - 8
.endm

/* void armv6m_pack_x(const int8_t *x, uint32_t *words, int32_t groups, int32_t rows, int32_t x_skip, int32_t word_skip) */
function armv6m_pack_x
    push {r4-r7, lr}
    mov r12, r2
    mov lr, r3
    ldr r3, =0x80808080
    ldr r6, =0x00ff00ff
    ldr r7, =0x00800080
1:  mov r4, r12
    lsrs r2, r4, #2
    lsls r4, #31
    bpl 2f
    pack_one
2:  mov r4, r12
    lsls r4, #30
    bpl 3f
    pack_one
    pack_one
3:  cmp r2, #0
    beq 5f
4:  pack_one
    pack_one
    pack_one
    pack_one
    subs r2, #1
    bne 4b
5:  ldr r4, [sp, #20]
    adds r0, r4
    ldr r4, [sp, #24]
    adds r1, r4
    mov r4, lr
    subs r4, #1
    mov lr, r4
    bne 1b
    pop {r4-r7, pc}
    .balign 4
    .ltorg
    .size armv6m_pack_x, . - armv6m_pack_x

/* void armv6m_gather_x(const int8_t *x, uint32_t *words, const uint16_t *offsets, int32_t groups) */
.macro gather word
    uxth r6, \word
    lsrs \word, #16
    ldrsb r6, [r0, r6]
    ldrsb \word, [r0, \word]
    lsls \word, #16
    adds \word, r6
.endm

function armv6m_gather_x
    push {r4-r6, lr}
1:  ldm r2!, {r4, r5}
    gather r4
    gather r5
    stm r1!, {r4, r5}
    adds r1, #8 * PIXELS - 8
    subs r3, #1
    bne 1b
    pop {r4-r6, pc}
    .size armv6m_gather_x, . - armv6m_gather_x

/* void armv6m_spread_x(const armv6m_spread_t *spread)
 *
 *   r0 x   r1 words   r2 groups   r8 copy step   r9 to the next group   r10 columns   r11 columns left   r12 groups
 *   lr words   [sp] bytes of x left out   [sp, 4] copies but one   [sp, 8] groups */
.macro copy
    stm r1!, {r4, r5}
.endm

.macro next_copy
    add r1, r8
    stm r1!, {r4, r5}
.endm

.macro loop again
    add r1, r9
    subs r2, #1
    bne \again
    b 6f
.endm

function armv6m_spread_x
    save_all
    sub sp, #12
    ldr r4, [r0, #20] /* x_skip */
    str r4, [sp]
    ldr r4, [r0, #24]
    mov r8, r4
    ldm r0!, {r1, r4, r5, r6, r7} /* x, words, columns, count, groups */
    mov lr, r4
    mov r10, r5
    mov r11, r6
    mov r12, r7
    movs r0, r1
    ldr r3, =0x80808080
    ldr r6, =0x00ff00ff
    ldr r7, =0x00800080
1:  mov r4, r10
    ldm r4!, {r1, r2, r5} /* at, next, copies */
    mov r10, r4
    add r1, lr
    mov r9, r2
    mov r2, r12
    cmp r5, #3
    beq 3f
    cmp r5, #2
    beq 4f
    bhi 7f
5:  load_group
    copy
    loop 5b
4:  load_group
    copy
    next_copy
    loop 4b
3:  load_group
    copy
    next_copy
    next_copy
    loop 3b
7:  subs r5, #1 /* more than three copies */
    str r5, [sp, #4]
8:  load_group
    str r2, [sp, #8]
    ldr r2, [sp, #4]
    copy
9:  next_copy
    subs r2, #1
    bne 9b
    ldr r2, [sp, #8]
    loop 8b
6:  ldr r4, [sp]
    adds r0, r4
    mov r4, r11
    subs r4, #1
    mov r11, r4
    bne 1b
    add sp, #12
    return_all
    .balign 4
    .ltorg
    .size armv6m_spread_x, . - armv6m_spread_x
