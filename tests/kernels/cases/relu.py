# SPDX-License-Identifier: MIT
"""Cases of RELU: parameters only."""

from ._unary import drawn, shapes, sweep_int8, sweep_int16, unary


def cases():
    yield from sweep_int8((1e-6, 1e-3, 0.02, 0.047, 0.1, 1.0, 1e3), (None,))
    yield from sweep_int8((0.02, 0.047, 0.1), ((0.0235, -128), (0.05, 3), (0.3, 127)), tag="rescaled")
    yield from drawn("int8", "i8_drawn", 40)
    yield from sweep_int16((1e-4, 1e-3), (None, (2e-4, 0)))
    yield from shapes("int8", (0.05, 3), (0.05, 3), "i8")
    yield from shapes("float32", None, None, "f32")
    yield unary("f32_wide", (500,), "float32", fill=(-10, 10))
