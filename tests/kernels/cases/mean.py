# SPDX-License-Identifier: MIT
"""Cases of MEAN: parameters only."""

from ._reduce import drawn, every_axis_set, reduction


def cases():
    yield from every_axis_set()
    yield from every_axis_set(q=(0.05, -3), y=(0.05, -3), prefix="same_scale_axes")
    yield from every_axis_set("int16", (0.001, 0), (0.0007, 0), "i16_axes")
    yield from drawn("int8", "i8_", 60)
    yield from drawn("int8", "i8_same_", 30, same_scale=True)
    yield from drawn("int16", "i16_", 30)
    yield from drawn("float32", "f32_", 20, quantised=False, max_ulp=4)
    for xs, ys in ((1e-6, 1e-6), (1e3, 1e3), (1e-6, 1e3), (1e-3, 1e-6), (0.1, 0.001), (0.5, 1)):
        for zx, zy in ((-128, 127), (127, -128), (0, 0)):
            yield reduction(f"scales_{xs:g}_{ys:g}_zp_{zx}_{zy}", (1, 5, 3, 4), [1, 2], True, q=(xs, zx), y=(ys, zy))
    for fill in ("min", "max", "extreme"):
        yield reduction(f"many_{fill}", (1, 64, 64, 2), [1, 2], False, q=(0.1, 3), y=(0.08, -9), fill=fill)
        yield reduction(
            f"i16_many_{fill}", (1, 64, 64, 2), [1, 2], False, dtype="int16", q=(0.001, 0), y=(0.0011, 0), fill=fill
        )
    yield reduction("global_7x7", (1, 7, 7, 32), [1, 2], False, q=(0.0235, -128), y=(0.019, -128))
    yield reduction("scalar_axis", (3, 5), [-1], False, q=(0.05, 1), y=(0.06, 2), scalar_axis=True)
