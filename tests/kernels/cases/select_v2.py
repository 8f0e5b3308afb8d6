# SPDX-License-Identifier: MIT
"""Cases of SELECT_V2: parameters only."""

import numpy as np

from ..case import C, Case, T

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": (), "int64": (), "bool": ()}
SHAPES = (
    ((4,), (4,), (4,)),
    ((2, 3), (2, 3), (2, 3)),
    ((1,), (3, 4), (3, 4)),
    ((3, 1), (3, 4), (3, 4)),
    ((2, 3), (1,), (2, 3)),
    ((2, 3), (2, 3), (1,)),
    ((1, 4, 1, 3), (2, 1, 5, 1), (1, 1, 1, 3)),
    ((2, 3, 4, 5), (2, 3, 4, 5), (1, 1, 1, 5)),
    ((1, 1, 2, 1, 2), (2, 1, 2, 3, 2), (1,)),
    ((7, 1), (1, 5), (1, 1)),
)


def cases():
    for dtype, q in DTYPES.items():
        for n, (c, a, b) in enumerate(SHAPES):
            kw = (
                dict(reference="litert", why="TFLM selects int8, int16 and float32 only")
                if dtype in ("int32", "int64", "bool")
                else {}
            )
            out = np.broadcast_shapes(c, a, b)
            for constant in (False, True):
                yield Case(
                    f"{dtype}_{n}{'_constant' if constant else ''}",
                    [T(c, "bool"), T(a, dtype, *q), (C if constant else T)(b, dtype, *q)],
                    [T(out, dtype, *q)],
                    **kw,
                )
