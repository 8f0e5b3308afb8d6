# SPDX-License-Identifier: MIT
"""Cases of LOG_SOFTMAX: parameters only."""

from ..case import Case, T

SHAPES = ((1, 1), (1, 2), (1, 10), (3, 7), (2, 3, 5), (4, 33), (1, 200))


def cases():
    for shape in SHAPES:
        for scale in (1e-3, 0.05, 0.1, 0.5, 2.0):
            yield Case(
                f"i8_{'x'.join(map(str, shape))}_scale{scale:g}",
                [T(shape, "int8", scale, 3)],
                [T(shape, "int8", 16 / 256, 127)],
            )
        yield Case(f"f32_{'x'.join(map(str, shape))}", [T(shape, "float32")], [T(shape, "float32")], max_ulp=8)
    for scale in (1e-4, 0.06, 1.0, 10.0):
        for fill in ("min", "max", "extreme", "sweep"):
            yield Case(
                f"ends_{fill}_scale{scale:g}",
                [T((2, 64), "int8", scale, -128, fill)],
                [T((2, 64), "int8", 16 / 256, 127)],
                samples=1,
            )
