# SPDX-License-Identifier: MIT
"""Cases of ELU: parameters only."""

from ._unary import drawn, shapes, sweep_int8


def cases():
    yield from sweep_int8((1e-3, 0.02, 0.05, 0.1, 1.0), (None, (0.03, -100)))
    yield from drawn("int8", "i8_drawn", 40)
    yield from shapes("int8", (0.05, 3), (0.04, -5), "i8")
    yield from shapes("float32", None, None, "f32", max_ulp=4)
