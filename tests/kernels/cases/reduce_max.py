# SPDX-License-Identifier: MIT
"""Cases of REDUCE_MAX: parameters only."""

from ._reduce import drawn, every_axis_set, reduction

ONLY_LITERT = dict(reference="litert", why="TFLM reduces int8 and float32 only")


def cases():
    yield from every_axis_set(y=None)
    yield from drawn("int8", "i8_", 40, same_scale=True)
    yield from drawn("int16", "i16_", 20, same_scale=True, **ONLY_LITERT)
    yield from drawn("float32", "f32_", 20, quantised=False)
    yield from drawn("int32", "i32_", 10, quantised=False, **ONLY_LITERT)
    for fill in ("min", "max", "extreme"):
        yield reduction(f"fill_{fill}", (1, 5, 3, 4), [1, 2], False, q=(0.1, 3), fill=fill)
