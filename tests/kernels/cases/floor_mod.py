# SPDX-License-Identifier: MIT
"""Cases of FLOOR_MOD: parameters only. The divisor keeps away from zero, but for one case that must be refused."""

from ..case import Case, T
from ._arithmetic import binary
from ._grid import BROADCASTS


def cases():
    for n, (a, b) in enumerate(BROADCASTS):
        for sign, span in (("plus", (0.25, 4)), ("minus", (-4, -0.25))):
            yield binary(f"f32_{n}_{sign}", a, b, dtype="float32", fill_b=span)
        for sign, span in (("plus", (1, 40)), ("minus", (-40, -1))):
            yield binary(
                f"i32_{n}_{sign}", a, b, dtype="int32", fill_b=span, reference="litert", why="TFLM has float32 only"
            )
    for n, (a, b) in enumerate(BROADCASTS[:6]):
        yield binary(
            f"i8_{n}", a, b, dtype="int8", fill_b=(1, 20), reference="litert_or_refused", why="TFLM has float32 only"
        )
        yield binary(
            f"i16_{n}",
            a,
            b,
            dtype="int16",
            fill_b=(-20, -1),
            reference="litert_or_refused",
            why="TFLM has float32 only",
        )
    yield Case(
        "wrong_by_zero",
        [T((4,), "int32"), T((4,), "int32", fill=[1, 2, 0, 3])],
        [T((4,), "int32")],
        samples=1,
        reference="refused",
        why="division by zero (LiteRT)",
    )
