# SPDX-License-Identifier: MIT
"""An RP2040 board in the emulator rp2040py: flash, UART0, a USB host with one serial port, cycles, power cuts.

Owns how the emulator is driven; what is said over the ports belongs to the callers. `serve` offers the USB port over TCP,
for programs that open socket://.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import time

from mpylite import uf2
from mpylite.errors import BoardError, MissingExtra

FLASH_START, RAM_START = 0x10000000, 0x20000000
HZ = 125_000_000
SECTOR = 4096
PIO_BLOCKS = 0x50200, 0x50300  # in the emulator's table of what lies where
LEAP_SECONDS = 0.002  # the most that a served board sleeps while the PC does not hear of it
# The bootrom's mark in the watchdog's scratch registers: after the reset go on where I say. Its own UF2 bootloader is started so.
GO_ON_MARK, GO_ON_KEY = 0xB007C0D3, 0x4FF83F2D
SEAL = 0x53464D52  # firmware/ports/rp2040/romfs.c


class PowerCut(Exception):
    """The power went away before a flash write."""


def _emulator():
    try:
        from rp2040py.device.bootrom import BOOTROM_B1
        from rp2040py.execute_batch import execute_batch
        from rp2040py.simulator import Simulator
        from rp2040py.usb.cdc import USBCDC
        from rp2040py.utils.logging import ConsoleLogger, LogLevel
    except ImportError as error:
        raise MissingExtra("RP2040 emulator", "rp2040py", "device") from error
    return Simulator, execute_batch, USBCDC, BOOTROM_B1, ConsoleLogger(LogLevel.ERROR)


def image_of(uf2_bytes):
    """The flash image in a UF2 file."""
    _, pieces = uf2.unpack(uf2_bytes)
    image = bytearray(b"\xff" * (max(address + len(data) for address, data in pieces) - FLASH_START))
    for address, data in pieces:
        image[address - FLASH_START : address - FLASH_START + len(data)] = data
    return bytes(image)


def with_romfs(image, board, romfs, profile="repl"):
    """The image with a file system as a first deploy leaves it: in the first slot, of profile `full` in front of the
    writable file system."""
    full = profile == "full"
    content = board.full["romfs_bytes"] if full else board.romfs["bytes"] // 2 - SECTOR
    if len(romfs) > content:
        raise BoardError(f"ROMFS: found {len(romfs)} bytes, needs {content} at most; next step: take files out")
    if full:
        return bytes(image).ljust(board.flash_bytes - board.full["storage_bytes"] - content, b"\xff") + romfs
    slot = romfs.ljust(content, b"\xff") + struct.pack("<III", SEAL, 1, ~1 & 0xFFFFFFFF)
    return bytes(image).ljust(board.romfs["offset"], b"\xff") + slot


class Board:
    """A board with power. `image` fills the start of its flash, or is a whole flash from an earlier board. `unpacked` is
    what a packed image unpacks itself to: a board that is given it starts there, which saves a second of its time and
    many of ours."""

    def __init__(self, image, unpacked=None):
        simulator, self._execute, usb_host, bootrom, logger = _emulator()
        self._simulator = simulator()
        self.chip = self._simulator.rp2040
        self.chip.logger = logger
        self.chip.load_bootrom(bootrom)
        self.chip.flash[: len(image)] = image
        self.chip.flash[len(image) :] = b"\xff" * (len(self.chip.flash) - len(image))
        self.uart, self.usb = bytearray(), bytearray()
        self.on_uart_byte = None
        self.connected = self.in_bootloader = False
        self._uart_input = bytearray()
        self.chip.uart[0].on_byte = self._uart_byte
        self._host = _UsbHost(usb_host(self.chip.usb_ctrl), self)
        self._count_flash_writes()
        self._pio = _IdlePio(self.chip, self._simulator.clock, self._stop)
        self._simulator.stopped = False
        self._pause = self._simulator.clock.create_alarm(self._stop)
        self._unpacked = unpacked
        self.chip.leave_reset = self._start
        self._start()

    def _start(self):
        core, scratch = self.chip.core, self.chip.watchdog.scratch_data
        if scratch[4] == GO_ON_MARK and scratch[5] ^ scratch[7] == GO_ON_KEY:
            self.in_bootloader, self.connected = True, False  # a drive: not emulated here
        if self._unpacked is None:
            core.pc = FLASH_START
            return
        self.chip.sram[: len(self._unpacked)] = self._unpacked
        stack, entry = struct.unpack_from("<II", self._unpacked)
        core.vtor, core.sp, core.pc = RAM_START, stack, entry & ~1

    # ---- time ----

    @property
    def cycles(self):
        """Cycles of the processor since its reset, without those in which it slept."""
        return self.chip.core.cycles

    @property
    def seconds(self):
        return self._simulator.clock.nanos / 1e9

    def step(self, most_seconds=None):
        """Runs a few milliseconds of the PC's time, or a million instructions; no more of its own time than that, which it
        might else sleep."""
        uart = self.chip.uart[0]
        while self._uart_input and not uart.rx_fifo.full:
            uart.feed_byte(self._uart_input.pop(0))
        if most_seconds:
            self._pause.schedule(most_seconds * 1e9)
        self._pio.begin_batch()
        self._execute(self._simulator, 1)
        self._pause.cancel()
        self._simulator.stopped = False

    def _stop(self, *_):
        self._simulator.stopped = True

    def run_until(self, done, seconds=30.0):
        """Runs until `done()`; raises after that many seconds of the board's time, or when it sleeps for good."""
        end, asleep = self.seconds + seconds, 0
        while not done():
            before = self.seconds
            self.step()
            asleep = asleep + 1 if self.seconds == before else 0
            if self.seconds > end or asleep > 20:
                why = "waits for input" if asleep else f"gave no answer in {seconds} s of its time"
                raise BoardError(f"emulator: the board {why}, needs to go on; last output: {self._tail()}")

    def _tail(self):
        return bytes(self.usb[-200:] or self.uart[-200:])

    # ---- ports ----

    def _uart_byte(self, byte):
        self.uart.append(byte)
        if self.on_uart_byte:
            self.on_uart_byte(byte)

    def send_uart(self, data):
        self._uart_input += data

    def send_usb(self, data):
        self._host.send(data)

    @property
    def usb_unsent(self):
        """Bytes that the board has not taken yet."""
        return len(self._host.waiting)

    def open_port(self, is_open):
        """What a program does that opens or closes the serial port."""
        self._host.set_open(is_open)

    def pull_cable(self):
        """Closes the port with all that was on its way to the board."""
        self._host.waiting.clear()
        self.open_port(False)

    def wait_for_usb(self):
        self.run_until(lambda: self.connected)

    # ---- power ----

    def reset(self):
        """The RUN pin, with the flash as it is."""
        self.chip.set_run_pin(low=True)
        self.chip.set_run_pin(low=False)

    def _count_flash_writes(self):
        """Counts erase and program commands, and cuts the power before one of them."""
        self.flash_writes, self.cut_at = 0, None
        ssi, apply = self.chip.ssi, self.chip.ssi._apply_command

        def counted():
            # page program, sector erase, block erase
            if ssi._tx_buffer and ssi._tx_buffer[0] in (0x02, 0x20, 0xD8):
                if self.cut_at is not None and self.flash_writes >= self.cut_at:
                    raise PowerCut(f"before flash write {self.flash_writes}")
                self.flash_writes += 1
            apply()

        ssi._apply_command = counted


