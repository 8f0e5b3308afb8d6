# SPDX-License-Identifier: MIT
"""The prompt of both profiles: Python's answers and errors, Ctrl-C, soft reset, bytes in number."""

import random

import pytest
from mpylite.errors import BoardError

from .conftest import soft_reset

EXPRESSIONS = """
1 + 2 * 3
7 // -2, 7 % -2, divmod(-7, 2)
[x * x for x in range(5)]
"abc"[1:], "a,b".split(","), "x".join("abc")
"{:>5}|{:03d}".format("ab", 7)
sorted([3, 1, 2]), sum((1, 2, 3)), min(4, 2), max([1, 5])
{"a": 1}.get("b", 9), len({1: 2, 3: 4})
b"\\x00\\xff", bytes(bytearray(b"ab")), list(memoryview(b"abc")[1:])
0.5 + 0.25 > 0.7, 1 / 4, 2.5 * 2, int(2.9), int(-2.9), -7.5 // 2
float("inf") > 1e30, float("nan") == float("nan"), -0.0
round(2.5), round(3.5), round(-2.5), 3.0 ** 2, 2 ** 0.5 > 1.41
isinstance(1, int), None is None, not []
""".strip().splitlines()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_answers_as_python_does(console, expression):
    assert console.run(f"print({expression})", seconds=1) == " ".join(str(v) for v in as_tuple(eval(expression))) + "\n"


def test_slices_are_assigned(console):
    assert console.run("b = bytearray(5)\nb[1:3] = b'xyz'\nprint(b)") == "bytearray(b'\\x00xyz\\x00\\x00')\n"


def as_tuple(value):
    return value if isinstance(value, tuple) else (value,)


def test_names_persist_and_functions_see_them(console):
    console.run("factor = 3\ndef times(x):\n    return factor * x\nclass Shape:\n    sides = 4")
    console.run("factor = 5")
    assert console.run("print(times(2), Shape().sides)") == "10 4\n"


@pytest.mark.parametrize(
    "source, error",
    [
        ("1 // 0", "ZeroDivisionError"),
        ("import nowhere", "ImportError"),
        ("unknown_name", "NameError"),
        ("def f(): f()\nf()", "RuntimeError"),  # the stack overflows
        ("x = []\nwhile True: x.append(bytearray(10000))", "MemoryError"),
        ("raise ValueError(7)", "ValueError"),
        ("import mpylite\nmpylite.Interpreter(b'no model at all')", "ValueError"),
        ("open('/rom/none')", "OSError"),
    ],
)
def test_errors_are_told_and_survived(console, source, error):
    with pytest.raises(BoardError, match=error):
        console.run(source, seconds=60)
    console.run("x = None")
    assert console.run("print(6 * 7)") == "42\n"


def test_ctrl_c_stops_what_runs(console):
    console.start("while True: pass")
    for _ in range(3):
        console.board.step()
    console.send(b"\x03")
    printed, traceback = console.finish()
    assert printed == "" and "KeyboardInterrupt" in traceback
    assert console.run("print('alive')") == "alive\n"


@pytest.mark.parametrize("console", ["runtime", "repl"], indirect=True)
def test_closing_the_port_frees_a_blocked_board(console):
    """More input than the board keeps, for a program that reads none of it: closing the port drops what is left. MicroPython's own
    port (`full`) keeps what it took, and hears no Ctrl-C behind that."""
    console.start("while True: pass")
    console.send(bytes(3000))
    steps(console, 6)
    assert console.board.usb_unsent
    console.board.pull_cable()
    steps(console, 2)
    console.board.open_port(True)
    steps(console, 2)
    console.send(b"\x03")
    console.read_until(lambda out: b"KeyboardInterrupt" in out and out.count(b"\x04") >= 2)
    steps(console, 3)
    if console.has_compiler:  # bytes that the board had taken before stand at its raw prompt: hosts clear it, as here
        console.send(b"\x03")
        steps(console, 3)
    assert console.run("print('alive')") == "alive\n"


def steps(console, count):
    for _ in range(count):
        console.board.step()


def test_soft_reset_frees_everything(any_firmware):
    console = any_firmware.console()
    free = int(console.run("import gc\nkept = bytearray(50000)\ngc.collect()\nprint(gc.mem_free())"))
    console = soft_reset(console)
    assert int(console.run("import gc\ngc.collect()\nprint(gc.mem_free())")) > free + 49000
    with pytest.raises(BoardError, match="NameError"):
        console.run("print(kept)")


def test_uart_console(firmware):
    assert firmware.console(port="uart").run("print('over', 'uart')") == "over uart\n"


def test_many_random_inputs(console):
    """200 inputs, with strings that try the console: each is answered, and by its own answer."""
    chosen = random.Random(7)
    lines = []
    for _ in range(200):
        text = "".join(chosen.choice("abc \\'\"\t\x7fé€") for _ in range(chosen.randrange(12)))
        lines.append((f"print({chosen.randrange(-9, 9)} + {chosen.randrange(99)}, repr({text!r}) == {repr(text)!r})", text))
    for source, _ in lines:
        expected = str(eval(source.split("(")[1].split(",")[0]))
        assert console.run(source, seconds=1).split()[0] == expected


@pytest.mark.slow
def test_a_megabyte_out(console):
    """Long lines: the board's time goes into the port."""
    printed = console.run("for i in range(1024):\n    s = str(i)\n    print('0' * (1023 - len(s)) + s)", 600)
    lines = printed.splitlines()
    assert len(lines) == 1024 and all(int(line) == i and len(line) == 1023 for i, line in enumerate(lines))


@pytest.mark.slow
def test_a_megabyte_in(runtime):
    """As frames: 64 of 16 KB each, whose CRC the board compares."""
    console = runtime.console()
    for i in range(64):
        data = random.Random(i).randbytes(16000)
        assert eval(console.run(f"data = {data!r}\nprint((len(data), data[-9:]))", 60)) == (len(data), data[-9:])
