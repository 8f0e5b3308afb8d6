# SPDX-License-Identifier: MIT
"""Compiles and links the engine for an instruction set, with chosen operators, and counts its bytes."""
import hashlib
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

SOURCES = ("kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c")
INCLUDED = ("kernels/**/*.h", "kernels/*.def", "firmware/engine/*.h")
CFLAGS = (
    "-std=c99 -ffp-contract=off -Ikernels -Ifirmware/engine -Os -ffunction-sections -fdata-sections "
    "-fno-asynchronous-unwind-tables -fno-unwind-tables"
).split()
# The linker's own scripts pad sections, which would count as bytes of ours.
SCRIPT = """SECTIONS {
 .text : { *(.text .text.*) } .rodata : { *(.rodata .rodata.* .srodata .srodata.*) }
 .data : { *(.data .data.* .sdata .sdata.*) } .bss : { *(.bss .bss.* .sbss .sbss.* COMMON) }
 /DISCARD/ : { *(.comment .note* .eh_frame* .ARM.* .riscv.*) }
}
"""
# What a firmware calls; interpreter_explain is inline and stands for status_format.
API = re.compile(r"^[a-z][\w *]*?\b(interpreter_\w+)\(", re.M)
SENTENCES = "status_format"


@dataclass(frozen=True)
class Target:
    """An instruction set: its compiler and flags."""

    name: str
    compiler: str
    flags: tuple

    def present(self):
        return shutil.which(self.compiler) is not None


TARGETS = (
    Target("armv6m", "arm-none-eabi-gcc", ("-mcpu=cortex-m0plus", "-mthumb")),
    Target("armv7em", "arm-none-eabi-gcc", ("-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard")),
    Target("rv32imc", "riscv64-unknown-elf-gcc", ("-march=rv32imc", "-mabi=ilp32")),
    Target("x86-64", "gcc", ("-fno-pie", "-no-pie", "-static", "-fcf-protection=none", "-fno-stack-protector")),
)


@dataclass(frozen=True)
class Size:
    """Bytes of one linked program; `library` is what it takes from libgcc, not part of the others."""

    text: int
    rodata: int
    data: int
    library: int

    @property
    def flash(self):
        return self.text + self.rodata


def less(size, base):
    """What one Size is above another."""
    return Size(*(getattr(size, part) - getattr(base, part) for part in ("text", "rodata", "data", "library")))


class Tree:
    """A source tree, with the objects made from it for one target kept in a cache by content."""

    def __init__(self, top, cache, target, defines=()):
        self.top, self.cache, self.target, self.defines = Path(top), Path(cache), target, defines
        self.sources = sorted(file for pattern in SOURCES for file in self.top.glob(pattern))
        headers = sorted(file for pattern in INCLUDED for file in self.top.glob(pattern))
        self.headers = hashlib.sha1(b"".join(file.read_bytes() for file in headers)).hexdigest()
        self.specs = self._specs()
        self.cache.mkdir(parents=True, exist_ok=True)

    def _specs(self):
        """Debian's RISC-V compiler has no C library of its own: its picolibc brings string.h."""
        command = [self.target.compiler, *self.target.flags, "--print-file-name=picolibc.specs"]
        path = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        return (f"-specs={path}",) if "/" in path else ()

    def api(self):
        """Names of the interpreter's functions: the roots of the program that is measured."""
        header = (self.top / "firmware/engine/interpreter.h").read_text()
        return [name for name in API.findall(header) if name != "interpreter_main"]

    def compile(self, source, *more):
        more = (*self.defines, *more)
        key = " ".join((self.headers, source.name, *self.target.flags, *CFLAGS, *more)).encode()
        for argument in more:
            key += Path(argument.split('"')[1]).read_bytes() if '"' in argument else b""
        built = self.cache / f"{source.stem}-{hashlib.sha1(key + source.read_bytes()).hexdigest()[:16]}.o"
        if not built.exists():
            flags = [*self.target.flags, *self.specs, *CFLAGS, *more]
            with tempfile.TemporaryDirectory(dir=self.cache.absolute()) as folder:  # others may fill the cache too
                part = Path(folder) / built.name
                run(self.target, [*flags, "-c", str(source.relative_to(self.top)), "-o", str(part)], self.top)
                part.rename(built)
        return built

    def objects(self):
        """Everything but the registry, which differs from one choice of operators to the next."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(self.compile, [file for file in self.sources if file.name != "registry.c"]))

    def measure(self, operators, roots):
        """The Size of the interpreter with these rows of ops.def, linked from `roots`."""
        table = "".join(f"OP({', '.join(map(str, row))})\n" for row in operators)
        rows = self.cache / f"rows-{hashlib.sha1(table.encode()).hexdigest()[:16]}.def"
        rows.write_text(table)
        registry = self.compile(self.top / "firmware/engine/registry.c", f'-DMPYLITE_OPS_DEF="{rows.absolute()}"')
        objects = [str(file.absolute()) for file in (registry, *self.objects())]
        return link(self.target, objects, roots, self.top)


def run(target, arguments, top):
    """The target's compiler, in the folder `top`."""
    result = subprocess.run([target.compiler, *arguments], cwd=top, capture_output=True, text=True)
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if "error" in line] or result.stderr.splitlines()
        raise BuildError(f"{target.name}: found '{lines[0]}', needs a clean build; next step: make engine")


def link(target, objects, roots, top):
    """The Size of the program that these functions need of the objects."""
    own, whole = (_linked_bytes(target, objects, roots, libraries, top) for libraries in ((), ("-lgcc",)))
    return Size(own["text"], own["rodata"], own["data"], sum(whole.values()) - sum(own.values()))


def _linked_bytes(target, objects, roots, libraries, top):
    options = ["-nostartfiles", "-nodefaultlibs", "-Wl,--gc-sections", "-Wl,--unresolved-symbols=ignore-all"]
    options += [f"-Wl,-e,{roots[0]}", *(f"-Wl,-u,{name}" for name in roots)]
    with tempfile.TemporaryDirectory() as folder:
        program, script = Path(folder) / "program.elf", Path(folder) / "program.ld"
        script.write_text(SCRIPT)
        run(target, [*target.flags, *options, f"-Wl,-T,{script}", *objects, *libraries, "-o", str(program)], top)
        return section_bytes(program)


class BuildError(Exception):
    """The sources do not compile or link for a target."""


def section_bytes(program):
    """Bytes that a device would hold, by kind."""
    total = {"text": 0, "rodata": 0, "data": 0}
    with open(program, "rb") as stream:
        for section in ELFFile(stream).iter_sections():
            flags = section["sh_flags"]
            if not flags & SH_FLAGS.SHF_ALLOC:
                continue
            kind = "text" if flags & SH_FLAGS.SHF_EXECINSTR else "data" if flags & SH_FLAGS.SHF_WRITE else "rodata"
            total[kind] += section["sh_size"]
    return total
