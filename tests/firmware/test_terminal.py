# SPDX-License-Identifier: MIT
"""`mpylite repl`'s talk with a board that has no compiler; damaged, half and oversize frames."""

import itertools
import random
import subprocess
import sys

import pytest
from mpylite import frames, terminal
from mpylite.errors import BoardError

from .conftest import at_port
from .test_bridge import EmulatedBoard


@pytest.fixture(scope="module")
def line(runtime):
    board = runtime.board()
    board.wait_for_usb()
    return EmulatedBoard(board)


@pytest.fixture
def console(line):
    return terminal.Console(line, clock=lambda: line.board.seconds)


def talk(console, *inputs):
    """What a person sees who types these lines."""
    shown, left = [], list(inputs)

    def ask(prompt):
        shown.append(prompt)
        if not left:
            raise EOFError
        return left.pop(0)

    terminal.interact(console, ask, shown.append)
    return "".join(shown)


def test_prompt(console):
    assert talk(console, "x = 5", "x * 2", "def f(a):", "    return a + x", "", "f(3)") == ">>> >>> 10\n>>> ... ... >>> 8\n>>> "
    assert "ZeroDivisionError" in talk(console, "1 // 0")
    assert "SyntaxError" in talk(console, "1 +* 2")
    assert talk(console, "x") == ">>> 5\n>>> ", "names persist"


def test_errors_tell_the_line(console):
    """Of code that runs, and of a number that is too long for these boards: as it stands, or folded by the compiler."""
    traceback = console.run("def f(a):\n    b = a\n    return b // 0\n\nf(1)\n", print, "app.py")
    assert 'File "app.py", line 5, in <module>' in traceback and 'File "app.py", line 3, in f' in traceback
    for text, value in (("0x40000000", 1 << 30), ("1 << 40", 1 << 40), ("-0x40000001", -(1 << 30) - 1), ("7 * 1000 * 1000000", 7 * 10**9)):
        with pytest.raises(BoardError, match=f"line 2\nOverflowError: found the whole number {value}, needs one from"):
            console.run(f"a = 1\nb = [a, {text}]\n", print)
    shown = []
    assert console.run("print(-0x40000000, 0x3fffffff, 1e12)", shown.append) == ""
    assert "".join(shown) == "-1073741824 1073741823 1e+12\n"


def test_soft_reset(console):
    console.run("here = 1", print)
    console.soft_reset()
    assert "NameError" in console.run("here", print)


def test_random_inputs(console):
    chosen = random.Random(3)
    for _ in range(200):
        a, b = chosen.randrange(-999, 999), chosen.randrange(1, 99)
        shown = []
        assert console.run(f"print({a} + {b})", shown.append) == ""
        assert "".join(shown) == f"{a + b}\n"


def damaged(code):
    whole = frames.pack(code)
    yield "wrong CRC", whole[:-1] + bytes([whole[-1] ^ 1]), b"\x15C"
    yield "half a frame", whole[: len(whole) // 2], b"\x15T"
    yield "half a header", whole[:4], b"\x15T"
    yield "oversize", frames.SYN + (1 << 30).to_bytes(4, "little") + bytes(4), b"\x15"
    yield "garbage", bytes(b for b in random.Random(1).randbytes(300) if b not in (2, 4, 0x16)), b""


@pytest.mark.parametrize("number", range(5))
def test_survives(line, console, number):
    _, data, answer = next(itertools.islice(damaged(frames.compile_source("print(1)")), number, None))
    line.write(data)
    found, end = b"", line.board.seconds + 5
    while answer and answer not in found:
        found += line.read()
        assert line.board.seconds < end, f"found {found}, needs {answer}"
    if not answer:
        for _ in range(3):
            line.read()
    shown = []
    assert console.run("print('alive')", shown.append) == "" and shown == ["alive\n"]


@pytest.mark.slow
def test_refusal_is_told(line, console):
    with pytest.raises(BoardError, match="memory"):
        console.run("data = " + repr(bytes(200_000)), print)
    assert console.run("pass", print) == ""


def test_closed_port_in_the_middle(line):
    line.write(frames.pack(frames.compile_source("print('lost')"))[:-3])
    line.board.step()
    line.board.pull_cable()
    line.board.step()
    line.board.open_port(True)
    line.board.run_until(lambda: b"\x15T" in line.board.usb, seconds=5)
    line.board.usb.clear()
    shown = []
    assert terminal.Console(line, clock=lambda: line.board.seconds).run("print(2)", shown.append) == "" and shown == ["2\n"]


def test_commands(runtime, tmp_path):
    """mpylite exec, run-script and repl at a port, and with an emulated board by its name."""

    def mpylite(command, *arguments, typed=""):
        line = [sys.executable, "-m", "mpylite", command, port, *map(str, arguments)]
        result = subprocess.run(line, input=typed, capture_output=True, text=True, timeout=120)
        return result.returncode, result.stdout, result.stderr

    with at_port(runtime.board()) as port:
        assert mpylite("exec", "print(6 * 7)") == (0, "42\n", "")
        status, _, error = mpylite("exec", "1 // 0")
        assert status == 1 and "ZeroDivisionError" in error
        script = tmp_path / "script.py"
        script.write_text("print('from a file')\n")
        assert mpylite("run-script", script) == (0, "from a file\n", "")
        assert ">>> 10\n" in mpylite("repl", typed="x = 5\nx * 2\n")[1]
    port = f"rp2040:{runtime.folder / 'firmware.uf2'}"
    assert mpylite("exec", "print(6 * 7)") == (0, "42\n", "")
