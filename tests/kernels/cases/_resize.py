# SPDX-License-Identifier: MIT
"""What RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR share. No case stands here."""

from ..case import Case, T, V
from ._grid import draws

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "float32": ()}
MODES = ((False, False), (True, False), (False, True))


def resize(name, shape, size, align=False, half=False, dtype="int8", fill=None, **kw):
    n, _, _, c = shape
    q = DTYPES[dtype]
    return Case(
        name,
        [T(shape, dtype, *q, fill=fill), V(size)],
        [T((n, *size, c), dtype, *q)],
        dict(align_corners=align, half_pixel_centers=half),
        samples=1,
        **kw,
    )


def drawn(dtype, count, **kw):
    for n, (name, r) in enumerate(draws(f"{dtype}_", count)):
        align, half = MODES[n % 3]
        shape = (r.choice((1, 1, 2)), r.randint(1, 8), r.randint(1, 8), r.choice((1, 2, 3, 5)))
        yield resize(
            f"{name}{'_align' if align else ''}{'_half' if half else ''}",
            shape,
            (r.randint(1, 13), r.randint(1, 13)),
            align,
            half,
            dtype,
            **kw,
        )


def chosen(dtype="int8"):
    for n, (shape, size) in enumerate(
        (
            ((1, 4, 4, 3), (8, 8)),
            ((1, 8, 8, 2), (4, 4)),
            ((1, 3, 3, 1), (3, 3)),
            ((1, 1, 1, 4), (5, 7)),
            ((1, 5, 7, 1), (1, 1)),
            ((2, 2, 3, 2), (9, 4)),
            ((1, 6, 6, 1), (24, 18)),
        )
    ):
        for align, half in MODES:
            for fill in (None, "extreme", "min"):
                yield resize(
                    f"{dtype}_{n}{'_align' if align else ''}{'_half' if half else ''}_{fill or 'random'}",
                    shape,
                    size,
                    align,
                    half,
                    dtype,
                    fill,
                )
