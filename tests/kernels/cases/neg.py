# SPDX-License-Identifier: MIT
"""Cases of NEG: parameters only."""

from ._unary import shapes, sweep_int8, unary


def cases():
    yield from shapes("float32", None, None, "f32")
    yield unary("f32_wide", (300,), "float32", fill=(-1e6, 1e6))
    yield from shapes("int32", None, None, "i32", reference="litert_or_refused", why="TFLM negates float32 only")
    yield from shapes("int64", None, None, "i64", reference="litert_or_refused", why="TFLM negates float32 only")
    yield from sweep_int8((0.05,), (None, (0.04, -20)), reference="litert", why="TFLM negates float32 only")
