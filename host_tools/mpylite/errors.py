# SPDX-License-Identifier: MIT
"""The error tree. Owns the kinds of failure; the sentences stand where the failure is found.

MpyliteError                the user can act on it: cli prints one line, exits 1
├── ModelError              (a ValueError) a model file is damaged, of the wrong kind, or does not fit
│   └── UnsupportedError    parts of a model cannot be converted; carries every Reason
├── DataError               (a ValueError) calibration or input data is missing, wrong or unusable
├── MissingExtra            (an ImportError) an optional package is not installed; names the pip command
├── BoardError              a board is unknown, absent, silent, or refuses
└── EngineError             (a RuntimeError) the engine or MicroPython refused or failed
"""

from dataclasses import dataclass


class MpyliteError(Exception):
    """The base of all failures that a user can act on; its text is one line. The kinds are also the builtin errors that
    MicroPython's module raises in the same place, so that one `except` serves both."""


class ModelError(MpyliteError, ValueError):
    """A model file is damaged, of the wrong kind, or does not fit."""


@dataclass(frozen=True)
class Reason:
    """Why one layer or operator cannot be converted: where, a code for machines, what to do."""

    where: str
    code: str
    advice: str

    def __str__(self):
        return f"{self.where}: {self.code}; {self.advice}"


class UnsupportedError(ModelError):
    """Parts of a model cannot be converted; `reasons` lists all of them."""

    def __init__(self, where, reasons):
        self.reasons = tuple(reasons)
        super().__init__(f"{where}: {len(self.reasons)} cannot be converted: " + " | ".join(map(str, self.reasons)))


class DataError(MpyliteError, ValueError):
    """Calibration or input data is missing, wrong or unusable."""


class MissingExtra(MpyliteError, ImportError):
    """An optional package is not installed."""

    def __init__(self, what, package, extra):
        super().__init__(f"{what}: needs the package {package}; pip install 'mpylite[{extra}]'")


class EngineError(MpyliteError, RuntimeError):
    """The engine or MicroPython refused or failed."""


class BoardError(MpyliteError):
    """A board is unknown, absent, silent, or refuses."""
