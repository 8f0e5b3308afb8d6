# SPDX-License-Identifier: MIT
"""Cases of LOGICAL_AND: parameters only."""

from ._arithmetic import RANK5, binary
from ._grid import BROADCASTS


def cases():
    for n, (a, b) in enumerate(BROADCASTS + RANK5):
        for constant in ("", "b"):
            yield binary(f"{n}_{'constant' if constant else 'fed'}", a, b, dtype="bool", constant=constant)
