# SPDX-License-Identifier: MIT
"""Cases of DEQUANTIZE: parameters only."""

from ..case import Case, T

SHAPES = ((1,), (256,), (3, 5), (1, 7, 3, 2))


def cases():
    for dtype, zps in (("int8", (-128, 0, 5, 127)), ("uint8", (0, 128, 255)), ("int16", (0,))):
        for scale in (1e-6, 0.0039, 0.1, 1.0, 3.3, 1e3):
            for zp in zps:
                for n, shape in enumerate(SHAPES):
                    yield Case(
                        f"{dtype}_scale{scale:g}_zp{zp}_{n}",
                        [T(shape, dtype, scale, zp, "sweep" if n == 1 else None)],
                        [T(shape, "float32")],
                        samples=1,
                    )
    yield Case(
        "int32",
        [T((4,), "int32", 0.1)],
        [T((4,), "float32")],
        reference="refused",
        why="neither reference dequantises int32",
    )
