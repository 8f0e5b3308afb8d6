# SPDX-License-Identifier: MIT
"""`make firmware BOARD=ESP32_... PROFILE=full` as far as CMake goes without ESP-IDF: MicroPython's own esp32 port is configured
with our user C modules, through a stand-in for ESP-IDF that compiles nothing; where arenas lie is tried with a stand-in for its
allocator. What a chip would run is not shown here."""

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mpylite import boards, flash
from tests.natmod import boards as natmod
from tests.natmod.boards import micropython

TOP = Path(__file__).resolve().parents[2]
IDF = Path(__file__).with_name("esp_idf")
IDS = [name for name in boards.names() if boards.load(name).esptool]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """MicroPython's source with placeholders for the submodules that Debian's leaves out."""
    if shutil.which("cmake") is None:
        pytest.skip("needs cmake (apt-get install cmake)")
    real, tree = Path(micropython()).resolve(), tmp_path_factory.mktemp("micropython")
    for path in real.iterdir():
        if path.name not in ("lib", "ports"):
            (tree / path.name).symlink_to(path)
    (tree / "lib").mkdir()
    for path in (real / "lib").iterdir():
        if path.is_file() or any(path.iterdir()):
            (tree / "lib" / path.name).symlink_to(path)
    shutil.copytree(real / "ports" / "esp32", tree / "ports" / "esp32")
    database = tree / "lib" / "berkeley-db-1.xx"
    if not database.exists():
        for name in re.findall(r"\{MICROPY_LIB_BERKELEY_DIR\}/(\S+\.c|README)", (real / "extmod" / "extmod.cmake").read_text()):
            (database / name).parent.mkdir(parents=True, exist_ok=True)
            (database / name).touch()
    library = tree / "lib" / "micropython-lib" / "README.md"
    if not library.exists():
        library.parent.mkdir()
        library.touch()
    return tree


