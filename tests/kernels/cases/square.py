# SPDX-License-Identifier: MIT
"""Cases of SQUARE: parameters only. TFLite defines it for float32."""

from ._unary import shapes, unary


def cases():
    yield from shapes("float32", None, None, "f32")
    yield unary("wide", (300,), "float32", fill=(-1e6, 1e6))
    yield unary("small", (300,), "float32", fill=(-1e-3, 1e-3))
