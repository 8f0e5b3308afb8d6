# SPDX-License-Identifier: MIT
"""Cases of BROADCAST_TO: parameters only."""

import numpy as np

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "float32": (), "int16": (0.001, 0), "int32": ()}
SHAPES = (
    ((1,), (4,)),
    ((3,), (2, 3)),
    ((2, 1), (2, 5)),
    ((1, 1), (3, 4)),
    ((3, 1), (2, 3, 4)),
    ((1, 3, 1, 2), (2, 3, 4, 2)),
    ((2, 3), (2, 3)),
    ((1, 1, 1, 1), (2, 3, 1, 2)),
    ((2, 1, 3), (1, 2, 2, 1, 3)),
    ((1,), (1, 1, 1)),
)


def cases():
    for dtype, q in DTYPES.items():
        for n, (a, b) in enumerate(SHAPES):
            for wide in ("int32", "int64"):
                yield Case(f"{dtype}_{n}_{wide}", [T(a, dtype, *q), V(np.array(b, wide))], [T(b, dtype, *q)], samples=1)
    yield Case(
        "wrong",
        [T((3,), "int8", 0.1, 3), V([2, 4])],
        [T((2, 4), "int8", 0.1, 3)],
        samples=1,
        reference="refused",
        why="3 does not broadcast to 4",
    )
