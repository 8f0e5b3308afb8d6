# SPDX-License-Identifier: MIT
"""Cases of BATCH_MATMUL: parameters only."""

from ..case import C, Case, T
from ._grid import broadcast, draws, quant, sum_scale


def _matmul(
    name,
    rnd,
    left_batch,
    right_batch,
    m,
    k,
    n,
    adj_x=False,
    adj_y=False,
    dtype="int8",
    left=None,
    right=None,
    y=None,
    fills=(None, None),
    constant=False,
    **kw,
):
    low, high = (0.0001, 0.001) if dtype == "int16" else (0.004, 0.1)
    left, right = left or quant(rnd, dtype, low, high), right or quant(rnd, dtype, low, high)
    span = 1 if dtype == "int8" else 256
    y = y or (sum_scale(rnd, left[0], right[0] * span, k), quant(rnd, dtype)[1])
    shape_left = (*left_batch, k, m) if adj_x else (*left_batch, m, k)
    shape_right = (*right_batch, n, k) if adj_y else (*right_batch, k, n)
    batch = broadcast(left_batch or (1,), right_batch or (1,)) if left_batch or right_batch else ()
    second = (C if constant else T)(shape_right, dtype, *right, fills[1])
    return Case(
        name,
        [T(shape_left, dtype, *left, fills[0]), second],
        [T((*batch, m, n), dtype, *y)],
        dict(adj_x=adj_x, adj_y=adj_y),
        **kw,
    )


BATCHES = (
    ((), ()),
    ((1,), (1,)),
    ((2,), (2,)),
    ((3,), ()),
    ((), (3,)),
    ((2,), (1,)),
    ((1,), (2,)),
    ((2, 3), (2, 3)),
    ((2, 1), (1, 3)),
    ((2, 3), (3,)),
    ((2, 1, 3), (1, 2, 1)),
    ((2, 2, 2), (2, 2, 2)),
    ((1, 2, 2), (2,)),
)


def _drawn(tag, count, dtype):
    for name, r in draws(tag, count):
        left, right = r.choice(BATCHES)
        yield _matmul(
            name,
            r,
            left,
            right,
            r.choice((1, 2, 3, 5, 8)),
            r.choice((1, 2, 3, 4, 7, 16, 33)),
            r.choice((1, 2, 3, 4, 9)),
            r.random() < 0.4,
            r.random() < 0.4,
            dtype,
            constant=r.random() < 0.3,
        )


def cases():
    yield from _drawn("drawn", 130, "int8")
    yield from _drawn("i16_", 60, "int16")
    for n, (left, right) in enumerate(BATCHES):
        for adj_x in (False, True):
            for adj_y in (False, True):
                yield _matmul(
                    f"batches{n}_{adj_x:d}{adj_y:d}", draws(f"b{n}", 1)[0][1], left, right, 2, 3, 4, adj_x, adj_y
                )
    for fill in ("min", "max", "extreme"):
        for zp in (-128, 0, 127):
            yield _matmul(
                f"ends_{fill}_zp{zp}",
                draws("e", 1)[0][1],
                (1,),
                (1,),
                3,
                64,
                3,
                left=(0.1, zp),
                right=(0.1, -zp if zp > -128 else 127),
                y=(5, 3),
                fills=(fill, "extreme"),
            )
        yield _matmul(
            f"i16_ends_{fill}",
            draws("e", 1)[0][1],
            (1,),
            (1,),
            3,
            64,
            3,
            dtype="int16",
            left=(0.001, 0),
            right=(0.001, 0),
            y=(3, 0),
            fills=(fill, "extreme"),
        )
