# SPDX-License-Identifier: MIT
"""Cases of SUM: parameters only."""

from ._reduce import drawn, every_axis_set, reduction


def cases():
    yield from every_axis_set(y=(0.3, 7))
    yield from every_axis_set("int16", (0.001, 0), (0.006, 0), "i16_axes")
    yield from drawn("int8", "i8_", 50)
    yield from drawn("int8", "i8_same_", 20, same_scale=True)
    yield from drawn("int16", "i16_", 25)
    yield from drawn("float32", "f32_", 20, quantised=False, max_ulp=4)
    yield from drawn("int32", "i32_", 10, quantised=False, reference="litert", why="TFLM sums int8, int16 and float32")
    for xs, ys in ((1e-6, 1e-6), (1e3, 1e3), (1e-6, 1e3), (1e-3, 1e-6), (0.1, 0.001), (0.5, 1)):
        for zx, zy in ((-128, 127), (127, -128), (0, 0)):
            yield reduction(f"scales_{xs:g}_{ys:g}_zp_{zx}_{zy}", (1, 5, 3, 4), [1, 2], True, q=(xs, zx), y=(ys, zy))
    for fill in ("min", "max", "extreme"):
        yield reduction(f"many_{fill}", (1, 64, 64, 2), [1, 2], False, q=(0.1, 3), y=(300.0, -9), fill=fill)
