# SPDX-License-Identifier: MIT
"""The boards: boards/<NAME>/board.toml to Board. Owns what a board's facts are called; nothing here touches a device."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

from .errors import BoardError

# of an installed package, or of a source tree
_HERE = Path(__file__).resolve()
FOLDER = _HERE.with_name("definitions") / "boards"
FOLDER = FOLDER if FOLDER.is_dir() else _HERE.parents[2] / "boards"


@dataclass(frozen=True)
class Board:
    """One board's facts, with the names of board.toml."""

    id: str
    name: str
    port: str
    family: str
    natmod_arch: str
    clock_hz: int
    flash_bytes: int
    ram_bytes: int
    uf2_family: int = 0
    bootloader_volume: str = ""
    pins: dict = field(default_factory=dict)
    usb: dict = field(default_factory=dict)
    romfs: dict = field(default_factory=dict)
    xip: dict = field(default_factory=dict)  # code and data used in place: word_bytes, and word_cycles where it is not cached
    budget: dict = field(default_factory=dict)
    full: dict = field(default_factory=dict)  # how the profile `full` divides the flash
    flash_start: int = 0
    kernels: str = ""  # of kernels/inner, in a firmware of ours; "" the portable ones
    download: str = ""  # where the stock firmware is
    esptool: dict = field(default_factory=dict)


def names():
    """Every board that has facts."""
    return sorted(file.parent.name for file in FOLDER.glob("*/board.toml"))


def known():
    """Every Board that has facts."""
    return [load(name) for name in names()]


def by_machine(machine):
    """The Board with the chip at the end of sys.implementation._machine, or None."""
    chip = machine.split()[-1:]
    return next((board for board in known() if [board.family.replace("-", "")] == chip), None)


def load(name):
    """The Board of that name."""
    file = FOLDER / name / "board.toml"
    if not file.is_file():
        raise BoardError(f"board {name}: found no such board, needs one of {', '.join(names())}")
    try:
        return Board(id=name, **tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise BoardError(f"{file.name} of {name}: {error}; next step: correct that line") from error
