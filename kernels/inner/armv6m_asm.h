/* SPDX-License-Identifier: MIT
 * What the assembly files of Cortex-M0 and M0+ begin with, and their frames. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .text

.macro function name
    .balign 4
    .global \name
    .hidden \name
    .type \name, %function
    .thumb_func
\name:
.endm

/* r4-r11 and lr; leaves r4-r7 changed. */
.macro save_all
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
.endm

.macro return_all
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
.endm
