# SPDX-License-Identifier: MIT
"""The engine on emulated machines without firmware (tests/inner/emulated): one run of QEMU works through many models and
gives the output and the instructions of each."""

import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.turns import turn

TOP = Path(__file__).resolve().parents[2]
ARCHES = ("armv7em", "rv32", "xtensa")
FAST, SMALL = 32768, 1024  # scratch, as interpreter.h has it
# Command, and where the request lies in the machine's memory.
QEMU = {
    "armv6m": (
        "qemu-system-arm -machine microbit -icount shift=7 -global nrf51-soc.flash-size=1048576 "
        "-global nrf51-soc.sram-size=16777216",
        0x20800000,
    ),
    "armv7em": ("qemu-system-arm -machine mps2-an386 -icount shift=7", 0x21000000),
    "rv32": ("qemu-system-riscv32 -machine virt -bios none -icount shift=0", 0x84000000),
    "xtensa": ("qemu-system-xtensa -machine sim -cpu dc233c -icount shift=7", 0x04000000),
}
COMPILERS = {"armv6m": "arm-none-eabi-gcc", "armv7em": "arm-none-eabi-gcc", "rv32": "riscv64-unknown-elf-gcc", "xtensa": "apt-get"}


def missing(arch):
    """Why an architecture cannot be run here, or None."""
    absent = [tool for tool in (COMPILERS[arch], QEMU[arch][0].split()[0]) if not shutil.which(tool)]
    return f"found no {absent[0]}; next step: make test installs it where it may" if absent else None


@dataclass
class Answer:
    """What became of one model."""

    status: int
    instructions: int
    arena_bytes: int
    record_bytes: int
    output: bytes


def build(arch, inner=None, opt="-O2"):
    """The probe with one architecture's inner loops, or the portable ones; one test process at a time."""
    inner = inner or arch
    make = ["make", "-s", "-j2", "--no-print-directory"]
    with turn("inner"):
        if arch == "xtensa":
            with turn("natmod"):  # the native module's tests make the compiler too
                subprocess.run([*make, "build/xtensa/bin-qemu.so"], cwd=TOP, check=True)
        variables = [f"MACHINE={arch}", f"INNER={inner}", f"OPT={opt}"]
        subprocess.run([*make, "-f", "tests/inner/emulated/machine.mk", *variables], cwd=TOP, check=True)
    return TOP / "build/inner" / arch / f"{inner}{opt}" / "probe.elf"


def _padded(data):
    return data + bytes(-len(data) % 16)


def _request(questions):
    parts = [struct.pack("<I12x", len(questions))]
    for model, inputs, output_bytes, scratch_bytes in questions:
        fed = b"".join(np.ascontiguousarray(one).tobytes() for one in inputs)
        parts += [struct.pack("<4I", scratch_bytes, len(model), len(fed), output_bytes), _padded(model), _padded(fed)]
    return b"".join(parts)


def _run(arch, elf, request):
    command, address = QEMU[arch]
    with tempfile.TemporaryDirectory(prefix="mpylite-probe-") as folder:
        file, console = Path(folder) / "request", Path(folder) / "console"
        file.write_bytes(request)
        command = [*command.split(), *"-display none -monitor none -semihosting -no-reboot".split(), "-kernel", str(elf)]
        command += ["-device", f"loader,file={file},addr={address:#x},force-raw=on"]
        command += ["-serial", "none" if arch == "xtensa" else f"file:{console}"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=500)
        said = done.stdout if arch == "xtensa" else console.read_bytes()
    if done.returncode:
        raise RuntimeError(f"{arch}: QEMU ended with {done.returncode} after {len(said)} bytes: {done.stderr[-500:]!r}")
    return said


def ask(arch, elf, questions):
    """questions: (model, inputs, bytes of the first output, bound of scratch); gives an Answer to each."""
    said = _run(arch, elf, _request(questions))
    answers, at = [], 0
    for _, _, output_bytes, _ in questions:
        words = struct.unpack_from("<4I", said, at)
        at += 16
        count = 0 if words[0] else output_bytes
        answers.append(Answer(*words, said[at : at + count]))
        at += count
    if at != len(said):
        raise RuntimeError(f"{arch}: found {len(said)} bytes from the probe, needs {at}")
    return answers
