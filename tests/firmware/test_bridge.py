# SPDX-License-Identifier: MIT
"""The bridge: the real mpremote with a board that has no compiler."""

import os
import select
import threading
import time

import pytest
from mpylite import bridge, romfs

from .conftest import mpremote_at


class EmulatedBoard:
    """The board's line: reading lets it run."""

    def __init__(self, board):
        self.board, self.write = board, board.send_usb

    def read(self):
        self.board.step()
        data = bytes(self.board.usb)
        self.board.usb.clear()
        return data


class Terminal(bridge.Terminal):
    """What `mpylite bridge` offers; its loop waits a moment where there is nothing to read, as with a port."""

    def read(self):
        data = super().read()
        if not data:
            time.sleep(0.0005)
        return data


@pytest.fixture(scope="module", params=["terminal", "socket"])
def mpremote(request, runtime):
    if request.param == "terminal":
        pytest.importorskip("termios", reason="needs pseudo-terminals (Linux or macOS)")
        client = Terminal()
        target = client.name
    else:
        client = bridge.Socket()
        target = client.name
    run = mpremote_at(target)
    board, done = runtime.board(), threading.Event()
    board.wait_for_usb()
    thread = threading.Thread(target=bridge.serve, args=(EmulatedBoard(board), client, done.is_set), daemon=True)
    thread.start()
    yield run
    done.set()
    thread.join()


def test_exec_and_run(mpremote, tmp_path):
    assert mpremote("exec", "print(6 * 7)") == "42\n"
    script = tmp_path / "script.py"
    script.write_text("def f(n):\n    return n + 1\nprint(f(9))\n")
    assert mpremote("run", script) == "10\n"
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        mpremote("exec", "1 // 0")
    with pytest.raises(AssertionError, match="SyntaxError"):
        mpremote("exec", "1 +")
    assert mpremote("eval", "1 / 4") == "0.25\n"


def test_romfs_and_files(mpremote, tmp_path):
    app = tmp_path / "app"
    app.mkdir()
    (app / "part.py").write_text("value = 'from rom'\n")
    (app / "note.txt").write_text("a note\n")
    image = tmp_path / "app.romfs"
    image.write_bytes(romfs.build(app))
    assert "deployed" in mpremote("romfs", "deploy", image)
    mpremote("soft-reset")
    assert "note.txt" in mpremote("fs", "ls", ":/rom")
    assert mpremote("fs", "cat", ":/rom/note.txt") == "a note\n"
    mpremote("fs", "cp", ":/rom/note.txt", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_text() == "a note\n"
    assert mpremote("exec", "import part; print(part.value)") == "from rom\n"


def test_terminal_loses_nothing():
    """More than a pseudo-terminal holds, read late."""
    pytest.importorskip("termios", reason="needs pseudo-terminals (Linux or macOS)")
    terminal, sent, found = bridge.Terminal(), bytes(range(256)) * 400, b""
    reader = os.open(terminal.name, os.O_RDWR | os.O_NOCTTY)
    for at in range(0, len(sent), 1000):
        terminal.write(sent[at : at + 1000])
    while len(found) < len(sent):
        assert select.select([reader], [], [], 10)[0], f"found {len(found)} bytes, needs {len(sent)}"
        found += os.read(reader, 4096)
        terminal.read()
    assert found == sent
    os.write(reader, b"ab\x03")
    assert terminal.read() == b"ab\x03"
    os.close(reader)


def test_terminal_without_reader_forgets(monkeypatch):
    pytest.importorskip("termios", reason="needs pseudo-terminals (Linux or macOS)")
    monkeypatch.setattr(bridge, "UNREAD_MOST", 10000)
    terminal = bridge.Terminal()
    for _ in range(100):
        terminal.write(bytes(1000))
    assert len(terminal.unread) <= 10000
