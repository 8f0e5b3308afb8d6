# SPDX-License-Identifier: MIT
"""A prompt that is compiled here and runs on a board without compiler: inputs to frames, answers to text.

Owns the talk over a line (`read()` gives what is there, `write(bytes)`); device.py opens the port, cli shows the text.
"""

from __future__ import annotations

import codeop
import contextlib
import time

from . import device, frames, targets
from .errors import BoardError

PATIENCE_SECONDS = 3.0


class Console:
    """A board of the `runtime` profile at its prompt."""

    def __init__(self, line, clock=time.monotonic):
        self.line, self._clock = line, clock
        self.line.write(b"\x03" + frames.ENQUIRY)
        found = self._until(lambda data: data.endswith(b"\n") and frames.IDENTITY in data, "who it is")
        self.identity = found[found.index(frames.IDENTITY) :].decode(errors="replace").strip()

    def _until(self, done, what):
        data, end = bytearray(), self._clock() + PATIENCE_SECONDS
        while not done(data):
            data += self.line.read()
            if self._clock() > end:
                raise BoardError(
                    f"board: did not say {what}, needs the runtime profile; next step: mpremote for a board that compiles, "
                    "or unplug it and plug it in again"
                )
        return bytes(data)

    def run(self, source, show, name="<stdin>"):
        """Runs the code; show(text) gets what it prints, as it comes. Gives the traceback, or ""."""
        self.line.write(frames.pack(frames.compile_source(source, name)))
        first = self._until(lambda data: data, "that it has the code")
        if first[:1] == frames.NAK:
            why = first[1:] or self._until(lambda data: data, "why it refuses")
            raise BoardError(f"board: {frames.REFUSALS.get(why[:1], 'refused the code')}")
        parts, data = [b"", b""], first.removeprefix(frames.ACK)
        ends = 0
        while ends < 2:
            for at in range(len(data)):
                byte = data[at : at + 1]
                if byte == frames.EOT:
                    ends += 1
                elif ends < 2:
                    parts[ends] += byte
            if parts[0]:
                show(parts[0].decode(errors="replace").replace("\r\n", "\n"))
                parts[0] = b""
            data = self._read_or_interrupt() if ends < 2 else b""
        return parts[1].decode(errors="replace").replace("\r\n", "\n")

    def _read_or_interrupt(self):
        """Ctrl-C here is Ctrl-C there."""
        try:
            return self.line.read()
        except KeyboardInterrupt:
            self.line.write(b"\x03")
            return b""

    def soft_reset(self):
        self.line.write(frames.EOT)
        self._until(lambda data: data.endswith(b"\n") and frames.IDENTITY in data, "that it starts anew")


@contextlib.contextmanager
def connected(target):
    with targets.reached(target) as (port, _), contextlib.closing(device.Line(port)) as line:
        yield Console(line)


def run_on(port, source, show, name):
    """Runs code on the board at a port. Raises BoardError with its traceback."""
    with connected(port) as console:
        traceback = console.run(source, show, name)
    if traceback:
        raise BoardError(traceback.strip())


def start_on(port, source):
    """Runs code that does not come back on the board at a port."""
    with connected(port) as console:
        console.line.write(frames.pack(frames.compile_source(source)))
        console.line.read()


def prompt(port, ask, show):
    """A prompt with history at a port, until the end of the input."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() its history
    with connected(port) as console:
        show(f"{console.identity}; Ctrl-D ends\n")
        interact(console, ask, show)


def interact(console, ask, show):
    """Inputs until ask() raises EOFError. ask(prompt) gives a line; an input may have more lines than one."""
    lines = []
    while True:
        try:
            lines.append(ask("... " if lines else ">>> "))
            source = "\n".join(lines)
            if _is_unfinished(source):
                continue
            lines = []
            if source.strip():
                show(console.run(frames.as_interactive(source), show))
        except KeyboardInterrupt:
            lines = []
            show("\n")
        except BoardError as error:
            show(f"{error}\n")
        except EOFError:
            return


def _is_unfinished(source):
    """As Python sees it; what only MicroPython understands goes to its compiler."""
    try:
        return codeop.compile_command(source) is None
    except (SyntaxError, OverflowError, ValueError):
        return False
