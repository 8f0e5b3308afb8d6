/* SPDX-License-Identifier: MIT
 * QEMU's Xtensa simulator machine with core dc233c: window vectors, start, CCOUNT, simulator calls. */

    .section .reset, "ax"
    j       1f
    .literal_position
    .align 4
1:  movi    a0, _start
    jx      a0

/* Spills and refills of register windows, at their places behind VECBASE, 0x2000. */
    .section .vectors, "ax"
    .org 0x00
    s32e    a0, a5, -16
    s32e    a1, a5, -12
    s32e    a2, a5, -8
    s32e    a3, a5, -4
    rfwo
    .org 0x40
    l32e    a0, a5, -16
    l32e    a1, a5, -12
    l32e    a2, a5, -8
    l32e    a3, a5, -4
    rfwu
    .org 0x80
    s32e    a0, a9, -16
    l32e    a0, a1, -12
    s32e    a1, a9, -12
    s32e    a2, a9, -8
    s32e    a3, a9, -4
    s32e    a4, a0, -32
    s32e    a5, a0, -28
    s32e    a6, a0, -24
    s32e    a7, a0, -20
    rfwo
    .org 0xc0
    l32e    a0, a9, -16
    l32e    a1, a9, -12
    l32e    a2, a9, -8
    l32e    a7, a1, -12
    l32e    a3, a9, -4
    l32e    a4, a7, -32
    l32e    a5, a7, -28
    l32e    a6, a7, -24
    l32e    a7, a7, -20
    rfwu
/* Any other exception ends the program. */
    .org 0x300
    j       fault
    .org 0x340
    j       fault
    .org 0x3c0
fault:
    movi    a3, 99
    movi    a2, 1
    simcall

    .text
    .global _start
    .literal_position
    .align 4
_start:
    movi    a2, 0x00040000      /* PS: windows on, no exception, interrupts allowed */
    wsr     a2, ps
    movi    a2, 1
    wsr     a2, windowstart
    movi    a2, 0
    wsr     a2, windowbase
    rsync
    movi    a2, 0x2000
    wsr     a2, vecbase
    movi    a1, stack_top
    movi    a0, 0
    movi    a6, 0x04000000
    movi    a4, probe_main
    callx4  a4
    movi    a3, 0
    movi    a2, 1
    simcall

    .global probe_restart
    .align 4
probe_restart:
    entry   a1, 16
    movi    a2, 0
    wsr     a2, ccount
    retw

/* CCOUNT runs at 10 MHz, and an instruction takes 2^7 ns (-icount shift=7): 1.28 ticks. */
    .global probe_instructions
    .align 4
probe_instructions:
    entry   a1, 16
    rsr     a2, ccount
    movi    a3, 25
    extui   a4, a2, 0, 5
    srli    a2, a2, 5
    mull    a2, a2, a3
    mull    a4, a4, a3
    srli    a4, a4, 5
    add     a2, a2, a4
    retw

    .global probe_write
    .align 4
probe_write:
    entry   a1, 16
    mov     a5, a3
    mov     a4, a2
    movi    a3, 1
    movi    a2, 4
    simcall
    retw
