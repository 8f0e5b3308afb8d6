# SPDX-License-Identifier: MIT
"""The C engine as a shared library, through ctypes. Owns the C declarations; interpreter.py gives them their shape."""

from __future__ import annotations

import ctypes as c
from functools import cache
from pathlib import Path

from mpylite.errors import EngineError

MAX_RANK = 6
CONSTANT, VARIABLE = 1, 2


class TensorInfo(c.Structure):
    """engine_tensor_t of firmware/ports/host/engine_api.h."""

    _fields_ = [
        ("data", c.c_void_p),
        ("name", c.POINTER(c.c_char)),
        ("scale", c.POINTER(c.c_float)),
        ("zero_point", c.POINTER(c.c_int32)),
        ("name_bytes", c.c_uint32),
        ("scale_count", c.c_uint32),
        ("axis", c.c_int32),
        ("type", c.c_uint32),
        ("rank", c.c_uint32),
        ("flags", c.c_uint32),
        ("bytes", c.c_uint32),
        ("offset", c.c_int32),
        ("dims", c.c_int32 * MAX_RANK),
    ]


class OpInfo(c.Structure):
    """engine_op_info_t of firmware/ports/host/engine_api.h."""

    _fields_ = [
        ("inputs", c.POINTER(c.c_int32)),
        ("outputs", c.POINTER(c.c_int32)),
        ("code", c.c_int32),
        ("input_count", c.c_uint32),
        ("output_count", c.c_uint32),
        ("macs", c.c_uint32),
    ]


ARENA_BYTES, RECORD_BYTES, SUBGRAPHS = range(3)
TENSORS, OPS, INPUTS, OUTPUTS = range(4)

_U32, _PTR = c.c_uint32, c.c_void_p
_FUNCTIONS = {
    "engine_interpreter_bytes": (_U32, []),
    "engine_number": (_U32, [_PTR, _U32]),
    "engine_macs": (c.c_uint64, [_PTR]),
    "engine_count": (_U32, [_PTR, _U32, _U32]),
    "engine_port": (c.c_int32, [_PTR, _U32, _U32, _U32]),
    "engine_tensor": (None, [_PTR, _U32, _U32, c.POINTER(TensorInfo)]),
    "engine_op": (None, [_PTR, _U32, _U32, c.POINTER(OpInfo)]),
    "engine_explain": (_U32, [_PTR, c.c_char_p, _U32]),
    "engine_wants_records": (_U32, [_U32]),
    "engine_row_code": (c.c_int32, [_U32]),
    "engine_op_name": (c.c_char_p, [c.c_int32]),
    "engine_load": (c.c_uint8, [_PTR, _PTR, _U32, _PTR, _U32, _U32]),
    "interpreter_set_arena": (c.c_uint8, [_PTR, _PTR, _U32]),
    "interpreter_invoke": (c.c_uint8, [_PTR]),
    "interpreter_invoke_op": (c.c_uint8, [_PTR, _U32]),
    "interpreter_reset_variables": (None, [_PTR]),
}


PLANNED = ("armv6m", "armv7em", "rv32", "xtensa")  # kernels of boards whose arena the PC can tell: a library each


def opened(path: Path) -> c.CDLL:
    """A shared library of the engine, its functions declared."""
    lib = c.CDLL(str(path))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


@cache
def library(kernels: str = "") -> c.CDLL:
    """The shared library beside this package: the PC's own, or one that only plans, with the prepare of a board's
    kernels. Raises EngineError where it was not built."""
    folder = Path(__file__).resolve().parent.parent
    name = f"_engine_{kernels}" if kernels else "_engine"
    for path in (folder / f"{name}.so", folder / f"{name}.dll"):
        if path.exists():
            return opened(path)
    raise EngineError(f"{folder.name}: found no engine library, needs one; run `make engine` or reinstall mpylite")


def built_operators() -> list[tuple[int, str]]:
    """(code, name) of every operator in this build of the engine."""
    lib, rows = library(), []
    while (code := lib.engine_row_code(len(rows))) >= 0:
        rows.append((code, lib.engine_op_name(code).decode()))
    return rows
