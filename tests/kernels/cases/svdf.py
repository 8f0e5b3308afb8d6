# SPDX-License-Identifier: MIT
"""Cases of SVDF: parameters only. A case runs several invokes: the state must shift the same way."""

import numpy as np

from ..case import NONE, C, Case, T, state
from ._grid import draws


def _svdf(
    name,
    rnd,
    batch,
    depth,
    units,
    rank,
    memory,
    act="RELU",
    dtype="int16",
    zp=0,
    out_zp=-128,
    state_zp=0,
    x=None,
    scales=None,
    x_fill=None,
    w_fill=(-127, 127),
    has_bias=True,
    **kw,
):
    filters = units * rank
    x_scale = float(np.float32(rnd.uniform(0.004, 0.1)))
    feature_scale, time_scale, state_scale, out_scale = (
        float(np.float32(s))
        for s in scales
        or (
            rnd.uniform(0.002, 0.02),
            rnd.uniform(0.0001, 0.001) if dtype == "int16" else rnd.uniform(0.002, 0.02),
            0,
            0,
        )
    )
    span = 32767 if dtype == "int16" else 127
    headroom = 8 if state_zp else rnd.uniform(1, 4)  # TFLM wraps where the zero point carries a state out of its range
    state_scale = state_scale or float(np.float32(x_scale * feature_scale * 74 * 74 * depth**0.5 * headroom / span))
    out_scale = out_scale or float(
        np.float32(state_scale * time_scale * span * span / 3 * (memory * rank) ** 0.5 * rnd.uniform(0.2, 1.5) / 127)
    )
    bias_scale = float(np.float32(state_scale) * np.float32(time_scale))
    inputs = [
        T((batch, depth), "int8", x_scale, zp, x_fill),
        C((filters, depth), "int8", feature_scale, 0, w_fill),
        C((filters, memory), dtype, time_scale, 0, (-span, span) if dtype == "int16" else w_fill),
        C((units,), "int32", bias_scale, 0, (-50000, 50000)) if has_bias else NONE,
        state((batch, filters * memory), dtype, state_scale, state_zp),
    ]
    return Case(
        name,
        inputs,
        [T((batch, units), "int8", out_scale, out_zp)],
        dict(rank=rank, fused_activation_function=act),
        samples=5,
        **kw,
    )


def _drawn(tag, count, dtype, state_zps=(0,)):
    for name, r in draws(tag, count):
        yield _svdf(
            name,
            r,
            r.choice((1, 1, 2, 3)),
            r.choice((1, 2, 3, 4, 5, 8, 16, 33)),
            r.choice((1, 2, 3, 4, 8)),
            r.choice((1, 1, 2, 3)),
            r.choice((1, 2, 3, 5, 8, 10)),
            r.choice(("RELU", "NONE")),
            dtype,
            r.randint(-128, 127),
            r.choice((-128, -128, 0, 5, 127)),
            r.choice(state_zps),
        )


def cases():
    yield from _drawn("i16_state_", 60, "int16")
    yield from _drawn("i8_state_", 40, "int8", (0, 0, 3, -9))
    for x_fill in ("min", "max", "extreme"):
        for zp in (-128, 127):
            for dtype in ("int16", "int8"):
                yield _svdf(
                    f"ends_{x_fill}_zp{zp}_{dtype}",
                    draws("e", 1)[0][1],
                    1,
                    16,
                    4,
                    2,
                    4,
                    "RELU",
                    dtype,
                    zp,
                    x_fill=x_fill,
                    w_fill="extreme",
                )
    for n in range(6):
        yield _svdf(
            f"no_bias_{n}",
            draws(f"nb{n}", 1)[0][1],
            1,
            8,
            4,
            n % 2 + 1,
            3,
            "RELU",
            "int16",
            zp=5,
            has_bias=False,
            reference="litert",
            why="TFLM crashes without the optional bias",
        )
