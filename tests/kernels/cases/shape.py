# SPDX-License-Identifier: MIT
"""Cases of SHAPE: parameters only."""

from ..case import Case, T


def cases():
    for dtype, q in {"int8": (0.1, 3), "int32": (), "float32": (), "int16": (0.001, 0)}.items():
        for n, shape in enumerate(((1,), (7,), (2, 3), (1, 4, 5, 3), (2, 1, 3, 1, 2))):
            yield Case(
                f"{dtype}_{n}", [T(shape, dtype, *q)], [T((len(shape),), "int32")], dict(out_type="INT32"), samples=1
            )
    yield Case(
        "int64_output",
        [T((2, 3), "int8", 0.1, 3)],
        [T((2,), "int64")],
        dict(out_type="INT64"),
        reference="litert",
        why="TFLM writes int32 only",
    )
