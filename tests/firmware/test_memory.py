# SPDX-License-Identifier: MIT
"""A heap that is nearly full: input that finds no room in it, and exceptions whose own text fails. Each is an error at the
prompt, and what the user had is still there."""

import pytest
from mpylite import romfs
from mpylite.errors import BoardError
from mpylite.simulator.console import Console

from .conftest import at_port

# Leaves room for short commands, in one piece.
FILL = """
import gc
kept = 5
room = bytearray(2500)
hog = []
n = 65536
while n >= 32:
    try:
        hog.append(bytearray(n))
    except MemoryError:
        n //= 2
room = None
gc.collect()
"""
LONG = "kept = 6\n" + "x = 'a string of some length'\n" * 200
FRIENDLY, RAW, PASTE = b"\x02", b"\x01", b"\x05"


@pytest.fixture(scope="module")
def full_heap(repl):
    console = repl.console()
    console.run(FILL, 30)
    return console


@pytest.fixture
def console(full_heap):
    yield full_heap
    assert full_heap.run("print(kept, len(hog) > 3)") == "5 True\n"


def answer(console, data, ending, seconds=10):
    """What the board says until it has said that."""
    console.output.clear()
    console.send(data)
    console.read_until(lambda out: out.endswith(ending), seconds)
    return bytes(console.output)


@pytest.fixture
def friendly(console):
    assert answer(console, FRIENDLY, b">>> ")
    yield console
    assert answer(console, RAW, b"raw REPL; CTRL-B to exit\r\n>")
    console.output.clear()


def test_source_without_room(console):
    """Plain raw REPL, which takes the whole source before it compiles: answered as it answers any exception."""
    for _ in range(2):
        said = answer(console, LONG.encode() + b"\x04", b"\x04>")
        assert said.startswith(b"OK\x04MemoryError: ") and said.count(b"\x04") == 2, said
    with pytest.raises(BoardError, match="MemoryError"):
        console.run(LONG)


def test_source_given_up(console):
    """Ctrl-C, Ctrl-A and Ctrl-B end the rest of a source, too."""
    for control, ending in ((b"\x03", b">"), (RAW, b"raw REPL; CTRL-B to exit\r\n>"), (FRIENDLY + RAW, b"\r\n>")):
        said = answer(console, LONG.encode() + control, ending)
        assert b"OK" not in said and b"Error" not in said, said


def test_mpremote_tells_of_it(console):
    """Its own transport, with the raw paste mode that it prefers (compiled as it comes) and without."""
    transport_serial = pytest.importorskip("mpremote.transport_serial", reason="needs mpremote (pip install 'mpylite[device]')")
    with at_port(console.board) as port:
        transport = transport_serial.SerialTransport(port)
        for raw_paste in (False, True, False):
            transport.enter_raw_repl(soft_reset=False)
            transport.use_raw_paste = raw_paste
            printed, error = transport.exec_raw(LONG)
            assert printed == b"" and b"MemoryError" in error
            assert transport.exec("print(kept)") == b"5\r\n"
            transport.exit_raw_repl()
        transport.close()
    console.board.open_port(True)
    assert answer(console, RAW, b"raw REPL; CTRL-B to exit\r\n>")
    console.output.clear()


def test_line_without_room(friendly):
    said = answer(friendly, b"x = '" + b"a" * 6000 + b"'\r", b"\r\n>>> ", 30)
    assert b"\r\nMemoryError: " in said and said.count(b">>> ") == 1
    assert answer(friendly, b"kept\r", b">>> ") == b"kept\r\n5\r\n>>> "


def test_paste_without_room(friendly):
    """Nothing of it is run: not what came before, nor what came after the memory ended."""
    said = answer(friendly, PASTE + LONG.replace("\n", "\r").encode() + b"kept = 7\r", b"\r\n>>> ", 30)
    assert b"paste mode" in said and b"\r\nMemoryError: " in said and said.count(b">>> ") == 1
    assert answer(friendly, b"kept\r", b">>> ") == b"kept\r\n5\r\n>>> "


# ---- text that fails ----

FAILS = "class Bad(Exception):\n    def __repr__(self):\n        raise ValueError(1)\nkept = 8\nraise Bad()\n"


def test_exception_without_text(firmware):
    console = firmware.console()
    with pytest.raises(BoardError, match="ValueError"):
        console.run(FAILS)
    assert console.run("print(kept)") == "8\n"


def test_main_that_fails_without_text(firmware, tmp_path):
    for suffix in ("py", "mpy"):
        folder = tmp_path / suffix
        folder.mkdir()
        (folder / "main.py").write_text(FAILS)
        image = romfs.build(folder, compiles=suffix == "mpy")
        if suffix == "mpy" or firmware.profile == "repl":
            board = firmware.board(image)
            assert Console(board).run("print(kept)") == "8\n"
            assert b"ValueError" in bytes(board.uart)
