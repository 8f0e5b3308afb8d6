# SPDX-License-Identifier: MIT
"""Cases of NEG: parameters only."""

from ._unary import shapes, unary


def cases():
    yield from shapes("float32", None, None, "f32")
    yield unary("f32_wide", (300,), "float32", fill=(-1e6, 1e6))
    yield from shapes("int32", None, None, "i32", reference="litert_or_refused", why="TFLM negates float32 only")
    yield from shapes("int64", None, None, "i64", reference="litert_or_refused", why="TFLM negates float32 only")
    # LiteRT negates the stored numbers as they are: right where the zero point changes its sign and the scale stays.
    only_litert = dict(reference="litert", why="TFLM negates float32 only")
    for zp in (-127, -3, 0, 64, 127):
        yield unary(
            f"i8_zp{zp}",
            (255,),
            "int8",
            (0.05, zp),
            (0.05, -zp),
            fill=[i - 127 for i in range(255)],
            samples=1,
            **only_litert,
        )
