# SPDX-License-Identifier: MIT
"""Cases of STRIDED_SLICE: parameters only. Output shapes come from numpy's slicing."""

import numpy as np

from ..case import Case, T, V
from ._grid import draws

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": (), "bool": (), "int64": ()}
ONLY_LITERT = dict(
    reference="litert", why="TFLM takes rank 4 at most, as many strides as the rank, no ellipsis and no new axis"
)


def _shape(shape, begin, end, strides, begin_mask, end_mask, shrink, ellipsis, new_axis):
    index = []
    for i, (b, e, s) in enumerate(zip(begin, end, strides, strict=True)):
        bit = 1 << i
        if ellipsis & bit:
            index.append(Ellipsis)
        elif new_axis & bit:
            index.append(None)
        elif shrink & bit:
            index.append(b)
        else:
            index.append(slice(None if begin_mask & bit else b, None if end_mask & bit else e, s))
    return np.zeros(shape)[tuple(index)].shape


def _case(
    name, shape, begin, end, strides, dtype="int8", begin_mask=0, end_mask=0, shrink=0, ellipsis=0, new_axis=0, **kw
):
    q = DTYPES[dtype]
    if dtype == "int64":
        kw = dict(reference="litert", why="TFLM has no int64 STRIDED_SLICE")
    out = _shape(shape, begin, end, strides, begin_mask, end_mask, shrink, ellipsis, new_axis)
    options = dict(
        begin_mask=begin_mask,
        end_mask=end_mask,
        shrink_axis_mask=shrink,
        ellipsis_mask=ellipsis,
        new_axis_mask=new_axis,
    )
    return Case(
        name,
        [T(shape, dtype, *q), V(np.array(begin)), V(np.array(end)), V(np.array(strides))],
        [T(out, dtype, *q)],
        options,
        samples=1,
        **kw,
    )


def _drawn(count):
    for n, (name, r) in enumerate(draws("drawn", count)):
        rank = r.choice((1, 2, 3, 4, 4, 4))
        shape = [r.randint(1, 7) for _ in range(rank)]
        begin, end, strides, masks = [], [], [], dict(begin_mask=0, end_mask=0, shrink=0)
        for i, size in enumerate(shape):
            backward = r.random() < 0.25
            a = r.randint(0, size - 1)
            if backward:
                b, s = r.randint(-1, a - 1), -r.randint(1, 3)
            else:
                b, s = r.randint(a + 1, size), r.randint(1, 3)
            if r.random() < 0.15:
                masks["shrink"] |= 1 << i
                b, s = a + 1, 1
            masks["begin_mask"] |= (r.random() < 0.2 and not masks["shrink"] >> i & 1) << i
            masks["end_mask"] |= (r.random() < 0.2 or b < 0) << i
            begin.append(a - size if r.random() < 0.3 else a)
            end.append(b - size if 0 < b < size and r.random() < 0.3 else max(b, 0))
            strides.append(s)
        yield _case(
            f"{name}_{'x'.join(map(str, shape))}", shape, begin, end, strides, list(DTYPES)[n % len(DTYPES)], **masks
        )


def cases():
    yield from _drawn(150)
    yield _case("end_beyond", (2, 5), (0, 1), (9, 99), (1, 2))
    yield _case("begin_before", (5,), (-99,), (3,), (1,))
    yield _case("reverse", (2, 5), (0, 0), (0, 0), (-1, -1), begin_mask=3, end_mask=3)
    yield _case("shrink_negative", (2, 5), (-1, 0), (0, 5), (1, 1), shrink=1)
    yield _case("shrink_all", (2, 3), (1, 2), (2, 3), (1, 1), shrink=3)
    yield _case("rank5", (2, 3, 2, 3, 4), (0, 1, 0, 0, 1), (2, 3, 1, 3, 4), (1, 1, 1, 2, 2), **ONLY_LITERT)
    yield _case(
        "rank5_reverse",
        (2, 3, 2, 3, 4),
        (1, 2, 1, 2, 3),
        (0, 0, 0, 0, 0),
        (-1, -1, -1, -1, -2),
        end_mask=31,
        **ONLY_LITERT,
    )
    for dtype in ("int8", "float32"):
        yield _case(f"fewer_than_rank_{dtype}", (4, 5, 3), (1, 0), (3, 4), (1, 2), dtype, **ONLY_LITERT)
        yield _case(f"ellipsis_first_{dtype}", (2, 3, 4, 5), (0, 1), (0, 4), (1, 2), dtype, ellipsis=1, **ONLY_LITERT)
        yield _case(
            f"ellipsis_middle_{dtype}", (2, 3, 4, 5), (1, 0, 1), (2, 0, 4), (1, 1, 1), dtype, ellipsis=2, **ONLY_LITERT
        )
        yield _case(f"ellipsis_last_{dtype}", (2, 3, 4), (1, 0), (2, 0), (1, 1), dtype, ellipsis=2, **ONLY_LITERT)
        yield _case(
            f"new_axis_first_{dtype}", (3, 4), (0, 1, 0), (0, 3, 4), (1, 1, 2), dtype, new_axis=1, **ONLY_LITERT
        )
        yield _case(f"new_axis_last_{dtype}", (3, 4), (1, 0, 0), (3, 4, 0), (1, 2, 1), dtype, new_axis=4, **ONLY_LITERT)
        yield _case(
            f"new_axis_and_shrink_{dtype}",
            (3, 4),
            (0, 1, 0),
            (0, 2, 4),
            (1, 1, 1),
            dtype,
            new_axis=1,
            shrink=2,
            **ONLY_LITERT,
        )
        yield _case(
            f"new_axis_and_ellipsis_{dtype}",
            (2, 3, 4),
            (0, 0, 1),
            (0, 0, 3),
            (1, 1, 1),
            dtype,
            new_axis=1,
            ellipsis=2,
            **ONLY_LITERT,
        )
