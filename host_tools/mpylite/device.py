# SPDX-License-Identifier: MIT
"""A board that runs MicroPython, at the end of a serial port or a socket. The only module that knows mpremote; what is
said to the board stands in deploy.py and its like."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import time
from dataclasses import dataclass

from .errors import BoardError, MissingExtra

CHUNK_BYTES = 1536
# What MicroPython, and our profile without a compiler, say when they are asked with Ctrl-B.
GREETING = re.compile(rb"((?:MicroPython v|mpylite runtime )[^\r\n]+)\r?\n")


def _mpremote():
    try:
        from mpremote import transport, transport_serial
    except ImportError as error:
        raise MissingExtra("boards", "mpremote", "device") from error
    return transport, transport_serial


class Device:
    """`target` is a port (/dev/ttyACM0, socket://host:port) or "auto", the one board that is connected.

    Every method raises BoardError with one sentence when the board does not answer or refuses."""

    def __init__(self, target, soft_reset=False):
        self._errors, serial = _mpremote()
        self.target = target if target != "auto" else find()
        with self._sentence("connect"), contextlib.redirect_stdout(io.StringIO()):  # mpremote prints what it found
            self._transport = serial.SerialTransport(self.target)
            self._transport.enter_raw_repl(soft_reset=soft_reset)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with contextlib.suppress(Exception):  # a pulled cable has nothing to leave
            self._transport.exit_raw_repl()
        with contextlib.suppress(Exception):
            self._transport.close()

    @contextlib.contextmanager
    def _sentence(self, doing):
        try:
            yield
        except self._errors.TransportExecError as error:
            raise RefusedError(f"{self.target}: {doing}: {_last_line(error)}", error) from error
        except (self._errors.TransportError, OSError) as error:
            reason = str(error) or type(error).__name__
            raise BoardError(
                f"{self.target}: {doing}: {reason}; next step: check the cable and that nothing else uses the port"
            ) from error

    def exec(self, code, timeout=60):
        """Runs code on the board; gives what it printed. A code that prints nothing for `timeout` seconds failed."""
        with self._sentence("run"):
            out, error = self._transport.exec_raw(code, timeout=timeout)
            if error:
                raise self._errors.TransportExecError(out, error.decode(errors="replace"))
        return out.decode(errors="replace").replace("\r\n", "\n")

    def start(self, code):
        """Runs code that does not come back: it restarts the board."""
        with self._sentence("run"):
            self._transport.exec_raw_no_follow(code)

    def eval(self, expression):
        """The value of an expression on the board: numbers, text, bytes and collections of them."""
        with self._sentence("ask"):
            return self._transport.eval(expression)

    def files(self, folder=""):
        """Name to bytes of a folder's files."""
        with self._sentence(f"list {folder or '/'}"):
            return {entry.name: entry.st_size for entry in self._transport.fs_listdir(folder) if entry.st_mode & 0x8000}

    def put(self, name, content, progress=None):
        """Writes a file; progress(bytes written, bytes in all) as it goes."""
        with self._sentence(f"write {name}"):
            self._transport.exec(f"from binascii import a2b_base64 as __b\n__f = open({name!r}, 'wb')")
            for at in range(0, len(content), CHUNK_BYTES):
                chunk = base64.b64encode(content[at : at + CHUNK_BYTES]).decode()
                self._transport.exec(f"__f.write(__b('{chunk}'))")
                if progress:
                    progress(min(at + CHUNK_BYTES, len(content)), len(content))
            self._transport.exec("__f.close()\ndel __f, __b")

    def put_bytes(self, variable, content):
        """Makes a variable of the board's prompt a bytearray with this content."""
        with self._sentence("send"):
            self._transport.exec(f"from binascii import a2b_base64 as __b\n{variable} = bytearray({len(content)})")
            for at in range(0, len(content), CHUNK_BYTES):
                chunk = base64.b64encode(content[at : at + CHUNK_BYTES]).decode()
                self._transport.exec(f"{variable}[{at}:{min(at + CHUNK_BYTES, len(content))}] = __b('{chunk}')")

    def get(self, name):
        """A file's content."""
        with self._sentence(f"read {name}"):
            return bytes(self._transport.fs_readfile(name, chunk_size=CHUNK_BYTES))

    def sha256(self, name):
        """The digest of a file as it lies on the board."""
        with self._sentence(f"check {name}"):
            return bytes(self._transport.fs_hashfile(name, "sha256"))


class Line:
    """A port as it is: `read()` gives what came within a moment, `write` sends."""

    def __init__(self, target):
        import serial

        self.target = target if target != "auto" else find()
        try:
            self._port = serial.serial_for_url(self.target, timeout=0.05)
        except (OSError, ValueError) as error:
            raise BoardError(f"{self.target}: {error}; next step: check the cable and that nothing else uses it") from error

    def read(self):
        try:
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else first
        except OSError as error:
            raise BoardError(f"{self.target}: {error}; next step: plug the board in again") from error

    def write(self, data):
        try:
            self._port.write(data)
        except OSError as error:
            raise BoardError(f"{self.target}: {error}; next step: plug the board in again") from error

    def close(self):
        self._port.close()


class RefusedError(BoardError):
    """The board ran the code and raised; `traceback` is its text."""

    def __init__(self, sentence, error):
        self.traceback = str(error.error_output)
        super().__init__(sentence)


def _last_line(error):
    return (str(error.error_output).strip().splitlines() or ["no message"])[-1]


def greeting(target, seconds=3.0):
    """The line with which the board at a port introduces itself. What it runs is stopped."""
    line, said, end = Line(target), b"", time.monotonic() + seconds
    try:
        line.write(b"\x03\x02")
        while not (found := GREETING.search(said)):
            said += line.read()
            if time.monotonic() > end:
                raise BoardError(f"{line.target}: found no MicroPython within {seconds:g} s; next step: plug the board in again")
        return found[1].decode(errors="replace")
    finally:
        line.close()


def start(target, code):
    """Runs code that does not come back on the board at a port."""
    with Device(target) as connection:
        connection.start(code)


@dataclass(frozen=True)
class Port:
    """A serial port over USB: what it is opened with, and whose it is."""

    target: str
    vid: int
    pid: int
    serial_number: str
    description: str


def ports():
    """Every USB serial port of this machine."""
    _mpremote()
    from serial.tools import list_ports

    return [
        Port(port.device, port.vid, port.pid, port.serial_number or "", port.description or "")
        for port in sorted(list_ports.comports())
        if port.vid is not None
    ]


def find():
    """The port of the one connected board."""
    ports_now = [port.target for port in ports()]
    if len(ports_now) != 1:
        found = ", ".join(ports_now) or "none"
        raise BoardError(
            f"--port auto: found {found}, needs exactly one board; next step: connect it, or name its port"
        )
    return ports_now[0]
