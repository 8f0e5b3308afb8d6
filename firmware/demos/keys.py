# SPDX-License-Identifier: MIT
"""Keys and the mouse of a terminal, one event after the other: ("key", name) or ("mouse", column, row, is_down). Owns the
terminal's modes; Windows' console gives keys alone."""

import contextlib
import re
import sys

MOUSE_ON, MOUSE_OFF = "\x1b[?1002h\x1b[?1006h", "\x1b[?1002l\x1b[?1006l"
ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left"}
WINDOWS_ARROWS = {"H": "up", "P": "down", "M": "right", "K": "left"}
MOUSE = re.compile(r"\x1b\[<(\d+);(\d+);(\d+)([Mm])")


def parse(text):
    """(event or None, the rest) of what the terminal sent; None with a rest: more is to come."""
    mouse = MOUSE.match(text)
    if mouse:
        button, column, row = (int(mouse[i]) for i in (1, 2, 3))
        is_down = mouse[4] == "M" and button & 3 == 0
        return ("mouse", column - 1, row - 1, is_down), text[mouse.end() :]
    if re.match(r"\x1b\[[A-D]", text):
        return ("key", ARROWS[text[2]]), text[3:]
    if text.startswith("\x1b[") and not re.match(r"\x1b\[[<\d;]*[A-Za-z~]", text):
        return None, text
    if text.startswith("\x1b["):
        return None, re.sub(r"^\x1b\[[<\d;]*[A-Za-z~]", "", text)
    return ("key", "enter" if text[0] in "\r\n" else text[0]), text[1:]


def _posix(out):
    import os
    import termios
    import tty

    kept = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    out(MOUSE_ON)
    try:
        text = ""
        while True:
            text += os.read(sys.stdin.fileno(), 1024).decode(errors="ignore")
            while text:
                event, rest = parse(text)
                if event:
                    yield event
                if rest == text:
                    break
                text = rest
    finally:
        out(MOUSE_OFF)
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, kept)


def _windows():
    import msvcrt

    while True:
        key = msvcrt.getwch()
        if key in "\0\xe0":
            yield "key", WINDOWS_ARROWS.get(msvcrt.getwch(), "")
        else:
            yield "key", "enter" if key == "\r" else key


@contextlib.contextmanager
def events(out):
    """The events, until the caller stops; out(text) writes to the terminal."""
    found = _windows() if sys.platform == "win32" else _posix(out)
    try:
        yield found
    finally:
        found.close()
