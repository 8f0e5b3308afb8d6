# SPDX-License-Identifier: MIT
"""A board that runs MicroPython, at the end of a serial port or a socket. The only module that knows mpremote; what is
said to the board stands in deploy.py and its like."""

from __future__ import annotations

import ast
import base64
import contextlib
import hashlib
import io
import re
import time
from dataclasses import dataclass

from .errors import BoardError, MissingExtra

CHUNK_BYTES = 1536
# What MicroPython, and our profile without a compiler, say when they are asked with Ctrl-B.
RUNTIME, BRIDGED = "mpylite runtime ", "through a bridge"
GREETING = re.compile(rf"((?:MicroPython v|{RUNTIME})[^\r\n]+)\r?\n".encode())
GREETING_SECONDS = 2.0
PIECE_BYTES = 256
DIGEST = """
def __digest(name, size):
    try:
        from hashlib import sha256
        hash = sha256()
    except ImportError:
        hash = None
    sums, buffer = [], bytearray(size)
    with open(name, "rb") as file:
        while True:
            n = file.readinto(buffer)
            if not n:
                return hash.digest() if hash else sums
            if hash:
                hash.update(memoryview(buffer)[:n])
            else:
                sums.append(sum(memoryview(buffer)[:n]))
print(__digest({name!r}, {piece}))
del __digest
"""
ROMFS_CHUNK_BYTES = 2048
# MicroPython's own door to the partition: 2 its memory, 3 erase, 4 write, 5 complete, 6 the size of a block. Where its memory
# is a block device, that is asked instead: 5 the size of a block, 6 erase.
ROMFS_WRITER = """
import sys, vfs
from binascii import a2b_base64
def __checked(result):
    if result < 0:
        raise OSError(-result)
    return result
__rom = vfs.rom_ioctl(2, 0)
__block = __rom.ioctl(5, 0) if hasattr(__rom, "ioctl") else 0
def __begin(size):
    for n in range((size + __block - 1) // __block if __block else 0):
        __rom.ioctl(6, n)
    if __block:
        return 1
    block = vfs.rom_ioctl(6, 0)
    if block <= 0 or block >= len(__rom):
        return __checked(vfs.rom_ioctl(3, 0, size))
    for at in range(0, size, 32768):
        least = __checked(vfs.rom_ioctl(3, 0, at, (min(32768, size - at) + block - 1) // block * block))
    return least
def __write(at, total, text):
    data = a2b_base64(text)
    if sum(data) != total:
        raise ValueError("arrived damaged")
    if __block:
        __rom.writeblocks(at // __block, data, at % __block)
    else:
        __checked(vfs.rom_ioctl(4, 0, at, data))
def __complete():
    try:
        vfs.umount("/rom")
    except OSError:
        pass
    if not __block:
        __checked(vfs.rom_ioctl(5, 0))
    vfs.mount(vfs.VfsRom(vfs.rom_ioctl(2, 0)), "/rom")
    if "/rom" not in sys.path:
        sys.path.append("/rom")
"""


def _mpremote():
    try:
        from mpremote import transport, transport_serial
    except ImportError as error:
        raise MissingExtra("boards", "mpremote", "device") from error
    return transport, transport_serial