def make(name, source, **environment):
    line = ["make", "-s", "-f", "firmware/ports/esp32/Makefile", f"BOARD={name}", f"MPY_DIR={source}", f"PYTHON={sys.executable}"]
    environment = {**{key: value for key, value in os.environ.items() if key != "IDF_PATH"}, **environment}
    return subprocess.run(line, cwd=TOP, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", IDS)
def test_configured_with_our_modules(name, source):
    shutil.rmtree(TOP / "build" / "firmware" / f"{name}-full", ignore_errors=True)
    done = make(name, source, IDF_PATH=str(IDF), PATH=f"{IDF}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = TOP / "build" / "firmware" / f"{name}-full"
    rows = json.loads((folder / "build" / "compile_commands.json").read_text())
    commands = {Path(row["file"]).relative_to(TOP).as_posix(): row["command"] for row in rows if Path(row["file"]).is_relative_to(TOP / "firmware") or Path(row["file"]).is_relative_to(TOP / "kernels")}
    assert {"firmware/ports/esp32/arena.c", "firmware/ports/esp32/arena_memory.c"} <= commands.keys()
    assert all("-DMPYLITE_ARENA=esp32_arena" in command for command in commands.values())
    needed = [path.relative_to(TOP).as_posix() for part in ("kernels", "firmware/engine") for path in (TOP / part).glob("*.c")]
    assert set(needed) | {"firmware/mpy/modmpylite.c", "kernels/inner/portable.c"} <= commands.keys()
    for file, command in commands.items():
        assert "-ffp-contract=off" in command and f"-I{TOP}/kernels" in command, file
        assert "-flto" not in command, f"{file}: ESP-IDF links without it"
    assert any(row["file"].endswith("ports/esp32/main.c") for row in rows), "the port's own files"
    # makeimg.py is the port's own: the image is one that mpylite flash takes.
    assert flash.image(boards.load(name), folder / "firmware.bin").content


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    """The choice of memory beside a stand-in for ESP-IDF's allocator, for this machine."""
    built = tmp_path_factory.mktemp("memory") / "memory.so"
    sources = (TOP / "firmware/ports/esp32/arena_memory.c", IDF / "heap_caps.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-Wall", "-Werror", f"-I{IDF / 'include'}", *sources, "-o", built], check=True)
    library = ctypes.CDLL(str(built))
    library.arena_memory_take.restype = ctypes.c_void_p
    return library


KEPT = 32768  # arena_memory.h


@pytest.mark.parametrize(
    "internal, longest, external, wanted, taken",
    [
        (200_000, 200_000, 4_000_000, 100_000, "internal"),
        (200_000, 200_000, 0, 100_000, "internal"),
        (KEPT + 5000, KEPT, 0, 5000, "internal"),
        (KEPT + 4999, KEPT, 4_000_000, 5000, "external"),  # the radio needs some later
        (200_000, 60_000, 4_000_000, 100_000, "external"),  # in pieces
        (KEPT, KEPT, 4_000_000, 0, "external"),
        (100_000, 100_000, 4_000_000, 1_000_000, "external"),
        (100_000, 100_000, 0, 1_000_000, None),  # then MicroPython's heap is asked
        (KEPT - 1, KEPT - 1, 0, 1, None),
    ],
)
def test_arena_lies_in_internal_ram_first(memory, internal, longest, external, wanted, taken):
    free = (ctypes.c_size_t * 2).in_dll(memory, "heap_free")
    free[:] = internal, external
    (ctypes.c_size_t * 2).in_dll(memory, "heap_longest")[:] = longest, external
    found = memory.arena_memory_take(ctypes.c_size_t(wanted))
    used = {"internal": internal - free[0], "external": external - free[1]}
    assert {name: bytes for name, bytes in used.items() if bytes} == ({taken: max(wanted, 1)} if taken else {})
    assert (found is None) == (taken is None) and (found or 0) % 16 == 0
    memory.arena_memory_give(ctypes.c_void_p(found))
    assert (free[0], free[1]) == (internal, external)


@pytest.mark.slow
def test_arena_compiles_for_xtensa(tmp_path):
    """With MicroPython's headers and the compiler of the native modules: not ESP-IDF's, and not linked."""
    if reason := natmod.missing("xtensawin"):
        pytest.skip(reason)
    natmod.firmware("xtensawin")
    compiler = TOP / "build/xtensa/bin/xtensa-esp32-elf-gcc"
    headers = next(Path("/usr/lib/picolibc").glob("*/include"), None)
    if headers is None:
        pytest.skip("needs picolibc's headers (apt-get install picolibc-arm-none-eabi)")
    folders = [IDF / "include", *(TOP / one for one in ("firmware/ports/esp32", "firmware/mpy", "firmware/engine", "kernels"))]
    folders += [TOP / "firmware/ports/xtensa", Path(micropython()), TOP / "build/qemu/xtensawin"]
    flags = ["-std=gnu99", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-DMPYLITE_ARENA=esp32_arena"]
    flags += ["-DMICROPY_ENABLE_FINALISER=1", "-DMPYLITE_RAISES=1", *(f"-I{one}" for one in folders), "-isystem", headers]
    for name in ("arena.c", "arena_memory.c"):
        command = [compiler, *flags, "-c", TOP / "firmware/ports/esp32" / name, "-o", tmp_path / f"{name}.o"]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_without_esp_idf():
    done = make(IDS[0], micropython())
    assert done.returncode != 0
    sentences = [line for line in done.stderr.splitlines() if "firmware:" in line]
    assert len(sentences) == 1 and "found no ESP-IDF (IDF_PATH), needs it for ESP32_GENERIC; next step: install ESP-IDF" in sentences[0]


def test_without_that_port(tmp_path):
    done = make(IDS[0], tmp_path, IDF_PATH=str(IDF))
    assert done.returncode != 0 and "next step: set MPY_DIR= to a checkout of MicroPython" in done.stderr


def test_log_is_shown_where_it_fails(source):
    done = make(IDS[0], source, IDF_PATH=str(IDF), PATH="/usr/bin:/bin")  # no idf.py
    assert done.returncode != 0 and "firmware: log: build/firmware/ESP32_GENERIC-full/build.log" in done.stderr
