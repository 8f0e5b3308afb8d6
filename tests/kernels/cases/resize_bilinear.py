# SPDX-License-Identifier: MIT
"""Cases of RESIZE_BILINEAR: parameters only."""

from ._resize import chosen, drawn, resize


def cases():
    yield from chosen()
    yield from drawn("int8", 90)
    yield from drawn("float32", 12, max_ulp=2)
    yield from drawn("int16", 18, reference="litert", why="TFLM takes int8 and float32 only")
    # 19/1024 of a pixel, 54 times, is beyond the only column: TFLM reads on into the next row
    for channels in (1, 3):
        yield resize(f"beyond_the_edge_{channels}", (1, 58, 1, channels), (2, 55))
