# SPDX-License-Identifier: MIT
"""Cases of SQUEEZE: parameters only."""

from ..case import Case, T

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": ()}
SHAPES = (
    ((1, 3, 1, 2), ()),
    ((1, 3, 1, 2), (0,)),
    ((1, 3, 1, 2), (2,)),
    ((1, 3, 1, 2), (-2,)),
    ((1, 3, 1, 2), (0, 2)),
    ((1, 3, 1, 2), (-4, 2)),
    ((5, 1), (1,)),
    ((1, 1, 1), (0, 1)),
    ((2, 3), ()),
    ((1, 1, 7, 1, 1), (0, 1, 3)),
    ((1, 1, 1, 9), ()),
)


def cases():
    for dtype, q in DTYPES.items():
        for n, (shape, dims) in enumerate(SHAPES):
            gone = {d % len(shape) for d in dims} or {i for i, s in enumerate(shape) if s == 1}
            out = [s for i, s in enumerate(shape) if i not in gone]
            yield Case(
                f"{dtype}_{n}",
                [T(shape, dtype, *q)],
                [T(out, dtype, *q)],
                dict(squeeze_dims=list(dims)) if dims else {},
                samples=1,
            )
    yield Case(
        "wrong_not_one",
        [T((2, 3), "int8", 0.1, 3)],
        [T((3,), "int8", 0.1, 3)],
        dict(squeeze_dims=[0]),
        reference="refused",
        why="axis 0 is 2 long",
    )