class _IdlePio:
    """Programmable I/O is looked at after each instruction, for a third of the emulator's time: here not while its machines
    are stopped. A batch of instructions takes the list of its blocks at the start; what else asks for it finds it."""

    def __init__(self, chip, clock, end_batch):
        self.chip, self.blocks, self.end_batch = chip, chip.pio, end_batch
        self.restored, self.enter_reset = clock.create_alarm(self.restore), chip.enter_reset
        chip.enter_reset = self.reset
        for address, block in zip(PIO_BLOCKS, self.blocks, strict=True):
            chip.peripherals[address] = _PioWrites(block, end_batch)

    def begin_batch(self):
        if all(block.stopped for block in self.blocks):
            self.chip.pio = []
            self.restored.schedule(0)

    def restore(self, *_):
        self.chip.pio = self.blocks

    def reset(self, **how):
        self.restore()
        self.enter_reset(**how)


class _PioWrites:
    """A block on the bus; one that starts a machine ends the batch."""

    def __init__(self, block, end_batch):
        self.block, self.end_batch, self.read_uint32 = block, end_batch, block.read_uint32

    def write_uint32(self, *arguments):
        self.block.write_uint32(*arguments)
        if not self.block.stopped:
            self.end_batch()

    def write_uint32_atomic(self, *arguments):
        self.block.write_uint32_atomic(*arguments)
        if not self.block.stopped:
            self.end_batch()


class _UsbHost:
    """The PC's side of the serial port. Unlike the emulator's own it asks for nothing while it has nothing to send, as a
    host controller that is told NAK."""

    def __init__(self, cdc, board):
        self.cdc, self.board, self.waiting, self._ready = cdc, board, bytearray(), 0
        self._read = cdc.usb.on_endpoint_read
        self._reset = cdc.usb.on_reset
        cdc.usb.on_endpoint_read = self._on_read
        cdc.usb.on_reset = self._on_reset
        cdc.on_serial_data = board.usb.extend
        cdc.on_device_connected = self._on_connected

    def _on_connected(self):
        self.board.connected = True

    def _on_reset(self):
        self.board.connected, self._ready = False, 0
        self._reset()

    def _on_read(self, endpoint, size):
        if endpoint != self.cdc._out_endpoint:
            self._read(endpoint, size)
            return
        self._ready = size
        self._hand_over()

    def _hand_over(self):
        if self._ready and self.waiting:
            packet = bytes(self.waiting[: self._ready])
            del self.waiting[: self._ready]
            self._ready = 0
            self.cdc.usb.endpoint_read_done(self.cdc._out_endpoint, packet)

    def send(self, data):
        self.waiting += data
        self._hand_over()

    def set_open(self, is_open):
        self.cdc.set_control_lines(dtr=is_open, rts=is_open)


class _Pace:
    """Keeps the board's clock from running ahead of ours, as it does while the board sleeps: a program on the PC would
    seem late to it."""

    def __init__(self, board):
        self.board, self.began = board, time.monotonic() - board.seconds

    def ahead(self):
        seconds = self.board.seconds + self.began - time.monotonic()
        self.began -= min(seconds, 0)  # it never has to catch up
        return max(seconds, 0)


def serve(board, listener, stop=lambda: False):
    """Connects the board's USB port with whoever connects to the listening socket, one after the other."""
    connection, pace = None, _Pace(board)
    while not stop():
        board.step(LEAP_SECONDS)
        rest = 0 if board.usb else pace.ahead()
        ready, _, _ = select.select([connection or listener], [], [], rest)
        if connection is None and ready:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            board.open_port(True)
        elif ready:
            data = _receive(connection)
            if data:
                board.send_usb(data)
            else:
                connection.close()
                connection = None
                board.open_port(False)
        if connection is None:
            del board.usb[:]
        elif board.usb:
            with contextlib.suppress(OSError):
                connection.sendall(bytes(board.usb))
            del board.usb[:]


def _receive(connection):
    try:
        return connection.recv(65536)
    except OSError:
        return b""
