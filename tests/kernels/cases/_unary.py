# SPDX-License-Identifier: MIT
"""What the one-operand elementwise operators share: every int8 value and every int16 value over scale ladders. No case
stands here.
"""

from ..case import Case, T
from ._grid import draws, quant

SHAPES = ((1,), (7,), (3, 5), (2, 1, 9), (1, 3, 2, 5), (2, 2, 1, 3, 2))


def unary(name, shape, dtype="int8", q=None, y=None, options=None, fill=None, out_dtype=None, **kw):
    return Case(
        name,
        [T(shape, dtype, *(q or (None, 0)), fill)],
        [T(shape, out_dtype or dtype, *(y or (None, 0)))],
        options or {},
        **kw,
    )


def sweep_int8(scales, outputs, zps=(-128, -3, 0, 64, 127), tag="i8", options=None, **kw):
    """All 256 values for every input scale, input zero point and output quantisation; outputs None repeats the input's."""
    for s in scales:
        for zp in zps:
            for y in outputs:
                y = y or (s, zp)
                yield unary(
                    f"{tag}_scale{s:g}_zp{zp}_to_{y[0]:g}_zp{y[1]}",
                    (256,),
                    "int8",
                    (s, zp),
                    y,
                    options,
                    "sweep",
                    samples=1,
                    **kw,
                )


def sweep_int16(scales, outputs, tag="i16", options=None, **kw):
    for s in scales:
        for y in outputs:
            y = y or (s, 0)
            yield unary(
                f"{tag}_scale{s:g}_to_{y[0]:g}", (65536,), "int16", (s, 0), y, options, "sweep", samples=1, **kw
            )


def shapes(dtype, q, y, tag, options=None, **kw):
    for shape in SHAPES:
        yield unary(f"{tag}_{'x'.join(map(str, shape))}", shape, dtype, q, y, options, **kw)


def drawn(dtype, tag, count, options=None, low=0.002, high=0.2, **kw):
    """Random quantisations; every int8 value, or a thousand int16 ones."""
    for name, r in draws(tag, count):
        lo, hi = (low / 200, high / 200) if dtype == "int16" else (low, high)
        count16 = (1000,) if dtype == "int16" else (256,)
        yield unary(
            name,
            count16,
            dtype,
            quant(r, dtype, lo, hi),
            quant(r, dtype, lo, hi),
            options,
            None if dtype == "int16" else "sweep",
            samples=1,
            **kw,
        )


def rounded():
    """What FLOOR, CEIL and ROUND may do differently: ties, wide ranges, numbers beyond the integers of 24 bits."""
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
