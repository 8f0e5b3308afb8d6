# SPDX-License-Identifier: MIT
"""Cases of FILL: parameters only."""

import numpy as np

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "float32": (), "int16": (0.001, 0), "int32": (), "int64": (), "bool": ()}
SHAPES = ((1,), (7,), (2, 3), (2, 1, 4), (1, 3, 2, 2), (2, 1, 1, 3, 2))


def cases():
    for dtype, q in DTYPES.items():
        kw = (
            dict(reference="litert_or_refused", why="TFLM fills int8, int32 and float32")
            if dtype in ("int16", "int64", "bool")
            else {}
        )
        for n, shape in enumerate(SHAPES):
            yield Case(
                f"{dtype}_{n}",
                [V(np.array(shape, "int64" if n % 2 and dtype == "int32" else "int32")), T((), dtype, *q)],
                [T(shape, dtype, *q)],
                **kw,
            )
