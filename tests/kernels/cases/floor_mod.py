# SPDX-License-Identifier: MIT
"""Cases of FLOOR_MOD: parameters only."""

from ._arithmetic import divided


def cases():
    yield from divided()
