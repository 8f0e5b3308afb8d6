// SPDX-License-Identifier: MIT
// The loop of unpack.c that every packed bit goes through, in assembly because a reset takes its 0.8 million rounds.
.syntax unified
.cpu cortex-m0plus
.thumb
#define UNPACK_ASSEMBLY
#include "unpack.h"

// coder_t
#define WEIGHTS 12
#define SQUASHED 16
#define TOKENS 20
#define NEXT 24
#define RANGE 28
#define CODE 32
#define ROUND (1 << (UNPACK_LEARN_BITS - 1))

// r1 += the weight of input `at`'s history; r6: the weights, from there on
.macro foretell at
    .if \at
    adds r6, r6, #2
    .endif
    ldr r0, [r7, #4 * \at]
    ldrb r0, [r0, r5]
    lsls r0, r0, #3
    ldrsh r0, [r6, r0]
    adds r1, r1, r0
.endm

// The history counts the bit (r4: what comes next), and its weight moves by r0.
.macro learn at
    .if \at
    adds r6, r6, #2
    .endif
    ldr r1, [r7, #4 * \at]
    ldrb r2, [r1, r5]
    lsls r3, r2, #3
    ldrb r2, [r4, r2]
    strb r2, [r1, r5]
    ldrsh r1, [r6, r3]
    adds r1, r1, r0
    strh r1, [r6, r3]
.endm

// unsigned unpack_bits(coder_t *coder, unsigned node, unsigned end, uint16_t *refined): unpack.c has the contract.
// Through all: r5 node, r7 coder, r8 weights, r9 squashed, r10 refined, r11 range, r12 code, lr the tokens' weights.
// unpack.c is compiled not to use r8 to r11, and nobody returns from there.
.section .text.unpack_bits, "ax"
.global unpack_bits
.type unpack_bits, %function
.thumb_func
.balign 4
unpack_bits:
    push {r2, r4-r7, lr}
    movs r7, r0
    movs r5, r1
    mov r10, r3
    ldr r0, [r7, #WEIGHTS]
    mov r8, r0
    ldr r0, [r7, #SQUASHED]
    mov r9, r0
    ldr r0, [r7, #TOKENS]
    mov lr, r0
    ldr r0, [r7, #RANGE]
    mov r11, r0
    ldr r0, [r7, #CODE]
    mov r12, r0

1:  // the sum of the weights, from 0 (never) to 4095 (sure)
    mov r6, r8
    movs r1, #1
    lsls r1, r1, #11 + UNPACK_WEIGHT_BITS
    foretell 0
    cmp r8, lr
    beq 2f
    foretell 1
    foretell 2
2:  asrs r1, r1, #UNPACK_WEIGHT_BITS
    lsrs r0, r1, #12
    beq 3f
    mvns r1, r1             // below 0: 0; above 4095: 4095
    asrs r1, r1, #31
    lsrs r1, r1, #20
3:  lsls r0, r1, #1
    mov r3, r9
    ldrh r2, [r3, r0]       // r2: how likely a 1 is
    lsrs r1, r1, #8
    lsls r1, r1, #1
    lsls r3, r5, #5
    adds r1, r1, r3
    add r1, r10
    ldrh r3, [r1]           // r3: how likely it was
    lsrs r0, r3, #4
    adds r0, r0, r2
    lsrs r0, r0, #1

    mov r4, r11
4:  lsrs r6, r4, #24
    beq 9f
    lsrs r6, r4, #12
    muls r6, r0, r6
    mov r0, r12
    cmp r0, r6
    bcc 5f
    subs r4, r4, r6         // 0
    mov r11, r4
    subs r0, r0, r6
    mov r12, r0
    movs r0, #ROUND
    subs r0, r0, r2
    rsbs r6, r3, #0
    asrs r6, r6, #UNPACK_REFINE_BITS
    mov r4, r9              // squashed: behind what comes after a 1, behind what comes after a 0
    subs r4, r4, #255
    subs r4, r4, #1
    b 6f
5:  mov r11, r6             // 1
    movs r0, #(4096 + ROUND) / ROUND
    lsls r0, r0, #UNPACK_LEARN_BITS - 1
    subs r0, r0, r2
    mvns r6, r3
    uxth r6, r6
    lsrs r6, r6, #UNPACK_REFINE_BITS
    mov r4, r9
6:  subs r4, r4, #255
    subs r4, r4, #1
    adds r3, r3, r6
    strh r3, [r1]
    mov r6, r8
    asrs r0, r0, #UNPACK_LEARN_BITS
    learn 0
    cmp r8, lr
    beq 8f
    learn 1
    learn 2
8:  mov r0, r9
    subs r0, r0, r4         // 256 after a 1, else 512
    lsrs r0, r0, #9
    adcs r5, r5
    ldr r0, [sp]
    cmp r5, r0
    bcc 1b

    mov r0, r11
    str r0, [r7, #RANGE]
    mov r0, r12
    str r0, [r7, #CODE]
    movs r0, r5
    pop {r2, r4-r7, pc}

9:  lsls r4, r4, #8
    ldr r6, [r7, #NEXT]
    ldrb r3, [r6]
    adds r6, r6, #1
    str r6, [r7, #NEXT]
    mov r6, r12
    lsls r6, r6, #8
    adds r6, r6, r3
    mov r12, r6
    ldrh r3, [r1]
    b 4b
