# SPDX-License-Identifier: MIT
"""Cases of BATCH_TO_SPACE_ND: parameters only."""

import numpy as np

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "float32": (), "int16": (0.001, 0), "int32": ()}
SHAPES = (
    ((4, 2, 2, 3), (2, 2), ((0, 0), (0, 0))),
    ((4, 3, 2, 1), (2, 2), ((1, 0), (0, 1))),
    ((6, 2, 3, 2), (2, 3), ((0, 0), (2, 1))),
    ((8, 1, 1, 1), (2, 2), ((0, 0), (0, 0))),
    ((2, 5, 1, 3), (2, 1), ((1, 2), (0, 0))),
    ((9, 2, 2, 2), (3, 3), ((1, 1), (0, 2))),
    ((1, 3, 3, 2), (1, 1), ((0, 0), (0, 0))),
    ((4, 3, 2), (2,), ((1, 1),)),
    ((3, 4, 5), (3,), ((0, 0),)),
)


def cases():
    for dtype, q in DTYPES.items():
        kw = (
            dict(reference="litert", why="TFLM moves int8 and float32 only")
            if dtype in ("int16", "int32")
            else {}
        )
        for n, (shape, block, crops) in enumerate(SHAPES):
            out = (
                shape[0] // int(np.prod(block)),
                *(s * b - c - d for s, b, (c, d) in zip(shape[1:-1], block, crops, strict=True)),
                shape[-1],
            )
            yield Case(
                f"{dtype}_{n}",
                [T(shape, dtype, *q), V(np.array(block)), V(np.array(crops))],
                [T(out, dtype, *q)],
                samples=1,
                **kw,
            )
