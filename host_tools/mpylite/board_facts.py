# SPDX-License-Identifier: MIT
"""What a connected board says of itself: version, architecture, heap, storage, ROMFS, a built-in mpylite."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from . import boards
from .errors import BoardError

# sys.implementation._mpy >> 10, as MicroPython numbers its architectures.
ARCHES = (
    "",
    "x86",
    "x64",
    "armv6",
    "armv6m",
    "armv7m",
    "armv7em",
    "armv7emsp",
    "armv7emdp",
    "xtensa",
    "xtensawin",
    "rv32imc",
)

# Two questions, so that each needs little memory there.
PROBE = """
import gc, os, sys
gc.collect()
def _free():
    try:
        s = os.statvfs("/")
        return s[0] * s[3] if s[2] else -1
    except Exception:
        return -1
def _compiler():
    try:
        exec("1")
        return True
    except Exception:
        return False
def _romfs():
    try:
        import vfs
        rom = vfs.rom_ioctl(2, 0) if vfs.rom_ioctl(1) > 0 else b""
        return rom.ioctl(4, 0) * rom.ioctl(5, 0) if hasattr(rom, "ioctl") else len(rom)
    except Exception:
        return 0
def _mounted():
    try:
        os.listdir("/rom")
        return True
    except OSError:
        return False
def _clock():
    try:
        import machine
        hz = machine.freq()
        return hz if isinstance(hz, int) else hz[0]
    except Exception:
        return 0
print(repr((tuple(sys.implementation)[1], getattr(sys.implementation, "_machine", ""),
    getattr(sys.implementation, "_mpy", 0), gc.mem_free(), _free(), "/lib" in sys.path, _compiler(), _romfs(), _mounted(), _clock())))
del _free, _compiler, _romfs, _mounted, _clock
"""
MODULE_PROBE = """
import os, sys
def _builtin():
    paths = sys.path[:]
    sys.path[:] = []  # no file is looked for
    try:
        import mpylite
        return None if hasattr(mpylite, "__file__") else mpylite.operators()
    except ImportError:
        return None
    finally:
        sys.path[:] = paths
def _found():
    for path in sys.path:
        for end in ("mpylite", "mpylite.py", "mpylite.mpy"):
            name = path + "/" + end if path else end
            try:
                os.stat(name)
                return name
            except OSError:
                pass
    return ""
print(repr((_builtin(), _found())))
del _builtin, _found
"""


@dataclass(frozen=True)
class Facts:
    """What a board says of itself."""

    version: tuple
    machine: str
    mpy: int
    heap_bytes: int
    storage_bytes: int
    has_lib: bool
    builtin: tuple | None  # the operators of an mpylite in the firmware
    compiles: bool
    romfs_bytes: int = 0  # of the partition for a read-only file system
    romfs_mounted: bool = False  # at /rom
    clock_hz: int = 0  # of its processor now; 0 if it does not tell
    found: str = ""  # the file or folder that an import of mpylite takes, where none is built in
    has_files: bool = True  # a file system to write to, be it full

    @property
    def own_kernels(self):
        """The instruction set whose kernels an mpylite in the firmware has; a native module has the portable ones."""
        board = boards.by_machine(self.machine) if self.builtin else None
        return board.kernels if board else ""

    @property
    def arch(self):
        arch = ARCHES[self.mpy >> 10] if self.mpy >> 10 < len(ARCHES) else ""
        return "armv7m" if arch == "armv7em" else arch  # what a core without an FPU says and takes


def ask(device):
    """The board's Facts."""
    version, machine, mpy, heap, storage, has_lib, *others = _answer(device, PROBE, 10)
    builtin, found = _answer(device, MODULE_PROBE, 2)
    operators = tuple(builtin) if builtin else builtin
    return Facts(tuple(version[:3]), machine, mpy, heap, max(storage, 0), has_lib, operators, *others, found, storage >= 0)


def _answer(device, question, count):
    """The tuple that the board printed."""
    said = device.exec(question).strip()
    try:
        found = ast.literal_eval(said)
    except (SyntaxError, ValueError):
        found = None
    if not isinstance(found, tuple) or len(found) != count:
        raise BoardError(f"board: found the answer {said[:60]!r}, needs {count} facts; next step: reset the board, or name its port with --port")
    return found
