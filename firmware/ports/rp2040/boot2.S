/* SPDX-License-Identifier: MIT
 * Second stage boot: brings the flash chip (W25Q and its like) into continuous quad reads, then starts the program behind
 * it. The bootrom copies these 252 bytes to SRAM and checks the CRC that image.py writes into the last four; flash.c calls
 * a copy of them after each write. Position independent. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .equ CTRLR0, 0x00
    .equ CTRLR1, 0x04
    .equ SSIENR, 0x08
    .equ BAUDR, 0x14
    .equ SR, 0x28
    .equ DR0, 0x60
    .equ SAMPLE_DLY, 0xf0

    .section .boot2, "ax"
    .global boot2
    .thumb_func
boot2:
    push {r4, r5, lr}
    ldr r3, =0x40020000         /* PADS_QSPI: clock with 8 mA and fast slew, data without Schmitt triggers */
    movs r0, #0x21
    str r0, [r3, #4]
    ldr r0, [r3, #8]
    movs r1, #2
    bics r0, r1
    str r0, [r3, #8]
    str r0, [r3, #12]
    str r0, [r3, #16]
    str r0, [r3, #20]

    ldr r3, =0x18000000         /* XIP_SSI */
    movs r0, #0
    str r0, [r3, #SSIENR]
    movs r0, #2                 /* a half of the system clock */
    str r0, [r3, #BAUDR]
    movs r0, #1                 /* sample half a clock later */
    movs r2, #SAMPLE_DLY
    str r0, [r3, r2]

    ldr r0, =(7 << 16)          /* 8 bit frames, both ways, for commands */
    str r0, [r3, #CTRLR0]
    movs r0, #1
    str r0, [r3, #SSIENR]

    movs r0, #0x35              /* status register 2: is quad enabled (bit 1)? */
    bl read_status
    movs r1, #2
    tst r0, r1
    bne quad_enabled
    movs r0, #6                 /* write enable */
    str r0, [r3, #DR0]
    bl wait_idle
    ldr r0, [r3, #DR0]
    movs r0, #1                 /* write both status registers */
    str r0, [r3, #DR0]
    movs r0, #0
    str r0, [r3, #DR0]
    str r1, [r3, #DR0]
    bl wait_idle
    ldr r0, [r3, #DR0]
    ldr r0, [r3, #DR0]
    ldr r0, [r3, #DR0]
1:  movs r0, #5                 /* until the write is done */
    bl read_status
    movs r1, #1
    tst r0, r1
    bne 1b
quad_enabled:

    movs r0, #0                 /* one read with the command, which turns continuous mode on */
    str r0, [r3, #SSIENR]
    ldr r0, =(2 << 21 | 31 << 16 | 3 << 8)      /* quad, 32 bit frames, read */
    str r0, [r3, #CTRLR0]
    movs r0, #0
    str r0, [r3, #CTRLR1]
    ldr r2, =0x180000f4         /* SPI_CTRLR0 */
    ldr r0, =(4 << 11 | 2 << 8 | 8 << 2 | 1)    /* 8 bit command on one line, address and mode on four */
    str r0, [r2]
    movs r0, #1
    str r0, [r3, #SSIENR]
    movs r0, #0xeb              /* fast read quad I/O */
    str r0, [r3, #DR0]
    movs r0, #0xa0              /* mode: continuous */
    str r0, [r3, #DR0]
    bl wait_idle

    movs r0, #0
    str r0, [r3, #SSIENR]
    ldr r0, =(0xa0 << 24 | 4 << 11 | 8 << 2 | 2) /* no command; the mode byte follows the address */
    str r0, [r2]
    movs r0, #1
    str r0, [r3, #SSIENR]

    pop {r4, r5}
    pop {r0}
    cmp r0, #0                  /* the bootrom enters with 0 */
    beq start
    bx r0
start:
    ldr r0, =0x10000100
    ldr r1, =0xe000ed08         /* VTOR */
    str r0, [r1]
    ldmia r0!, {r1, r2}
    msr msp, r1
    bx r2

    .thumb_func
wait_idle:                      /* until all is sent and the bus is at rest */
    ldr r4, [r3, #SR]
    movs r5, #4                 /* transmit FIFO empty */
    tst r4, r5
    beq wait_idle
    movs r5, #1                 /* busy */
    tst r4, r5
    bne wait_idle
    bx lr

    .thumb_func
read_status:                    /* r0: command, then the register */
    push {lr}
    str r0, [r3, #DR0]
    str r0, [r3, #DR0]
    bl wait_idle
    ldr r0, [r3, #DR0]
    ldr r0, [r3, #DR0]
    pop {pc}
    .ltorg
