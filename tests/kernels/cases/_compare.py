# SPDX-License-Identifier: MIT
"""What the six comparisons share: few distinct values so that ties occur, quantised sides of different scales. No case
stands here.
"""

from ._arithmetic import RANK5, binary
from ._grid import BROADCASTS, draws, quant

INT16 = dict(reference="litert", why="TFLM has no int16 comparison; its GREATER takes one and answers false")


def comparisons(operator):
    dtypes = ("int32", "int64", "float32") + (("bool",) if operator in ("equal", "not_equal") else ())
    for dtype in dtypes:
        for n, (a, b) in enumerate(BROADCASTS):
            few = None if dtype in ("bool", "float32") else (-2, 2)
            yield binary(
                f"{dtype}_{n}",
                a,
                b,
                dtype=dtype,
                out_dtype="bool",
                fill_a=few,
                fill_b=few,
                constant=("", "a", "b")[n % 3],
            )
    for n, (name, r) in enumerate(draws("i8_", 40)):
        a, b = BROADCASTS[n % len(BROADCASTS)]
        q = quant(r, "int8", 0.01, 0.1)
        other = q if n % 2 else quant(r, "int8", 0.01, 0.1)
        yield binary(
            f"{name}_{'same' if n % 2 else 'other'}",
            a,
            b,
            q,
            other,
            out_dtype="bool",
            fill_a=(-6, 6) if n % 2 else None,
            fill_b=(-6, 6) if n % 2 else None,
        )
    # Scales stay below 1: from there on the references abort.
    for scales in ((1e-6, 1e-6), (0.9, 0.9), (0.1, 0.1), (0.1, 0.3), (0.9, 0.5), (1e-6, 0.9)):
        for zps in ((-128, 127), (0, 0), (127, -128)):
            yield binary(
                f"i8_scales_{scales[0]:g}_{scales[1]:g}_zp_{zps[0]}_{zps[1]}",
                (64, 8),
                (64, 8),
                (scales[0], zps[0]),
                (scales[1], zps[1]),
                out_dtype="bool",
            )
    for n, (a, b) in enumerate(RANK5):
        yield binary(f"i8_rank5_{n}", a, b, (0.1, 3), (0.1, 3), out_dtype="bool", fill_a=(-2, 2), fill_b=(-2, 2))
    for n, (a, b) in enumerate(BROADCASTS[::3]):
        yield binary(
            f"i16_{n}",
            a,
            b,
            (0.001, 0),
            (0.001, 0),
            dtype="int16",
            out_dtype="bool",
            fill_a=(-2, 2),
            fill_b=(-2, 2),
            **INT16,
        )
