# SPDX-License-Identifier: MIT
"""Cases of EXPAND_DIMS: parameters only."""

import numpy as np

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": ()}


def cases():
    for dtype, q in DTYPES.items():
        for shape in ((3,), (2, 3), (1, 4, 2), (2, 1, 3, 2)):
            for axis in range(-len(shape) - 1, len(shape) + 1):
                kw = (
                    dict(reference="litert", why="TFLM takes int8, int16 and float32")
                    if dtype == "int32"
                    else {}
                )
                yield Case(
                    f"{dtype}_{'x'.join(map(str, shape))}_axis{axis}",
                    [T(shape, dtype, *q), V(np.array([axis]) if axis % 2 else axis)],
                    [T(np.expand_dims(np.zeros(shape), axis).shape, dtype, *q)],
                    samples=1,
                    **kw,
                )
    yield Case(
        "wrong_axis",
        [T((3, 2), "int8", 0.1, 3), V(4)],
        [T((3, 2, 1), "int8", 0.1, 3)],
        reference="refused",
        why="axis 4 of rank 2",
    )
