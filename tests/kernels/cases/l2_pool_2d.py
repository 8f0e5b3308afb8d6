# SPDX-License-Identifier: MIT
"""Cases of L2_POOL_2D: parameters only. Both references have it for float32 alone."""

from ..case import Case, T
from ._grid import ACTIVATIONS, draws, window
from ._pool import pool

NO_QUANT = (None, 0)


def _drawn(count):
    for name, r in draws("drawn", count):
        size = (r.choice((1, 2, 2, 3, 5)), r.choice((1, 2, 2, 3, 4)))
        stride = r.choice((size, (1, 1), (2, 2), (1, 2), (3, 1)))
        padding = r.choice(("SAME", "VALID"))
        shape = (r.choice((1, 1, 2)), r.randint(1, 9), r.randint(1, 9), r.choice((1, 2, 3, 5, 8)))
        if min(window(s, k, t, padding) for s, k, t in zip(shape[1:3], size, stride, strict=True)) < 1:
            padding = "SAME"
        yield pool(
            name,
            shape,
            size,
            stride,
            padding,
            r.choice(ACTIVATIONS),
            "float32",
            NO_QUANT,
            fill=r.choice(((-1.0, 1.0), (-20.0, 20.0), (0.0, 0.001))),
        )


def cases():
    yield from _drawn(60)
    for act in ACTIVATIONS:
        yield pool(f"large_{act}", (1, 4, 4, 3), (2, 2), act=act, dtype="float32", q=NO_QUANT, fill=(-1e19, 1e19))
        yield pool(f"small_{act}", (1, 4, 4, 3), (2, 2), act=act, dtype="float32", q=NO_QUANT, fill=(-1e-19, 1e-19))
        yield pool(f"zero_{act}", (1, 4, 4, 3), (2, 2), act=act, dtype="float32", q=NO_QUANT, fill=(0.0, 0.0))
    for dtype in ("int8", "int16"):
        yield Case(
            f"{dtype}_is_refused",
            [T((1, 2, 2, 1), dtype, 0.1)],
            [T((1, 1, 1, 1), dtype, 0.1)],
            dict(padding="VALID", filter_height=2, filter_width=2, stride_h=2, stride_w=2),
            reference="refused",
            why="defined for float32 alone",
        )
