# SPDX-License-Identifier: MIT
"""The drives that boards show in their bootloader: a small file system with INFO_UF2.TXT. Owns finding them and writing to
them; what is written, and when, is flash.py's."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from .errors import BoardError, MissingExtra

INFO = "INFO_UF2.TXT"
LABELS = Path("/dev/disk/by-label")  # Linux: drives that are plugged in, mounted or not
CHUNK_BYTES = 16 << 10
LOOK_AGAIN_SECONDS = 0.25


@dataclass(frozen=True)
class Drive:
    """A board in its bootloader; `board_id` is what it calls itself (RPI-RP2, RP2350)."""

    folder: Path
    board_id: str


def read(folder):
    """The Drive in a folder, or None."""
    try:
        text = (Path(folder) / INFO).read_text("utf-8", errors="replace")
    except OSError:
        return None  # another kind of drive, or gone in this moment
    found = re.search(r"^Board-ID: *(\S+)", text, re.M)
    return Drive(Path(folder), found[1]) if found else None


def mounted():
    """Every Drive of this machine."""
    try:
        import psutil
    except ImportError as error:
        raise MissingExtra("looking for the bootloader's drive", "psutil", "device") from error
    found = map(read, (partition.mountpoint for partition in psutil.disk_partitions()))
    return [drive for drive in found if drive]


def find(volume, look=mounted):
    """The one Drive with that name, or None."""
    found = [drive for drive in look() if drive.board_id == volume]
    if len(found) > 1:
        where = ", ".join(str(drive.folder) for drive in found)
        raise BoardError(f"{volume}: found {len(found)} drives ({where}), needs one; next step: unplug the others, or name it with --drive")
    return found[0] if found else None


def wait(volume, seconds, look=mounted):
    """The Drive with that name, when it comes. Raises BoardError with what a person can do."""
    end = time.monotonic() + seconds
    while (drive := find(volume, look)) is None:
        if time.monotonic() > end:
            raise BoardError(f"bootloader: {_missing(volume, look(), seconds)}")
        time.sleep(LOOK_AGAIN_SECONDS)
    return drive


def _missing(volume, others, seconds):
    if (LABELS / volume).exists():
        return f"found the drive {volume} but it is not mounted; next step: udisksctl mount -b {LABELS / volume}, then flash again"
    if others:
        return (
            f"found the drive {others[0].board_id} ({others[0].folder}), needs {volume}; next step: choose the --board that it is"
        )
    return (
        f"found no drive {volume} within {seconds:g} s; next step: hold BOOTSEL while you plug the board in, then flash again"
    )


def put(drive, name, content, progress=None):
    """Writes a file to the drive. The board restarts as soon as it has the last block: from then on the drive may vanish."""
    done = 0
    try:
        with open(drive.folder / name, "wb", buffering=0) as file:
            while done < len(content):
                done += file.write(content[done : done + CHUNK_BYTES])
                if done < len(content):
                    os.fsync(file.fileno())  # else the system takes all at once, and progress means nothing
                if progress:
                    progress(done, len(content))
            os.fsync(file.fileno())
    except OSError as error:
        if done < len(content):
            raise BoardError(
                f"{drive.folder}: {error.strerror or error} after {done} of {len(content)} bytes; next step: hold BOOTSEL "
                "while you plug the board in again, then flash again (the board cannot be broken by this)"
            ) from error


def wait_until_gone(drive, seconds):
    """Returns when the board has left its bootloader."""
    end = time.monotonic() + seconds
    while read(drive.folder):
        if time.monotonic() > end:
            raise BoardError(
                f"{drive.folder}: the board took the file and stayed in its bootloader after {seconds:g} s, needs an image for "
                f"{drive.board_id}; next step: press reset, or unplug it and plug it in again"
            )
        time.sleep(LOOK_AGAIN_SECONDS)
