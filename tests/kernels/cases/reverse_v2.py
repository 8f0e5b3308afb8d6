# SPDX-License-Identifier: MIT
"""Cases of REVERSE_V2: parameters only."""

import numpy as np

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "float32": (), "int16": (0.001, 0), "int32": (), "int64": (), "bool": ()}
SHAPES = (
    ((5,), (0,)),
    ((1,), (0,)),
    ((3, 4), (0,)),
    ((3, 4), (1,)),
    ((3, 4), (0, 1)),
    ((2, 3, 5), (1,)),
    ((2, 3, 5), (-1,)),
    ((2, 3, 4, 5), (1, 2)),
    ((1, 4, 1, 3), (1,)),
    ((2, 1, 3, 2, 2), (3, 4)),
)


def cases():
    for dtype, q in DTYPES.items():
        for n, (shape, axes) in enumerate(SHAPES):
            yield Case(f"{dtype}_{n}", [T(shape, dtype, *q), V(np.array(axes))], [T(shape, dtype, *q)], samples=1)
