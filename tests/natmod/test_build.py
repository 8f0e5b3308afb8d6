# SPDX-License-Identifier: MIT
"""The native module's build rule on a tiny module of its own: it runs in MicroPython, drops what nobody calls, and
refuses variables. The real module's behaviour is tested by the device tests.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
MICROPYTHON = Path(sys.executable).with_name("micropython")

MODULE = """
#include "py/dynruntime.h"
#include "tiny.h"
static mp_obj_t call(mp_obj_t code, mp_obj_t a, mp_obj_t b) {
    const tiny_row_t *row = tiny_find(mp_obj_get_int(code));
    mp_obj_t name = mp_obj_new_str(row->name, 3);
    mp_obj_t result[2] = {name, mp_obj_new_int((mp_int_t)row->work(mp_obj_get_int(a), mp_obj_get_int(b)))};
    return mp_obj_new_tuple(2, result);
}
static MP_DEFINE_CONST_FUN_OBJ_3(call_obj, call);
mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_call, MP_OBJ_FROM_PTR(&call_obj));
    MP_DYNRUNTIME_INIT_EXIT
}
"""
HEADER = """
#include <stdint.h>
typedef struct { int64_t (*work)(int64_t, int64_t); const char *name; int code; } tiny_row_t;
const tiny_row_t *tiny_find(int code);
int64_t tiny_div(int64_t a, int64_t b);
"""
TABLE = """
#include <string.h>
#include "tiny.h"
static int64_t mul(int64_t a, int64_t b) { %s return (a * b + (INT64_C(1) << 30)) >> 31; }
static int64_t real(int64_t a, int64_t b) { return (int64_t)(1000.0f * (float)a / (float)b); }
static int64_t apply(const tiny_row_t *row, int64_t a, int64_t b) { return row->work(a, b + row->code); }
__attribute__((noinline)) static int64_t local(int64_t a, int64_t b) {
    tiny_row_t row = {mul, "LOC", 5};
    __asm__ volatile("" : : "r"(&row) : "memory");
    return apply(&row, a, b);
}
static const tiny_row_t rows[] = {{mul, "MUL", 3}, {tiny_div, "DIV", 9}, {real, "FLT", 11}, {local, "LOC", 13}};
const tiny_row_t *tiny_find(int code) {
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code) return &rows[i];
    }
    return rows;
}
"""
KERNEL = """
#include "tiny.h"
int64_t tiny_div(int64_t a, int64_t b) { return a / b; }
const char *unreachable(void) { return "nobody calls this text"; }
"""


def tree(folder, statement=""):
    """A source tree that the rule can build, with `statement` in one of its functions."""
    sentences = ("kernels/kernel.h", "kernels/status.def", "kernels/ops.def", "firmware/mpy/refusals.def")
    for name in ("Makefile", "firmware/engine/sources.mk", *sentences):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / name, folder / name)
    shutil.copytree(TOP / "firmware/mpy/natmod", folder / "firmware/mpy/natmod")
    (folder / "kernels/inner").mkdir()
    (folder / "kernels/tiny.h").write_text(HEADER)
    (folder / "kernels/inner/portable.c").write_text(KERNEL)
    (folder / "firmware/engine/table.c").write_text(TABLE % statement)
    (folder / "firmware/mpy/module.c").write_text(MODULE)
    return folder


def build(folder, arch="x64"):
    sources = os.environ.get("MPY_DIR") or next(iter(sorted(TOP.glob("build/micropython-*/"))), None)
    assert sources, "found no MicroPython source, needs one; next step: make deps"
    command = [
        "make",
        "-s",
        "-f",
        "firmware/mpy/natmod/Makefile",
        f"ARCH={arch}",
        f"PYTHON={sys.executable}",
        f"MPY_DIR={sources}",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tree(tmp_path_factory.mktemp("natmod"))
    result = build(folder)
    assert result.returncode == 0, result.stderr
    return folder / "build/natmod/x64"


@pytest.mark.parametrize(
    "call, want",
    [
        ("3, 1 << 20, 3 << 21", "('MUL', 3072)"),
        ("9, -100, 7", "('DIV', -14)"),
        ("11, 9, 4", "('FLT', 2250)"),
        ("13, 1 << 30, 3", "('LOC', 4)"),
    ],
)
def test_runs_in_micropython(built, call, want):
    script = f"import mpylite; print(mpylite.call({call}))"
    result = subprocess.run([MICROPYTHON, "-c", script], cwd=built, capture_output=True, text=True)
    assert result.stdout.strip() == want, result.stderr


def test_drops_what_nobody_calls(built):
    assert b"nobody calls this text" not in (built / "mpylite.mpy").read_bytes()
    assert b"DIV" in (built / "mpylite.mpy").read_bytes()


@pytest.mark.parametrize(
    "statement, section", [("static int n; a += n++;", ".bss"), ("static int n = 3; a += n++;", ".data")]
)
def test_refuses_variables(tmp_path, statement, section):
    result = build(tree(tmp_path, statement))
    assert result.returncode != 0
    assert f"natmod: found 4 bytes of variables in {section}" in result.stderr and "next step" in result.stderr
    assert not list(tmp_path.glob("build/natmod/x64/*.mpy"))


CROSS = {"armv6m": "arm-none-eabi-gcc", "armv7emsp": "arm-none-eabi-gcc", "rv32imc": "riscv64-unknown-elf-gcc"}


@pytest.mark.parametrize("arch", CROSS)
def test_links_for_boards(tmp_path, arch):
    if not shutil.which(CROSS[arch]):
        pytest.skip(f"there is no {CROSS[arch]} (make test installs it where it may)")
    result = build(tree(tmp_path), arch)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / f"build/natmod/{arch}/mpylite.mpy").read_bytes()[:2] == b"M\x06"
