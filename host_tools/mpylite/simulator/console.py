# SPDX-License-Identifier: MIT
"""Runs code on an emulated board and gives what it printed: by the raw REPL where the board compiles, by frames of .mpy
code where it does not. Owns both protocols as the emulator sees them; a real port belongs to device.py."""

from __future__ import annotations

from mpylite import frames
from mpylite.errors import BoardError

EOT = b"\x04"


class Console:
    """The console of a board at its prompt, over USB or UART."""

    def __init__(self, board, port="usb"):
        self.board, self.port = board, port
        if port == "usb":
            board.wait_for_usb()
        self.output = board.usb if port == "usb" else board.uart
        self.send(frames.ENQUIRY)
        self.read_until(lambda out: out.endswith(b"\r\n") and frames.IDENTITY in out or out.endswith(b">>> "))
        self.has_compiler = frames.IDENTITY not in bytes(self.output)
        if self.has_compiler:
            self.send(b"\x03\x01")
            self.read_until(lambda out: out.endswith(b"raw REPL; CTRL-B to exit\r\n>"))
        self.output.clear()

    def send(self, data):
        (self.board.send_usb if self.port == "usb" else self.board.send_uart)(data)

    def read_until(self, done, seconds=30.0):
        self.board.run_until(lambda: done(self.output), seconds)

    def start(self, source):
        """Sends the code; it runs from now on."""
        self.output.clear()
        if self.has_compiler:
            self.send(source.encode() + EOT)
            self.read_until(lambda out: len(out) >= 2)
            found, needs = bytes(self.output[:2]), b"OK"
        else:
            self.send(frames.pack(frames.compile_source(source)))
            self.read_until(lambda out: len(out) >= 1)
            found, needs = bytes(self.output[:1]), frames.ACK
            if found == frames.NAK:
                self.read_until(lambda out: len(out) >= 2)
        if found != needs:
            raise BoardError(f"console: found {bytes(self.output[:20])}, needs {needs}; next step: reset the board")
        del self.output[: len(needs)]

    def finish(self, seconds=5.0):
        """(printed, traceback) of the code that was started."""
        end = 2 if not self.has_compiler else 3
        self.read_until(lambda out: out.count(EOT) >= 2 and (end == 2 or out.endswith(b">")), seconds)
        printed, traceback = bytes(self.output).split(EOT)[:2]
        self.output.clear()
        return printed.decode().replace("\r\n", "\n"), traceback.decode().replace("\r\n", "\n")

    def run(self, source, seconds=5.0):
        """What the code printed. Raises BoardError with its traceback."""
        self.start(source)
        printed, traceback = self.finish(seconds)
        if traceback:
            raise BoardError(f"board: {traceback.strip()}")
        return printed
