# SPDX-License-Identifier: MIT
"""Cases of HARD_SWISH: parameters only."""

from ._unary import drawn, shapes, sweep_int8


def cases():
    yield from sweep_int8((1e-6, 1e-3, 0.01, 0.0235, 0.05, 0.1, 0.5, 1.0), (None, (0.02, -110)))
    yield from sweep_int8((1e3,), (None,))
    yield from sweep_int8((0.05,), ((1e-3, 0), (1.0, -128), (0.04, 127)), tag="outputs")
    yield from drawn("int8", "i8_drawn", 60)
    yield from shapes("int8", (0.05, 3), (0.04, -5), "i8")
    yield from shapes("float32", None, None, "f32")
