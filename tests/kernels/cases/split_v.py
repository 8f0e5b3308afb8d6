# SPDX-License-Identifier: MIT
"""Cases of SPLIT_V: parameters only."""

import numpy as np

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": ()}
SHAPES = ((7,), (3, 7), (2, 7, 3), (1, 3, 7, 2), (2, 2, 3, 7))
SIZES = ((7,), (3, 4), (1, 2, 4), (1, 1, 1, 4), (5, -1))


def cases():
    for dtype, q in DTYPES.items():
        for shape in SHAPES:
            axis = shape.index(7)
            for n, sizes in enumerate(SIZES):
                given = [s if s > 0 else 7 - sum(sizes) - 1 for s in sizes]
                written = axis - len(shape) if n % 2 else axis
                outs = [T([s if i == axis else d for i, d in enumerate(shape)], dtype, *q) for s in given]
                yield Case(
                    f"{dtype}_{'x'.join(map(str, shape))}_{'_'.join(map(str, sizes))}",
                    [T(shape, dtype, *q), V(np.array(sizes)), V(written)],
                    outs,
                    dict(num_splits=len(sizes)),
                    samples=1,
                )
