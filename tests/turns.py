# SPDX-License-Identifier: MIT
"""Test processes that build the same thing take turns."""

import contextlib
import fcntl
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def turn(name):
    """One process builds, the others wait; `name` says what is built."""
    (TOP / "build").mkdir(exist_ok=True)
    with open(TOP / "build" / f"{name}.lock", "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
