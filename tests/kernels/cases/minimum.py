# SPDX-License-Identifier: MIT
"""Cases of MINIMUM: parameters only."""

from ._arithmetic import RANK5, binary, plain
from ._grid import BROADCASTS


def cases():
    for dtype, q in (("int8", (0.1, 3)), ("int16", (0.001, 0))):
        for n, (a, b) in enumerate(BROADCASTS + RANK5):
            for constant in ("", "a", "b"):
                yield binary(
                    f"{dtype}_{n}_constant_{constant or 'none'}", a, b, q, q, q, dtype=dtype, constant=constant
                )
    for n, (a, b) in enumerate(BROADCASTS[::3]):
        yield binary(f"extreme_{n}", a, b, (0.1, 127), (0.1, 127), (0.1, 127), fill_a="extreme", fill_b="extreme")
    for dtype in ("int32", "float32", "int64"):
        yield from plain(dtype, dtype)
