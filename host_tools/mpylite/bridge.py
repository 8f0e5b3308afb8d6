# SPDX-License-Identifier: MIT
"""MicroPython's raw REPL on one side, frames of .mpy code on the other: so mpremote works with a board that cannot compile.

Owns the raw REPL's side of the talk; frames.py owns the frames, the caller both lines.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from . import device, frames, targets
from .errors import BoardError

CTRL_A, CTRL_B, CTRL_C, CTRL_D = 1, 2, 3, 4
RAW = b"raw REPL; CTRL-B to exit\r\n>"
PROMPT = b"\r\n>>> "
REBOOT = b"MPY: soft reboot\r\n"
UNREAD_MOST = 1 << 20


class Bridge:
    """`to_board` and `to_client` send bytes. What arrives goes to `from_client` and `from_board`, in any pieces."""

    def __init__(self, to_board, to_client):
        self.to_board, self.to_client = to_board, to_client
        self._code, self._raw = bytearray(), False
        self._answer = None  # what is still to come from the board: a method, or None at its prompt
        self._ends = 0

    @property
    def busy(self):
        return self._answer is not None

    # ---- the client ----

    def from_client(self, data):
        for byte in data:
            self._from_client(byte)

    def _from_client(self, byte):
        if self.busy:
            if byte == CTRL_C:
                self.to_board(b"\x03")
            return
        if self._raw and byte == CTRL_A and self._code == b"\x05A":  # raw paste: not here
            self._code.clear()
            self.to_client(b"R\x00")
        elif byte == CTRL_A:
            self._raw = True
            self._code.clear()
            self.to_client(RAW)
        elif byte == CTRL_B:
            self._raw = False
            self._code.clear()
            self.to_client(frames.IDENTITY + b" " + device.BRIDGED.encode() + PROMPT)
        elif byte == CTRL_C:
            self._code.clear()
            self.to_client(b"" if self._raw else PROMPT)
        elif byte == CTRL_D:
            self._run()
        elif self._raw:
            self._code.append(byte)

    def _run(self):
        source = bytes(self._code)
        self._code.clear()
        if not source.strip():
            self.to_client(b"OK\r\n" if self._raw else b"\r\n")
            self._answer, self._seen = self._rebooting, bytearray()
            self.to_board(frames.EOT)
            return
        self.to_client(b"OK")
        try:
            code = frames.compile_source(source.decode(errors="replace"))
        except BoardError as error:
            text = str(error).encode().replace(b"\n", b"\r\n")
            self.to_client(frames.EOT + text + b"\r\n" + frames.EOT + b">")
            return
        self._answer, self._ends = self._accepting, 0
        self.to_board(frames.pack(code))

    # ---- the board ----

    def from_board(self, data):
        for at in range(len(data)):
            if self._answer is None:
                return  # nobody asked
            self._answer(data[at : at + 1])

    def _accepting(self, byte):
        if byte == frames.ACK:
            self._answer = self._running
        elif byte == frames.NAK:
            self._answer = self._refused

    def _refused(self, byte):
        reason = frames.REFUSALS.get(byte, "refused").encode()
        self.to_client(frames.EOT + b"OSError: " + reason + b"\r\n" + frames.EOT + b">")
        self._answer = None

    def _running(self, byte):
        self.to_client(byte)
        if byte == frames.EOT:
            self._ends += 1
            if self._ends == 2:
                self.to_client(b">")
                self._answer = None

    def _rebooting(self, byte):
        self._seen += byte
        if frames.IDENTITY in self._seen and self._seen.endswith(b"\r\n"):
            self._answer = None
            self.to_client(REBOOT + (RAW if self._raw else PROMPT))


class Terminal:
    """A pseudo-terminal: programs open `name` as they would a port."""

    def __init__(self):
        import os
        import tty

        self._os = os
        self._end, other = os.openpty()
        tty.setraw(other)
        self.name = os.ttyname(other)
        self._other = other  # kept open, so that a client may leave and come back
        os.set_blocking(self._end, False)
        self.unread = bytearray()

    def read(self):
        self.write(b"")
        try:
            return self._os.read(self._end, 4096)
        except (BlockingIOError, OSError):
            return b""

    def write(self, data):
        self.unread += data
        with contextlib.suppress(BlockingIOError):  # it is full: the rest waits
            while self.unread:
                del self.unread[: self._os.write(self._end, self.unread)]
        if len(self.unread) > UNREAD_MOST:  # nobody reads
            self.unread.clear()


class Socket:
    """Clients on a socket, one after the other: programs open `name` as they would a port."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.001)
        self.name = f"socket://127.0.0.1:{self._listener.getsockname()[1]}"
        self._client = None

    def read(self):
        try:
            if self._client is None:
                self._client, _ = self._listener.accept()
                self._client.settimeout(0.0005)
            data = self._client.recv(65536)
        except TimeoutError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._client = None
        return data

    def write(self, data):
        if self._client is not None:
            with contextlib.suppress(OSError):  # it has gone
                self._client.sendall(data)

    def close(self):
        for one in filter(None, (self._client, self._listener)):
            one.close()


def serve(board, client, stop=lambda: False):
    """Connects two lines, each with `read()` that gives what is there (b"" for nothing yet) and `write(bytes)`."""
    bridge = Bridge(board.write, client.write)
    while not stop():
        bridge.from_client(client.read())
        bridge.from_board(board.read())


@contextlib.contextmanager
def beside(port):
    """The port to open in place of one whose board has no compiler, while this context lasts."""
    client, done = Socket(), threading.Event()
    with contextlib.closing(device.Line(port)) as board:

        def live():
            with contextlib.closing(client), contextlib.suppress(BoardError):  # whoever asks a board that has gone need not wait
                serve(board, client, done.is_set)

        thread = threading.Thread(target=live, daemon=True)
        thread.start()
        try:
            yield client.name
        finally:
            done.set()
            thread.join()


def serve_terminal(target, tell):
    """The bridge from a board to a pseudo-terminal, until Ctrl-C."""
    client = Terminal()
    with targets.reached(target) as (port, _), contextlib.closing(device.Line(port)) as board:
        tell(f"mpremote connect {client.name} ...    (Ctrl-C ends)")
        with contextlib.suppress(KeyboardInterrupt):
            serve(board, client)
