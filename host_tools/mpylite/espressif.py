# SPDX-License-Identifier: MIT
"""Firmware onto Espressif's chips: checks an image, and runs esptool's command. Owns what esptool is told and what its
answers mean."""

from __future__ import annotations

import importlib.util
import re
import struct
import subprocess
import sys

from .errors import BoardError, MissingExtra

MAGIC = 0xE9
CHIP_ID_AT = 12  # in the header of an image
PARTITION_TABLE_AT, PARTITION_MAGIC = 0x8000, b"\xaa\x50"
FATAL = re.compile(r"fatal error occurred: *(.*)")
PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")


def check(path, content, board):
    """The bytes in the flash. Raises BoardError where it is no whole firmware for this board."""
    facts = board.esptool
    if len(content) < CHIP_ID_AT + 2 or content[0] != MAGIC:
        raise BoardError(f"{path.name}: found no image for an ESP32, needs a .bin from {board.download}")
    (chip,) = struct.unpack_from("<H", content, CHIP_ID_AT)
    if chip != facts["image_chip_id"]:
        raise BoardError(f"{path.name}: found an image for chip {chip}, needs {facts['image_chip_id']} ({board.family}); next step: a .bin from {board.download}")
    at = PARTITION_TABLE_AT - facts["flash_offset"]
    if content[at : at + 2] != PARTITION_MAGIC:
        raise BoardError(f"{path.name}: found an application alone (an update), needs the whole firmware; next step: the .bin from {board.download}")
    if facts["flash_offset"] + len(content) > board.flash_bytes:
        raise BoardError(f"{path.name}: needs {facts['flash_offset'] + len(content)} bytes of flash, has {board.flash_bytes} ({board.name})")
    return content


def command(board, path, port, erase=False):
    """esptool's command line."""
    facts = board.esptool
    line = ["esptool", "--chip", facts["chip"], *(["--port", port] if port != "auto" else []), "--baud", str(facts["baud"])]
    flash = ["--flash-mode", facts["flash_mode"], "--flash-size", facts["flash_size"]]
    return [*line, "write-flash", *(["--erase-all"] if erase else []), *flash, f"{facts['flash_offset']:#x}", str(path)]


def write(line, progress=None):
    """Runs the command; progress(done, total) in percent. Raises BoardError with esptool's reason."""
    if importlib.util.find_spec("esptool") is None:
        raise MissingExtra("flashing an ESP32", "esptool", "esp32")
    process = subprocess.Popen([sys.executable, "-m", *line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = []
    with process:
        for text in process.stdout:
            said.append(text)
            if progress and (percent := PERCENT.findall(text)):
                progress(float(percent[-1]), 100)
    if process.returncode:
        raise BoardError(f"esptool: {_reason(''.join(said))}")


def _reason(said):
    found = FATAL.findall(said)
    lines = [line.strip(" \u2502") for line in said.splitlines() if re.search(r"\w", line)]  # without its boxes
    reason = (found or lines or ["failed without a word"])[-1].rstrip(".")
    return f"{reason}; next step: check the cable and the port; hold BOOT (IO0) while you press EN, then flash again"
