# SPDX-License-Identifier: MIT
"""Who may know whom in C, and what no C file of kernels or engine may do."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from . import sources

SYSTEM = {"stdint.h", "stddef.h", "stdbool.h", "string.h", "limits.h"}
KERNELS = {file.relative_to("kernels").as_posix() for file in sources.under("kernels", ".h", ".def")}
ENGINE = {file.name for file in sources.under("firmware/engine", ".h")}

# folder: own headers by folder, then the headers of others that it may know. The first folder that fits counts.
MAY_INCLUDE = {
    "kernels": (KERNELS | {file.name for file in sources.under("kernels/inner", ".h")}, SYSTEM),
    "firmware/engine": (ENGINE | {"kernel.h", "ops.def", "status.def", "MPYLITE_OPS_DEF", "MPYLITE_TEXTS"}, SYSTEM),
    "firmware/ulab": ({file.name for file in sources.under("firmware/ulab", ".h", ".def")}, SYSTEM | {"math.h"}),
}
PORTABLE = [file for folder in MAY_INCLUDE for file in sources.under(folder, ".c", ".h")]
COMPILED = sources.under("kernels", ".c") + sources.under("firmware/engine", ".c")
FLAGS = ["-std=c99", "-Ikernels", "-Ifirmware/engine", "-Wall", "-Wextra", "-Wvla", "-Wshadow", "-Werror", "-O1", "-fno-common"]


def includes(file):
    return re.findall(r'^\s*#\s*include\s+(?:([<"])([^>"]+)[>"]|(\w+))', sources.text(file), re.M)


@pytest.mark.parametrize("file", PORTABLE, ids=str)
def test_includes_point_inward(file):
    own, system = next(rule for folder, rule in MAY_INCLUDE.items() if file.is_relative_to(folder))
    for mark, name, macro in includes(file):
        name = (name or macro).removeprefix("../")
        intrinsics = {"immintrin.h", "emmintrin.h"} if file.name.startswith("x86") else set()
        allowed = system | intrinsics if mark == "<" else own
        assert name in allowed, f"{file}: found #include of {name}, needs one of {sorted(allowed)}"


def test_micropython_stays_in_mpy_and_ports():
    for file in sources.under("", ".c", ".h"):
        if file.is_relative_to("firmware/mpy") or file.is_relative_to("firmware/ports"):
            continue
        assert not re.search(r'#\s*include\s+"py/', sources.text(file)), f"{file}: found py/..., needs to live in firmware/mpy"
        assert not re.search(r"\bmp_obj_t\b", sources.c_code(file)), f"{file}: found mp_obj_t, needs to live in firmware/mpy"


@pytest.mark.parametrize("file", COMPILED, ids=str)
def test_compiles_clean_and_without_variables(file, tmp_path):
    """No warning, no static variable (a native module has no place for one, and two interpreters would share it)."""
    compiler = shutil.which("gcc")
    assert compiler, "gcc: found none, needs one; next step: make deps"
    built = tmp_path / "out.o"
    flags = [*FLAGS, "-DINNER_LAYERS=1"] if file.parent.name == "inner" and file.name != "portable.c" else FLAGS
    result = subprocess.run([compiler, *flags, "-c", str(file), "-o", built], cwd=sources.TOP, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    with open(built, "rb") as stream:
        sizes = {section.name: section.data_size for section in ELFFile(stream).iter_sections()}
    variables = {name: size for name, size in sizes.items() if re.match(r"\.s?(data|bss)", name) and size}
    assert not {name: size for name, size in variables.items() if not name.startswith(".data.rel.ro")}


@pytest.mark.parametrize("file", COMPILED, ids=str)
def test_allocates_nothing(file):
    found = re.findall(r"\b(malloc|calloc|realloc|free|alloca|printf|abort|assert)\s*\(", sources.c_code(file))
    assert not found, f"{file}: found {found}, needs none: the caller owns the memory and says what failed"


def functions(file):
    """(name, lines) of every function of a C file; a body opens at the end of a line and closes at column 0."""
    start = None
    for number, line in enumerate(sources.text(file).splitlines(), 1):
        if start is None and re.match(r"[a-z].*\)\s*\{$", line):
            start = number, re.search(r"(\w+)\(", line)[1]
        elif start and line.startswith("}"):
            yield start[1], number - start[0] + 1
            start = None


@pytest.mark.parametrize("file", [f for f in sources.under("", ".c", ".h") if not f.is_relative_to("kernels/inner")], ids=str)
def test_functions_are_short(file):
    long = [f"{name} ({lines} lines)" for name, lines in functions(file) if lines > 50]
    assert not long, f"{file}: found {', '.join(long)}, needs about 45 at most"


def test_function_lengths_are_measured():
    """The reader of functions sees what is there: a known file has known functions."""
    names = [name for name, _ in functions(Path("firmware/engine/registry.c"))]
    assert names == ["registry_count", "registry_row", "registry_code", "registry_find"]
