# SPDX-License-Identifier: MIT
"""Cases of PRELU: parameters only. The slope is int8 beside an int16 input too: both references read it so."""

from ..case import C, Case, T
from ._grid import draws, quant

SHAPES = (
    ((1, 4, 4, 3), (1, 1, 3)),
    ((2, 3, 5, 7), (1, 1, 7)),
    ((1, 3, 2, 4), (3, 2, 4)),
    ((1, 3, 2, 4), (1, 1, 1)),
    ((2, 9), (9,)),
    ((1, 5, 3), (1, 3)),
    ((1, 5, 3), (5, 3)),
    ((1, 1, 1, 1), (1, 1, 1)),
    ((7,), (1,)),
    ((3, 4, 5, 6), (1, 4, 1, 6)),
    ((2, 3, 4, 5), (2, 3, 4, 5)),
)


def _case(name, x, a, dtype, qx, qa, qy, fill=None, alpha_fill=None, constant=True, **kw):
    return Case(
        name,
        [T(x, dtype, *qx, fill), (C if constant else T)(a, "int8" if dtype == "int16" else dtype, *qa, alpha_fill)],
        [T(x, dtype, *qy)],
        **kw,
    )


def cases():
    for dtype, count in (("int8", 66), ("int16", 22)):
        for n, (name, r) in enumerate(draws(f"{dtype}_", count)):
            x, a = SHAPES[n % len(SHAPES)]
            yield _case(
                f"{name}_{n % len(SHAPES)}",
                x,
                a,
                dtype,
                quant(r, dtype),
                quant(r, "int8", 0.001, 0.02),
                quant(r, dtype),
                constant=n % 4 != 3,
            )
    for sx, sa, sy in ((1e-6, 1e-3, 1e-6), (1e3, 0.1, 1e3), (0.1, 0.01, 1e-3), (1, 1, 1), (0.05, 0.002, 0.05)):
        for zx, za, zy in ((-128, 127, -128), (127, -128, 127), (0, 0, 0)):
            yield _case(
                f"scales_{sx:g}_{sa:g}_{sy:g}_zp_{zx}_{za}_{zy}",
                (256, 4),
                (4,),
                "int8",
                (sx, zx),
                (sa, za),
                (sy, zy),
                "sweep",
                "extreme",
            )
    for n, (x, a) in enumerate(SHAPES):
        yield _case(f"f32_{n}", x, a, "float32", (), (), ())
    yield Case(
        "wrong_int16_slope",
        [T((2, 3), "int16", 1e-3), C((3,), "int16", 1e-3)],
        [T((2, 3), "int16", 1e-3)],
        reference="refused",
        why="LiteRT reads an int16 slope as int8",
    )
