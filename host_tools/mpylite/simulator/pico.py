# SPDX-License-Identifier: MIT
"""An emulated Pico as it lies on a desk: its USB port behind a socket, and a folder that is its drive while it is in its
bootloader. It runs in a thread of its own. Owns what happens between board and desk; the board itself is rp2040.py."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from mpylite import uf2
from mpylite.errors import BoardError

from . import rp2040

BUILT = Path(__file__).resolve().parents[3] / "build" / "firmware"
STOCK = "stock"  # MicroPython's official port, as it comes
# As the RP2040's own bootloader says it.
INFO = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"


class Pico:
    """A running board; `port` is where device.Device finds it, `drive` the folder of its bootloader. `image` is its flash
    from the start; without one it wakes in its bootloader, as from the factory."""

    def __init__(self, image=b"", unpacked=None, drive=None):
        self.drive = drive and Path(drive)
        self.board = rp2040.Board(image, unpacked)
        self.board.in_bootloader = not image
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = f"socket://127.0.0.1:{self._listener.getsockname()[1]}"
        self._done, self.failure = threading.Event(), None
        self._thread = threading.Thread(target=self._live, daemon=True)
        if image:
            self.board.wait_for_usb()
        self._thread.start()

    @classmethod
    def with_firmware(cls, firmware=""):
        """A board with an image of ours (a profile's name), or with a .uf2 file; with MicroPython's own for none."""
        folder = BUILT / f"RPI_PICO-{firmware or STOCK}"
        path = Path(firmware) if firmware.endswith(".uf2") else folder / "firmware.uf2"
        if not path.is_file():
            build = "" if firmware.endswith(".uf2") else f"; next step: make firmware PROFILE={firmware or STOCK}"
            raise BoardError(f"rp2040:{firmware or STOCK}: found no {path}, needs a firmware{build}")
        unpacked = path.with_suffix(".ram")
        return cls(rp2040.image_of(path.read_bytes()), unpacked.read_bytes() if unpacked.is_file() else None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._done.set()
        self._thread.join()
        self._listener.close()

    def _live(self):
        try:
            while not self._done.is_set():
                if self.board.in_bootloader:
                    self._be_a_drive()
                else:
                    rp2040.serve(self.board, self._listener, lambda: self._done.is_set() or self.board.in_bootloader)
        except Exception as error:  # for the test that asks why the board went silent
            self.failure = error

    def _be_a_drive(self):
        """Shows the drive until a whole UF2 file lies there, and starts what it holds."""
        if self.drive is None:
            raise BoardError("emulator: the board is in its bootloader, needs a folder for its drive")
        self.drive.mkdir(exist_ok=True)
        (self.drive / "INFO_UF2.TXT").write_text(INFO)
        while not self._done.wait(0.02):
            image = self._arrived()
            if image:
                break
        for file in self.drive.iterdir():
            file.unlink()
        if not self._done.is_set():
            self.board = rp2040.Board(image)
            self.board.wait_for_usb()

    def _arrived(self):
        """The flash image of the UF2 file on the drive, or None while it is not whole."""
        for file in self.drive.glob("*.uf2"):
            content = file.read_bytes()
            try:
                uf2.unpack(content)
            except BoardError:
                continue
            return rp2040.image_of(content)
        return None