class Device:
    """`target` is a port (/dev/ttyACM0, socket://host:port) or "auto", the one board that is connected.

    Every method raises BoardError with one sentence when the board does not answer or refuses; NoCompilerError says that this
    one needs a bridge."""

    PATIENCE_SECONDS = 60

    def __init__(self, target, soft_reset=False, patience=PATIENCE_SECONDS):
        self._errors, serial = _mpremote()
        self._patience = patience
        self.target = target if target != "auto" else find()
        with self._sentence("connect"), contextlib.redirect_stdout(io.StringIO()):  # mpremote prints what it found
            self._transport = serial.SerialTransport(self.target)
            greeting = self._greeting()
            if greeting.startswith(RUNTIME) and not greeting.endswith(BRIDGED):
                self._transport.close()
                raise NoCompilerError(f"{self.target}: found a board without compiler (runtime); next step: mpylite bridge {self.target}")
            self._transport.enter_raw_repl(soft_reset=soft_reset)

    def _greeting(self):
        """How the board introduces itself, where it does: what is busy, or no MicroPython, is found out by the raw REPL."""
        port = self._transport.serial

        def read():
            time.sleep(0.002)
            return port.read(port.in_waiting) if port.in_waiting else b""

        return _introduction(read, port.write, GREETING_SECONDS)

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

    def exec(self, code):
        """Runs code on the board; gives what it printed. A code that prints nothing for `patience` seconds failed."""
        with self._sentence("run"):
            out, error = self._transport.exec_raw(code, timeout=self._patience)
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

    def tree(self, folder, leave=()):
        """Name to bytes, or to a folder's names, of everything in a folder but the names to leave."""
        with self._sentence(f"read {folder}"):
            entries = [entry for entry in self._transport.fs_listdir(folder) if entry.name not in leave]
        return {e.name: self.tree(f"{folder}/{e.name}") if e.st_mode & 0x4000 else self.get(f"{folder}/{e.name}") for e in entries}

    def put_romfs(self, image, progress=None):
        """Replaces the read-only file system at /rom. Each piece is checked before it is written; the image takes effect
        with the last step, where the board has room for two (ours has)."""
        with self._sentence("write ROMFS"):
            self._transport.exec(ROMFS_WRITER)
            step = max(ROMFS_CHUNK_BYTES, self._transport.eval(f"__begin({len(image)})"))
            for at in range(0, len(image), step):
                chunk = image[at : at + step].ljust(step if at + step > len(image) else 0, b"\xff")
                self._transport.exec(f"__write({at}, {sum(chunk)}, '{base64.b64encode(chunk).decode()}')")
                if progress:
                    progress(min(at + step, len(image)), len(image))
            self._transport.exec("__complete()\ndel __begin, __write, __complete, __rom, __block")

    def get(self, name):
        """A file's content."""
        with self._sentence(f"read {name}"):
            return bytes(self._transport.fs_readfile(name, chunk_size=CHUNK_BYTES))

    def holds(self, name, content):
        """Whether a file on the board has this content: by its SHA-256, or by the sums of its pieces where the board has
        no hashlib."""
        found = ast.literal_eval(self.exec(DIGEST.format(name=name, piece=PIECE_BYTES)))
        if isinstance(found, bytes):
            return found == hashlib.sha256(content).digest()
        return found == [sum(content[at : at + PIECE_BYTES]) for at in range(0, len(content), PIECE_BYTES)]


class Line:
    """A port as it is: `read()` gives what came within a moment, `write` sends."""

    def __init__(self, target):
        _mpremote()  # which brings pyserial
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


class NoCompilerError(BoardError):
    """The board runs only compiled code."""


class RefusedError(BoardError):
    """The board ran the code and raised; `traceback` is its text."""

    def __init__(self, sentence, error):
        self.traceback = str(error.error_output)
        super().__init__(sentence)


def _last_line(error):
    return (str(error.error_output).strip().splitlines() or ["no message"])[-1]


def _introduction(read, write, seconds):
    """The line with which a board introduces itself, "" if it does not within that time."""
    said, end = b"", time.monotonic() + seconds
    write(b"\x03\x02")
    while not (found := GREETING.search(said)):
        if time.monotonic() > end:
            return ""
        said += read()
    return found[1].decode(errors="replace")


def greeting(target, seconds=3.0):
    """The line with which the board at a port introduces itself. What it runs is stopped."""
    with contextlib.closing(Line(target)) as line:
        found = _introduction(line.read, line.write, seconds)
        if not found:
            raise BoardError(f"{line.target}: found no MicroPython within {seconds:g} s; next step: plug the board in again")
        return found


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
