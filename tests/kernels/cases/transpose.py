# SPDX-License-Identifier: MIT
"""Cases of TRANSPOSE: parameters only."""

from itertools import permutations

import numpy as np

from ..case import Case, T, V
from ._grid import draws

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": (), "int64": (), "bool": ()}
SHAPES = {1: (5,), 2: (3, 4), 3: (2, 3, 5), 4: (2, 3, 4, 5), 5: (2, 3, 2, 4, 3), 6: (2, 1, 3, 2, 2, 3)}


def _case(name, shape, permutation, dtype="int8", **kw):
    q = DTYPES[dtype]
    if dtype in ("int32", "int64", "bool") or len(shape) > 5:
        kw = dict(reference="litert", why="TFLM moves float32, int8 and int16 up to rank 5")
    return Case(
        name,
        [T(shape, dtype, *q), V(np.array(permutation))],
        [T([shape[p] for p in permutation], dtype, *q)],
        samples=1,
        **kw,
    )


def cases():
    for rank in (1, 2, 3, 4):
        for p in permutations(range(rank)):
            for dtype in DTYPES if rank < 4 else ("int8", "float32", "int16"):
                yield _case(f"{dtype}_{''.join(map(str, p))}", SHAPES[rank], p, dtype)
    for name, r in draws("rank5_", 16):
        yield _case(name, SHAPES[5], r.sample(range(5), 5))
    for name, r in draws("rank6_", 8):
        yield _case(name, SHAPES[6], r.sample(range(6), 6))
    yield _case(
        "negative", (2, 3, 4), (-1, 0, 1), reference="litert", why="TFLM wants axes counted from the front"
    )
    for shape in ((1, 1, 7, 5), (1, 9, 1, 1), (1, 1, 1, 1), (16, 1, 3, 1)):
        yield _case(f"ones_{'x'.join(map(str, shape))}", shape, (0, 3, 1, 2))
    yield Case(
        "wrong_beyond",
        [T((3, 3), "int8", 0.1, 3), V([0, 2])],
        [T((3, 3), "int8", 0.1, 3)],
        reference="refused",
        why="not a permutation",
    )
