# SPDX-License-Identifier: MIT
"""Cases of L2_NORMALIZATION: parameters only."""

from ..case import Case, T

SHAPES = ((1, 4), (3, 7), (1, 1), (2, 3, 5), (1, 2, 3, 4), (5, 64), (1, 300))


def cases():
    for shape in SHAPES:
        for scale in (1e-3, 0.05, 1.0):
            for zp in (-128, 0, 5, 127):
                yield Case(
                    f"i8_{'x'.join(map(str, shape))}_scale{scale:g}_zp{zp}",
                    [T(shape, "int8", scale, zp)],
                    [T(shape, "int8", 1 / 128, 0)],
                    dict(fused_activation_function="NONE"),
                )
        yield Case(
            f"f32_{'x'.join(map(str, shape))}",
            [T(shape, "float32")],
            [T(shape, "float32")],
            dict(fused_activation_function="NONE"),
            max_ulp=4,
        )
    for fill in ("min", "max", "extreme"):
        yield Case(
            f"fill_{fill}",
            [T((3, 40), "int8", 0.1, 3, fill)],
            [T((3, 40), "int8", 1 / 128, 0)],
            dict(fused_activation_function="NONE"),
        )
    yield Case(
        "all_zero",
        [T((2, 5), "int8", 0.1, 3, (3, 3))],
        [T((2, 5), "int8", 1 / 128, 0)],
        dict(fused_activation_function="NONE"),
    )
