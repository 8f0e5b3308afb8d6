# SPDX-License-Identifier: MIT
"""Cases of ABS: parameters only."""

from ._unary import drawn, shapes, sweep_int8, sweep_int16


def cases():
    yield from sweep_int8((1e-6, 0.02, 0.1, 1e3), (None, (0.05, -128)))
    yield from drawn("int8", "i8_drawn", 30)
    yield from sweep_int16((1e-4, 1e-3), (None, (2e-4, 0)))
    yield from drawn("int16", "i16_drawn", 10)
    yield from shapes("int8", (0.05, 3), (0.05, 3), "i8")
    yield from shapes("float32", None, None, "f32")
    yield from shapes("int32", None, None, "i32", reference="litert_or_refused", why="TFLM has no int32 ABS")
