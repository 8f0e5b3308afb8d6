# SPDX-License-Identifier: MIT
"""The boards that a user can name: a port as it is, or an emulated one, which is started. Owns the names; the machines stand
in simulator, the port belongs to device.py."""

from __future__ import annotations

import contextlib


def is_emulated(target):
    return target.partition(":")[0] in ("rp2040", "qemu")


@contextlib.contextmanager
def reached(target):
    """(port, what the board must be told first) of a port, "auto", a board in QEMU (qemu:armv6m, ...) or a Pico in the emulator
    (rp2040, or with a firmware: rp2040:repl, rp2040:FILE.uf2)."""
    kind, _, which = target.partition(":")
    if kind == "rp2040":
        from .simulator.pico import Pico

        with Pico.with_firmware(which) as board:
            yield board.port, ""
    elif kind == "qemu":
        from .simulator import qemu

        with qemu.Board(which) as board:
            yield board.port, board.setup
    else:
        yield target, ""
