# SPDX-License-Identifier: MIT
"""The demos at a Pico in the emulator: by script as `make demo-pico` runs them, and drawn with a mouse in a terminal."""

import os
import re
import select
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

DEMOS = Path(__file__).resolve().parents[2] / "firmware" / "demos"
sys.path.insert(0, str(DEMOS))

import digits  # noqa: E402
import drawing  # noqa: E402
import keys  # noqa: E402


@pytest.fixture
def where(repl):
    return f"rp2040:{repl.folder / 'firmware.uf2'}"


@pytest.mark.slow
def test_sine(where):
    done = subprocess.run([sys.executable, DEMOS / "sine.py", "--port", where, "--points", "9"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, *rows, last = done.stdout.splitlines()
    assert first.startswith("sin(x) by Raspberry Pi Pico") and len(rows) == 9
    for i, row in enumerate(rows):
        x, predicted = map(float, row.split()[:2])
        assert x == pytest.approx(i * np.pi / 4, abs=0.01) and predicted == pytest.approx(np.sin(x), abs=0.05)
        assert row.index("*", 14) == pytest.approx(14 + 30 + 30 * predicted, abs=1.6)
    assert float(last.split()[-1]) < 0.05


@pytest.mark.slow
def test_digits_by_script(where):
    done = subprocess.run([sys.executable, DEMOS / "digits.py", "--port", where], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = re.findall(r"the board sees a (\d) \(\d+\.\d%\); it was a (\d)", done.stdout)
    assert said == [(str(n), str(n)) for n in range(10)] and done.stdout.endswith("10 of 10 right\n")


@pytest.mark.slow
def test_drawn_with_a_mouse(where):
    pty = pytest.importorskip("pty", reason="needs a pseudo-terminal")
    end, other = pty.openpty()
    process = subprocess.Popen([sys.executable, DEMOS / "digits.py", "--port", where], stdin=other, stdout=other, stderr=other)
    os.close(other)
    output = b""

    def wait_for(text):
        nonlocal output
        while text not in output:
            assert select.select([end], [], [], 300)[0], f"the demo is silent; it said {output[-500:]}"
            output += os.read(end, 65536)
        output = output[output.index(text) + len(text) :]

    def mouse(x, y, letter, button):
        os.write(end, f"\x1b[<{button};{int(x) + 1};{int(y) // 2 + 1}{letter}".encode())

    wait_for(b"MicroPython")
    wait_for(keys.MOUSE_ON.encode())  # what comes before is lost
    for digit in (1, 7):
        for stroke in drawing.DIGITS[digit]:
            for i, (x, y) in enumerate(stroke):
                mouse(x, y, "M", 32 if i else 0)
            mouse(*stroke[-1], "m", 0)  # released: the board is asked
            wait_for(b"the board sees a ")
        wait_for(str(digit).encode())
        os.write(end, b"c")
    os.write(end, b"q")
    wait_for(keys.MOUSE_OFF.encode())
    assert process.wait(60) == 0
    os.close(end)


EVENTS = {
    "\x1b[<0;5;9M": ("mouse", 4, 8, True),
    "\x1b[<32;5;9M": ("mouse", 4, 8, True),
    "\x1b[<0;5;9m": ("mouse", 4, 8, False),
    "\x1b[<2;5;9M": ("mouse", 4, 8, False),
    "\x1b[A": ("key", "up"),
    "\r": ("key", "enter"),
    "q": ("key", "q"),
}


@pytest.mark.parametrize("text", EVENTS)
def test_events(text):
    assert keys.parse(text + "x") == (EVENTS[text], "x")


def test_half_and_unknown_events():
    assert keys.parse("\x1b[<0;5") == (None, "\x1b[<0;5"), "the rest is to come"
    assert keys.parse("\x1b[5~x") == (None, "x"), "page up means nothing here"


def test_sheet_by_keys():
    """A line down with the arrows is what the same line is with the mouse."""
    by_keys, by_mouse = digits.Sheet(), digits.Sheet()
    for key in (" ", "down", "down", "right"):
        assert not by_keys.take(("key", key))
    assert by_keys.take(("key", "enter"))
    assert by_keys.strokes == [[(16, 16), (16, 17), (16, 18), (17, 18)]]
    assert not by_mouse.take(("mouse", 3, 4, True)) and by_mouse.take(("mouse", 3, 5, False))
    assert by_mouse.strokes == [[(3.5, 9)]]
    assert len(by_mouse.lines()) == 17
    assert [line for line in by_mouse.lines() if "\u2588" in line] == ["  \u2588\u2588\u2588" + " " * 27 + "|"]
    by_keys.take(("key", "c"))
    assert by_keys.strokes == [] and (drawing.picture(by_keys.strokes) == 0).all()


def test_picture_fills_the_square_and_keeps_proportions():
    small = drawing.picture([[(0, 0), (0, 4)]])
    large = drawing.picture([[(9, 2), (9, 30)]])
    assert (small == large).all() and small[:, 3:5].sum() == small.sum() > 0 and (small[:, 3:5].max(1) > 0.3).all()
