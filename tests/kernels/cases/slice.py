# SPDX-License-Identifier: MIT
"""Cases of SLICE: parameters only."""

import numpy as np

from ..case import Case, T, V
from ._grid import draws

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": (), "int64": (), "bool": ()}


def _case(name, shape, begin, size, dtype="int8", wide="int32", **kw):
    q = DTYPES[dtype]
    if dtype == "int64":
        kw = dict(reference="litert", why="TFLM has no int64 SLICE")
    out = [n - b if s == -1 else s for n, b, s in zip(shape, begin, size, strict=True)]
    return Case(
        name,
        [T(shape, dtype, *q), V(np.array(begin, wide)), V(np.array(size, wide))],
        [T(out, dtype, *q)],
        samples=1,
        **kw,
    )


def cases():
    for n, (name, r) in enumerate(draws("drawn", 110)):
        shape = [r.randint(1, 7) for _ in range(r.choice((1, 2, 3, 4, 4, 5)))]
        begin = [r.randint(0, s - 1) for s in shape]
        size = [-1 if r.random() < 0.2 else r.randint(1, s - b) for s, b in zip(shape, begin, strict=True)]
        yield _case(
            f"{name}_{'x'.join(map(str, shape))}",
            shape,
            begin,
            size,
            list(DTYPES)[n % len(DTYPES)],
            ("int32", "int64")[n % 5 == 0],
        )
    yield _case("whole", (2, 3, 4), (0, 0, 0), (-1, -1, -1))
    for name, begin, size in (
        ("too_long", (1, 0), (3, 2)),
        ("begins_beyond", (3, 0), (1, 1)),
        ("negative_begin", (-1, 0), (1, 1)),
    ):
        case = _case(
            f"wrong_{name}", (3, 4), begin, size, reference="refused", why="the slice leaves the input (LiteRT)"
        )
        yield case
