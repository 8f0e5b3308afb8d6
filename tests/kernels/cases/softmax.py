# SPDX-License-Identifier: MIT
"""Cases of SOFTMAX: parameters only."""

from ..case import Case, T

SHAPES = ((1,), (1, 1), (1, 2), (1, 10), (3, 7), (2, 3, 5), (1, 2, 3, 4), (4, 33), (1, 200), (1, 1, 257))


def _case(name, shape, dtype, scale, zp, beta=1.0, out=(1 / 256, -128), out_dtype=None, fill=None, **kw):
    return Case(name, [T(shape, dtype, scale, zp, fill)], [T(shape, out_dtype or dtype, *out)], dict(beta=beta), **kw)


def cases():
    for shape in SHAPES:
        for scale in (1e-3, 0.02, 0.1, 0.5, 2.0):
            for beta in (1.0, 0.5, 4.0):
                yield _case(
                    f"i8_{'x'.join(map(str, shape))}_scale{scale:g}_beta{beta:g}", shape, "int8", scale, 3, beta
                )
    for scale in (1e-6, 1e-4, 0.0039, 0.06, 0.25, 1.0, 10.0, 1e3):
        for fill in ("min", "max", "extreme", "sweep"):
            for zp in (-128, 127):
                yield _case(f"i8_ends_{fill}_scale{scale:g}_zp{zp}", (2, 64), "int8", scale, zp, fill=fill, samples=1)
    for shape in SHAPES:
        for scale in (0.02, 0.3):
            yield _case(
                f"i8_to_i16_{'x'.join(map(str, shape))}_scale{scale:g}",
                shape,
                "int8",
                scale,
                -4,
                out=(1 / 65536, -32768),
                out_dtype="int16",
            )
            yield _case(
                f"i16_{'x'.join(map(str, shape))}_scale{scale:g}", shape, "int16", scale / 256, 0, out=(1 / 32768, 0)
            )
    for scale in (1e-6, 1e-4, 1e-3, 0.01, 1.0):
        for beta in (1.0, 0.25, 3.0):
            for fill in ("extreme", "sweep", "random", (-300, 300)):
                yield _case(
                    f"i16_ends_{fill if isinstance(fill, str) else 'near'}_scale{scale:g}_beta{beta:g}",
                    (3, 70),
                    "int16",
                    scale,
                    0,
                    beta,
                    (1 / 32768, 0),
                    fill=fill,
                )
