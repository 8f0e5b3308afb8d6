# SPDX-License-Identifier: MIT
"""Cases of FLOOR: parameters only. TFLite defines it for float32."""

from ._unary import shapes, unary


def cases():
    yield from shapes("float32", None, None, "f32")
    yield unary("ties", (41,), "float32", fill=[i / 2 - 10 for i in range(41)], samples=1)
    yield unary("wide", (300,), "float32", fill=(-1e6, 1e6))
    yield unary(
        "beyond_integers",
        (8,),
        "float32",
        fill=[2.0**23, 2.0**24, -(2.0**23) - 1, 2.0**31, -(2.0**40), 8388607.5, -0.25, -0.0],
        samples=1,
    )
