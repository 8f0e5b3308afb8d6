# SPDX-License-Identifier: MIT
"""An ELF file in the RP2040 emulator without any firmware: its functions are called by name, cycles are the emulator's.
Flash waits and the XIP cache are not modelled."""

import bisect
import subprocess
from collections import Counter

from elftools.elf.elffile import ELFFile

from tests.turns import turn

FLASH, RAM = 0x10000000, 0x20000000
RAM_BYTES = 264 * 1024
STACK_TOP = RAM + RAM_BYTES
STACK_BYTES = 8 * 1024
RETURN = 0x101FFF00  # a BKPT at the end of flash: where a called function returns to


def build(top, inner, opt):
    """The bare image of the engine with one architecture's inner loops; one process at a time."""
    with turn("bench"):
        variables = [f"INNER={inner}", f"OPT={opt}"]
        subprocess.run(["make", "-s", "-j2", "-f", "tests/bench/bare.mk", *variables], cwd=top, check=True)
    return top / "build" / "bench" / f"{inner}{opt}" / "bare.elf"


class Chip:
    """A core with an ELF file in its memory."""

    def __init__(self, elf):
        from rp2040py.execute_batch import execute_batch
        from rp2040py.simulator import Simulator
        from rp2040py.utils.logging import ConsoleLogger, LogLevel

        self._simulator, self._execute = Simulator(), execute_batch
        self.chip = self._simulator.rp2040
        self.chip.logger = ConsoleLogger(LogLevel.ERROR)
        self.symbols = {}
        with open(elf, "rb") as stream:
            file = ELFFile(stream)
            for segment in file.iter_segments("PT_LOAD"):
                self.write(segment["p_paddr"], segment.data())
            for symbol in file.get_section_by_name(".symtab").iter_symbols():
                self.symbols[symbol.name] = symbol["st_value"]
        self.write(RETURN, b"\x00\xbe")

    def _memory(self, address):
        return (self.chip.flash, address - FLASH) if address < RAM else (self.chip.sram, address - RAM)

    def write(self, address, data):
        memory, at = self._memory(address)
        memory[at : at + len(data)] = bytes(data)

    def read(self, address, count):
        memory, at = self._memory(address)
        return bytes(memory[at : at + count])

    def _begin(self, name, arguments):
        core = self.chip.core
        for i, value in enumerate(arguments):
            core.registers[i] = value & 0xFFFFFFFF
        core.sp = STACK_TOP
        core.registers[14] = RETURN | 1
        core.pc = self.symbols[name] & ~1
        return core

    def profile(self, name, *arguments):
        """As call, one instruction at a time: gives Counter of cycles by function."""
        starts = sorted((address & ~1, symbol) for symbol, address in self.symbols.items() if symbol and symbol[0] != "$")
        addresses = [address for address, _ in starts]
        core, by_start = self._begin(name, arguments), Counter()
        while core.pc & ~1 != RETURN:
            at, before = core.pc, core.cycles
            core.execute_instruction()
            by_start[at] += core.cycles - before
        cycles = Counter()
        for at, count in by_start.items():
            cycles[starts[bisect.bisect_right(addresses, at) - 1][1]] += count
        return cycles

    def call(self, name, *arguments):
        """Calls a function with up to four words; gives (what it returned, cycles)."""
        core = self._begin(name, arguments)
        before = core.cycles
        self._simulator.stopped = False
        while not self._simulator.stopped:
            self._execute(self._simulator, 1)
        if core.pc & ~3 != RETURN & ~3:
            raise RuntimeError(f"{name}: stopped at {core.pc:#x}, needs to return; next step: look there with objdump")
        return core.registers[0], core.cycles - before
