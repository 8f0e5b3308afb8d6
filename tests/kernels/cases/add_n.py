# SPDX-License-Identifier: MIT
"""Cases of ADD_N: parameters only. TFLM wants all inputs quantised alike; the output may differ."""

from ..case import Case, T
from ._grid import draws, quant

SHAPES = ((1,), (7,), (3, 5), (1, 4, 4, 3), (2, 1, 3, 1, 2))


def cases():
    for n, (name, r) in enumerate(draws("i8_", 50)):
        count, shape, q = r.choice((2, 2, 3, 4, 6)), SHAPES[n % len(SHAPES)], quant(r, "int8", 0.01, 0.05)
        yield Case(
            f"{name}_of{count}",
            [T(shape, "int8", *q) for _ in range(count)],
            [T(shape, "int8", *(q if n % 3 == 0 else quant(r, "int8", 0.02, 0.2)))],
        )
    for scale in (1e-6, 1.0, 1e3):
        for zp in (-128, 0, 127):
            yield Case(
                f"scale_{scale:g}_zp{zp}",
                [T((64,), "int8", scale, zp, "extreme") for _ in range(3)],
                [T((64,), "int8", scale, -zp if zp > -128 else 127)],
            )
    for n, shape in enumerate(SHAPES):
        yield Case(f"f32_{n}", [T(shape, "float32") for _ in range(n + 2)], [T(shape, "float32")])
