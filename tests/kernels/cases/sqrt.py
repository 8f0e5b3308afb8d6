# SPDX-License-Identifier: MIT
"""Cases of SQRT: parameters only. TFLite defines it for float32."""

from ._unary import SHAPES, unary


def cases():
    for n, shape in enumerate(SHAPES):
        yield unary(f"shape_{n}", shape, "float32", fill=(0, 9))
    yield unary("wide", (300,), "float32", fill=(0, 1e6))
    yield unary("small", (300,), "float32", fill=(0, 1e-6))
