# SPDX-License-Identifier: MIT
"""Module machine: clocks and buttons, seen from the outside of the chip."""

import pytest
from mpylite import romfs
from mpylite.errors import BoardError
from mpylite.simulator.console import Console

CRYSTAL_HZ = 12_000_000
PLL_SYS, PLL_USB, VREG = 0x40028000, 0x4002C000, 0x40064000
CLOCKS_REFERENCE, CLOCKS_SYS, CLOCKS_PERI, CLOCKS_USB = 0x40008030, 0x4000803C, 0x40008048, 0x40008054
NORMAL, SET, CLEAR = 0, 2, 3


class Pll:
    """What the emulator leaves out: its registers, and a lock that it has only with the VCO in its range."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.registers = {0x0: 1, 0x4: 0x2D, 0x8: 0, 0xC: 0x77000}

    def read_uint32(self, offset):
        locked = offset == 0 and 750_000_000 <= self.vco <= 1_600_000_000
        return self.registers[offset] | locked << 31

    def write_uint32(self, offset, value):
        self.registers[offset] = value

    def write_uint32_atomic(self, offset, value, kind):
        before = self.registers[offset]
        self.registers[offset] = {NORMAL: value, SET: before | value, CLEAR: before & ~value}[kind]

    @property
    def vco(self):
        off = self.registers[0x4] & 0x21
        return 0 if off else CRYSTAL_HZ // self.registers[0x0] * self.registers[0x8]

    @property
    def hz(self):
        """None while its dividers are off."""
        dividers = self.registers[0xC] >> 16 & 7, self.registers[0xC] >> 12 & 7
        return None if self.registers[0x4] & 8 else self.vco // (dividers[0] * dividers[1])


@pytest.fixture
def clocked(firmware):
    """A console, and the PLLs of its chip."""
    board = firmware.board()
    plls = {address: Pll() for address in (PLL_SYS, PLL_USB)}
    board.chip.peripherals.update({address >> 12: pll for address, pll in plls.items()})
    return Console(board), plls


def clocks(console, plls):
    """Hertz of the system, of the peripherals and of USB."""
    read = console.board.chip.read_uint32
    system, peripherals, usb = read(CLOCKS_SYS), read(CLOCKS_PERI), read(CLOCKS_USB)
    assert read(CLOCKS_REFERENCE) & 3 == 2  # the crystal, from which the ticks come
    assert system & 1 and system >> 5 & 7 == 0 and usb >> 5 & 7 == 0  # the system's PLL; USB's PLL
    return plls[PLL_SYS].hz, {1: plls[PLL_SYS].hz, 2: plls[PLL_USB].hz}[peripherals >> 5 & 7], plls[PLL_USB].hz


@pytest.mark.parametrize("hz", [125_000_000, 48_000_000, 133_000_000, 200_000_000, 266_000_000, 100_000_000])
def test_clock(clocked, hz):
    console, plls = clocked
    assert clocks(console, plls) == (125_000_000, 48_000_000, 48_000_000)
    assert console.run("import machine\nprint(machine.freq())") == "125000000\n"
    console.run(f"machine.freq({hz})")
    assert console.run("print(machine.freq())") == f"{hz}\n"
    assert clocks(console, plls) == (hz, 48_000_000, 48_000_000)
    assert console.board.chip.uart[0].baud_divider == pytest.approx(48_000_000 / 16 / 115_200, rel=0.001)
    volts = {0xB: 1.10, 0xC: 1.15}[console.board.chip.read_uint32(VREG) >> 4 & 15]
    assert volts == (1.15 if hz > 133_000_000 else 1.10)


def test_clock_that_cannot_be_had(clocked):
    console, plls = clocked
    console.run("import machine")
    for hz, nearest in ((126_000_001, 126_000_000), (12_000_000, 48_000_000), (10**9, 266_000_000), (0, 48_000_000), (-5, 266_000_000)):
        with pytest.raises(BoardError, match=f"ValueError: freq: found {hz}, nearest is {nearest}$"):
            console.run(f"machine.freq({hz})")
    with pytest.raises(BoardError, match="ValueError: freq: found 211000000, nearest is 210"):
        console.run("machine.freq(211_000_000)")
    with pytest.raises(BoardError, match="TypeError"):
        console.run("machine.freq('fast')")
    assert clocks(console, plls)[0] == 125_000_000 and console.run("print(machine.freq())") == "125000000\n"


# ---- BOOTSEL ----

CHIP_SELECT = 0x4001800C  # its control register: bits 12 and 13 take the output away


@pytest.fixture
def pressed(firmware, tmp_path):
    """A board whose boot and main leave a mark, and its button."""
    bootsel = pytest.importorskip("rp2040py.external.bootsel_button", reason="needs rp2040py 0.3.6 (pip install 'mpylite[dev]')")
    (tmp_path / "boot.py").write_text("print('boot was here')\n")
    (tmp_path / "main.py").write_text("print('main was here')\n")
    board, button = firmware.board(romfs.build(tmp_path)), bootsel.BootselButton()
    button.attach(board.chip)
    button.press()
    return board, button


def test_button_skips_boot_and_main(pressed):
    board, button = pressed
    console = Console(board)
    assert b"was here" not in board.uart
    button.release()
    console.send(b"\x04")  # a soft reset
    board.run_until(lambda: b"main was here" in board.uart)
    assert b"boot was here" in board.uart
    assert board.chip.read_uint32(CHIP_SELECT) >> 12 & 3 == 0


def test_button_is_read_with_the_output_off(pressed, monkeypatch):
    """While the chip drives the line, it reads what it drives: the emulator does not model that."""
    board, _ = pressed
    sio, overrides = board.chip.sio, []
    read = sio.read_uint32

    def watched(offset):
        if offset == 0x8:  # the inputs of the flash's pins
            overrides.append(board.chip.qspi[1].output_enable_override)
        return read(offset)

    monkeypatch.setattr(sio, "read_uint32", watched)
    Console(board)
    assert overrides and set(overrides) == {2}
