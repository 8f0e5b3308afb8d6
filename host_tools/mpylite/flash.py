# SPDX-License-Identifier: MIT
"""Images onto boards: takes or builds one, checks that it is for this board, writes it, asks the board who it is now.
Owns the steps; drives.py owns the bootloader's drive, espressif.py what esptool does, device.py the port."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import device, drives, espressif, frames, terminal, uf2
from .errors import BoardError

PACKAGE = Path(__file__).resolve().parent
TOP = PACKAGE.parent.parent  # of a source tree
SECONDS = 30.0
# How MicroPython and the `runtime` profile introduce themselves; with a dot at the end a number could go on.
GREETING = re.compile(rb"(MicroPython v[0-9][\w.+-]*) on|(mpylite runtime [0-9][\w.]*)")
RESTART_IN_BOOTLOADER = "import machine, time\ntime.sleep_ms(100)\nmachine.bootloader()"


@dataclass(frozen=True)
class Image:
    """What goes onto a board. `greetings` are those that stand in the image, where it can be read."""

    path: Path
    content: bytes
    greetings: tuple = ()


@dataclass(frozen=True)
class Plan:
    """What a flash would do, step by step, and on which port."""

    board: object
    image: Image
    port: str
    erase: bool = False
    steps: list = field(default_factory=list)


# ---- the image -------------------------------------------------------------------------------------------------------


def image(board, firmware=None, profile="repl"):
    """The Image for a board: the file, else what the package carries, else what make builds. Raises BoardError where it
    is not for this board."""
    path = Path(firmware) if firmware else _built(board, profile)
    if not path.is_file():
        raise BoardError(f"{path}: no such file, needs a firmware (.uf2 or .bin)")
    content = path.read_bytes()
    readable = espressif.check(path, content, board) if board.esptool else _check_uf2(path, content, board)
    unpacked = path.with_suffix(".ram")  # what an image of ours that is compressed unpacks itself to
    if unpacked.is_file():
        readable += unpacked.read_bytes()
    return Image(path, content, tuple(sorted(_names(readable))))


def _names(said):
    """The firmwares that bytes name: "MicroPython v1.25.0"."""
    return {(one or other).decode() for one, other in GREETING.findall(said)}


def _built(board, profile):
    suffix = "bin" if board.esptool else "uf2"
    carried = PACKAGE / "firmware" / f"{board.id}-{profile}.{suffix}"
    if carried.is_file():
        return carried
    buildable = (TOP / "Makefile").is_file() and shutil.which("make") and (not board.esptool or profile == "full")
    if not buildable:
        raise BoardError(
            f"{board.id}: found no image of profile {profile} in this package, needs a file; next step: download one from {board.download}, "
            f"then mpylite flash FIRMWARE.{suffix} --board {board.id}"
        )
    command = ["make", "--no-print-directory", "firmware", f"BOARD={board.id}", f"PROFILE={profile}"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip() and not line.startswith("make")]
        reason = re.sub(r"^\S+:\d+: \*\*\* |\.  Stop\.$", "", said[-1]) if said else "make failed without a word"
        raise BoardError(f"{' '.join(command[2:])}: {reason}")
    return TOP / "build" / "firmware" / f"{board.id}-{profile}" / f"firmware.{suffix}"


def _check_uf2(path, content, board):
    """The bytes in the flash."""
    try:
        family, pieces = uf2.unpack(content)
    except BoardError as error:
        raise BoardError(f"{path.name}: {error}") from error
    if family != board.uf2_family:
        raise BoardError(f"{path.name}: found UF2 family {family:#x}, needs {board.uf2_family:#x} ({board.family}); next step: choose the --board that it is for")
    first, end = min(at for at, _ in pieces), max(at + len(data) for at, data in pieces)
    start = board.flash_start
    if first < start or end > start + board.flash_bytes:
        raise BoardError(f"{path.name}: found bytes at {first:#x} to {end:#x}, needs {start:#x} to {start + board.flash_bytes:#x} ({board.name})")
    return b"".join(data for _, data in pieces)


# ---- the plan --------------------------------------------------------------------------------------------------------


def plan(board, made, port="auto", erase=False):
    """The Plan of steps for an Image; nothing is opened."""
    size = f"{made.path.name}, {len(made.content):,} bytes"
    last = f"wait for the console and look for {' or '.join(made.greetings) or 'a greeting'}"
    if board.esptool:
        steps = [" ".join(espressif.command(board, made.path, port, erase)), last]
    else:
        steps = [
            f"restart the board at {port} in its bootloader, unless it is there",
            f"wait for the drive {board.bootloader_volume}",
            f"copy {size}",
            last,
        ]
    return Plan(board, made, port, erase, steps)


# ---- carrying it out -------------------------------------------------------------------------------------------------


def write(made, drive=None, progress=None, tell=lambda step: None, seconds=SECONDS):
    """Carries a Plan out; gives the board's greeting. `drive` is a folder to use instead of looking for the bootloader's,
    progress(done, total) counts, tell(step) says what is waited for."""
    before = device.ports()
    if made.board.esptool:
        port = device.find() if made.port == "auto" else made.port
        tell(f"esptool writes {made.image.path.name} through {port}")
        espressif.write(espressif.command(made.board, made.image.path, port, made.erase), progress)
    else:
        port = _write_uf2(made, drive, progress, tell, seconds)
    tell("waiting for the console")
    greeting = _greeting(made.board, port, before, seconds)
    if made.image.greetings and not _names(greeting.encode()) & set(made.image.greetings):
        raise BoardError(
            f"board: found '{greeting}', needs {' or '.join(made.image.greetings)}; next step: hold BOOTSEL while you plug the board in, "
            "then flash again"
        )
    return greeting


def _write_uf2(made, drive, progress, tell, seconds):
    """The port that the board had before, or "auto"."""
    volume = made.board.bootloader_volume
    look = drives.mounted if drive is None else lambda: list(filter(None, [drives.read(drive)]))
    port = made.port
    if drives.find(volume, look) is None:
        port = _restart(made.port, volume)
        tell(f"waiting for the drive {volume}")
    found = drives.wait(volume, seconds, look)
    tell(f"copying to {found.folder}")
    drives.put(found, "firmware.uf2", made.image.content, progress)
    drives.wait_until_gone(found, seconds)
    return port


def _restart(port, volume):
    """Brings the board into its bootloader; gives its port."""
    try:
        port = device.find() if port == "auto" else port
        if frames.IDENTITY.decode() in device.greeting(port):
            terminal.start_on(port, RESTART_IN_BOOTLOADER)
        else:
            device.start(port, RESTART_IN_BOOTLOADER)
        return port
    except device.RefusedError:
        raise
    except BoardError as error:
        reason = str(error).split("; next step")[0]
        raise BoardError(
            f"{reason}; next step: hold BOOTSEL while you plug the board in: it shows the drive {volume}; then flash again"
        ) from error


def _greeting(board, port, before, seconds):
    """What the board says of itself once its console is there."""
    end, error = time.monotonic() + seconds, None
    while time.monotonic() < end:
        target = _target(board, port, before)
        if target:
            try:
                return device.greeting(target)
            except BoardError as silent:
                error = silent
        time.sleep(drives.LOOK_AGAIN_SECONDS)
    reason = str(error).split("; next step")[0] if error else f"found no port of a {board.name}"
    raise BoardError(f"{reason} within {seconds:g} s of writing; next step: unplug the board and plug it in again; then mpylite boards")


def _target(board, port, before):
    """Where the board is now: a name may change when it starts anew, its serial number does not."""
    now = device.ports()
    if port != "auto":
        known = [one.serial_number for one in before if one.target == port and one.serial_number]
        moved = [one.target for one in now if one.serial_number in known]
        return moved[0] if moved else port
    known = {one.target for one in before}
    likely = [one for one in now if one.target not in known] or [one for one in now if (one.vid, one.pid) == (board.usb.get("vid"), board.usb.get("pid"))]
    return likely[0].target if len(likely) == 1 else None
