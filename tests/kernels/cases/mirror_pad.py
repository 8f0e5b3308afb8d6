# SPDX-License-Identifier: MIT
"""Cases of MIRROR_PAD: parameters only."""

import numpy as np

from ..case import Case, T, V
from ._pad import label, padded

DTYPES = {"int8": (0.1, 3), "float32": (), "int16": (0.001, 0), "int32": ()}
SHAPES = (
    ((5,), ((2, 1),)),
    ((4, 3), ((1, 2), (2, 0))),
    ((3, 2, 4), ((1, 0), (1, 1), (0, 3))),
    ((1, 5, 5, 3), ((0, 0), (1, 1), (2, 2), (0, 0))),
    ((1, 4, 7, 2), ((0, 0), (3, 1), (2, 3), (1, 0))),
    ((2, 3), ((0, 0), (0, 0))),
)


def cases():
    for dtype, q in DTYPES.items():
        for mode in ("REFLECT", "SYMMETRIC"):
            for shape, pads in SHAPES:
                kw = (
                    dict(reference="litert", why="TFLM pads int8 and float32 only")
                    if dtype in ("int16", "int32")
                    else {}
                )
                for wide in ("int32", "int64") if dtype == "int8" else ("int32",):
                    yield Case(
                        f"{dtype}_{mode}_{label(shape, pads)}_{wide}",
                        [T(shape, dtype, *q), V(np.array(pads, wide))],
                        [T(padded(shape, pads), dtype, *q)],
                        dict(mode=mode),
                        samples=1,
                        **kw,
                    )
