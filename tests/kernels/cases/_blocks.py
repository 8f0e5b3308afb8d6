# SPDX-License-Identifier: MIT
"""What DEPTH_TO_SPACE and SPACE_TO_DEPTH share: the same shapes both ways. No case stands here."""

from ..case import Case, T

DTYPES = {"int8": (0.1, 3), "float32": (), "int32": ()}
SHAPES = (
    (1, 2, 2, 4, 2),
    (1, 1, 1, 8, 2),
    (2, 3, 1, 12, 2),
    (1, 2, 3, 9, 3),
    (1, 1, 1, 16, 4),
    (2, 4, 2, 5, 1),
)  # n h w c of the deep side, block


def moved(to_depth):
    """Of DEPTH_TO_SPACE and, with `to_depth`, SPACE_TO_DEPTH."""
    for dtype, q in DTYPES.items():
        kw = dict(reference="litert", why="TFLM moves int8 and float32 only") if dtype == "int32" else {}
        for i, (n, h, w, c, block) in enumerate(SHAPES):
            deep, wide = (n, h, w, c), (n, h * block, w * block, c // block**2)
            source, target = (wide, deep) if to_depth else (deep, wide)
            yield Case(
                f"{dtype}_{i}", [T(source, dtype, *q)], [T(target, dtype, *q)], dict(block_size=block), samples=1, **kw
            )
