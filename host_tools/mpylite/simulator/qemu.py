# SPDX-License-Identifier: MIT
"""Boards in QEMU, one for each instruction set: MicroPython with a file system in RAM, its console on a socket. The
firmware is what `make qemu` builds."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from pathlib import Path

from mpylite.errors import BoardError

FIRMWARE = Path(__file__).resolve().parents[3] / "build" / "qemu"
# Where a ROMFS image lies: memory (flash on the Cortex-M0) that the firmware does not use.
ROMFS = {
    "armv6m": 0x00080000,
    "armv7m": 0x21000000,
    "armv7emsp": 0x21000000,
    "armv7emdp": 0x60000000,
    "rv32imc": 0x81000000,
}
MACHINES = {
    "armv6m": "qemu-system-arm -machine microbit -global nrf51-soc.flash-size=1048576 -global nrf51-soc.sram-size=262144",
    "armv7m": "qemu-system-arm -machine mps2-an385",
    "armv7emsp": "qemu-system-arm -machine mps2-an386",
    "armv7emdp": "qemu-system-arm -machine mps2-an500",
    "rv32imc": "qemu-system-riscv32 -machine virt -bios none",
}
# A file system in the heap, as the documentation of MicroPython's block devices has it.
FILES_IN_RAM = """
import os, sys, vfs
class RAMDisk:
    def __init__(self, blocks):
        self.data = bytearray(blocks * 512)
    def readblocks(self, n, buf, offset=0):
        at = n * 512 + offset
        buf[:] = memoryview(self.data)[at : at + len(buf)]
    def writeblocks(self, n, buf, offset=0):
        at = n * 512 + offset
        self.data[at : at + len(buf)] = buf
    def ioctl(self, op, arg):
        return len(self.data) // 512 if op == 4 else 512 if op == 5 else 0
__disk = RAMDisk({blocks})
vfs.VfsLfs2.mkfs(__disk)
vfs.mount(__disk, "/")
os.chdir("/")
"""
FILES_IN_ROM = """
import sys, vfs, uctypes
vfs.mount(vfs.VfsRom(uctypes.bytearray_at({address}, {size})), "/rom")
sys.path.insert(0, "/rom")
"""


def architecture(name):
    """The one architecture of that name, or whose name begins so: rv32 is rv32imc."""
    found = [arch for arch in MACHINES if name and arch.startswith(name)]
    if name not in MACHINES and len(found) != 1:
        raise BoardError(f"qemu:{name}: found no such board, needs one of {', '.join(MACHINES)}")
    return name if name in MACHINES else found[0]


class Board:
    """A running board; `port` is where device.Device finds it, `setup` is what it must be told first.
    `romfs`, a ROMFS image, is read in place at /rom. With `counts` an instruction takes one nanosecond of its time. `firmwares` is a folder of another MicroPython."""

    def __init__(self, arch, disk_bytes=100 << 10, romfs=b"", counts=False, firmwares=FIRMWARE):
        arch = architecture(arch)
        firmware = firmwares / arch / "firmware.elf"
        if not firmware.is_file():
            raise BoardError(f"qemu:{arch}: found no {firmware.name}, needs MicroPython for it; next step: make qemu")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            number = probe.getsockname()[1]
        command = [*MACHINES[arch].split(), *"-display none -monitor none -semihosting".split()]
        command += ["-icount", "shift=0"] if counts else []
        command += ["-serial", f"tcp:127.0.0.1:{number},server=on,wait=off", "-kernel", str(firmware)]
        self._image = tempfile.NamedTemporaryFile(prefix="mpylite-romfs-")  # noqa: SIM115  (closed by close)
        if romfs:
            self._image.write(romfs)
            self._image.flush()
            command += ["-device", f"loader,file={self._image.name},addr={ROMFS[arch]:#x},force-raw=on"]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except FileNotFoundError as error:
            raise BoardError(f"qemu:{arch}: found no {command[0]}, needs QEMU; next step: install it") from error
        self.port = f"socket://127.0.0.1:{number}"
        self.setup = FILES_IN_RAM.format(blocks=disk_bytes // 512) if disk_bytes else ""
        self.setup += FILES_IN_ROM.format(address=ROMFS[arch], size=len(romfs)) if romfs else ""
        self._wait(number)

    def _wait(self, number):
        for _ in range(100):
            if self._process.poll() is not None:
                raise BoardError(
                    f"qemu: ended with {self._process.returncode} before it listened; next step: make qemu"
                )
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                return
            except OSError:
                time.sleep(0.05)
        self.close()
        raise BoardError("qemu: found no answer within 5 seconds, needs a console")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._process.kill()
        self._process.wait()
        self._image.close()
