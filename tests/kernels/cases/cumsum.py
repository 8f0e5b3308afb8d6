# SPDX-License-Identifier: MIT
"""Cases of CUMSUM: parameters only."""

from ..case import Case, T, V
from ._grid import draws, quant

SHAPES = ((7,), (1,), (3, 4), (2, 3, 5), (1, 4, 5, 3))


def cases():
    for n, shape in enumerate(SHAPES):
        for axis in range(-len(shape), len(shape)):
            for exclusive in (False, True):
                for reverse in (False, True):
                    for dtype in ("int8", "float32"):
                        r = draws(f"{n}{axis}{exclusive}{reverse}", 1)[0][1]
                        qx, qy = (
                            (quant(r, "int8", 0.01, 0.1), quant(r, "int8", 0.02, 0.4)) if dtype == "int8" else ((), ())
                        )
                        yield Case(
                            f"{dtype}_{n}_axis{axis}{'_exclusive' if exclusive else ''}{'_reverse' if reverse else ''}",
                            [T(shape, dtype, *qx), V(axis)],
                            [T(shape, dtype, *qy)],
                            dict(exclusive=exclusive, reverse=reverse),
                        )
    for n, shape in enumerate(SHAPES):
        yield Case(
            f"int32_{n}",
            [T(shape, "int32"), V(0)],
            [T(shape, "int32")],
            dict(exclusive=False, reverse=False),
            reference="litert",
            why="TFLM sums int8 and float32 only",
        )
    for scale in (1e-6, 1.0, 1e3):
        yield Case(
            f"scale_{scale:g}",
            [T((40,), "int8", scale, 5, "extreme"), V(0)],
            [T((40,), "int8", scale, -9)],
            dict(exclusive=False, reverse=False),
        )
