/* SPDX-License-Identifier: MIT
 * Start, system calls, and what MicroPython needs of the stack (spilled register windows, setjmp, longjmp) for a Linux
 * program of Xtensa's windowed ABI, without a C library. */
    .text
    .literal_position

    .global _start
    .align 4
_start:
    movi    a0, 0
    mov     a10, a1             /* argc, argv */
    movi    a8, port_main
    callx8  a8
    mov     a6, a10
    movi    a2, 118             /* exit */
    syscall
    ill

/* long port_syscall(number, a, b, c, d, e): the kernel wants a2, a6, a3, a4, a5, a8 */
    .global port_syscall
    .align 4
port_syscall:
    entry   a1, 32
    mov     a8, a7
    mov     a9, a6
    mov     a6, a3
    mov     a3, a4
    mov     a4, a5
    mov     a5, a9
    movi    a9, 0
    syscall
    retw

/* Calls itself a2 times: all windows of the callers end up on the stack. */
    .global port_spill
    .align 4
port_spill:
    entry   a1, 32
    beqz    a2, 1f
    addi    a10, a2, -1
    movi    a8, port_spill
    callx8  a8
1:  retw

/* The caller's a0..a3 lie below the stack pointer of this frame; its a4..a7 below that of the caller's caller. */
    .global setjmp
    .align 4
setjmp:
    entry   a1, 32
    movi    a10, 9
    movi    a8, port_spill
    callx8  a8
    addi    a3, a1, -16
    l32i    a4, a3, 0
    s32i    a4, a2, 0
    l32i    a5, a3, 4
    s32i    a5, a2, 4
    l32i    a4, a3, 8
    s32i    a4, a2, 8
    l32i    a4, a3, 12
    s32i    a4, a2, 12
    addi    a5, a5, -12
    l32i    a5, a5, 0
    addi    a5, a5, -32
    l32i    a4, a5, 0
    s32i    a4, a2, 16
    l32i    a4, a5, 4
    s32i    a4, a2, 20
    l32i    a4, a5, 8
    s32i    a4, a2, 24
    l32i    a4, a5, 12
    s32i    a4, a2, 28
    s32i    a0, a2, 32
    s32i    a1, a2, 36
    movi    a2, 0
    retw

    .global longjmp
    .align 4
longjmp:
    entry   a1, 32
    movi    a10, 9
    movi    a8, port_spill
    callx8  a8
    l32i    a0, a2, 32
    l32i    a6, a2, 36
    addi    a5, a6, -16
    l32i    a4, a2, 0
    s32i    a4, a5, 0
    l32i    a4, a2, 4
    s32i    a4, a5, 4
    addi    a7, a4, -12
    l32i    a4, a2, 8
    s32i    a4, a5, 8
    l32i    a4, a2, 12
    s32i    a4, a5, 12
    l32i    a5, a7, 0
    addi    a5, a5, -32
    l32i    a4, a2, 16
    s32i    a4, a5, 0
    l32i    a4, a2, 20
    s32i    a4, a5, 4
    l32i    a4, a2, 24
    s32i    a4, a5, 8
    l32i    a4, a2, 28
    s32i    a4, a5, 12
    movi    a2, 1
    mov     a1, a6
    retw
