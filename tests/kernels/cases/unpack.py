# SPDX-License-Identifier: MIT
"""Cases of UNPACK: parameters only."""

from ..case import Case, T

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": ()}


def cases():
    for dtype, q in DTYPES.items():
        for shape in ((3,), (2, 3), (1, 4, 2), (3, 2, 1, 5)):
            for axis in range(-len(shape), len(shape)):
                out = [s for i, s in enumerate(shape) if i != axis % len(shape)]
                yield Case(
                    f"{dtype}_{'x'.join(map(str, shape))}_axis{axis}",
                    [T(shape, dtype, *q)],
                    [T(out, dtype, *q) for _ in range(shape[axis])],
                    dict(num=shape[axis], axis=axis),
                    samples=1,
                )
