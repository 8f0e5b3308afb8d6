# SPDX-License-Identifier: MIT
"""Cases of RESIZE_BILINEAR: parameters only."""

from ._resize import chosen, drawn


def cases():
    yield from chosen()
    yield from drawn("int8", 90)
    yield from drawn("float32", 12, max_ulp=2)
    yield from drawn("int16", 18, reference="litert", why="TFLM takes int8 and float32 only")
