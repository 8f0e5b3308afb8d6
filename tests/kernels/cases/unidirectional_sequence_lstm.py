# SPDX-License-Identifier: MIT
"""Cases of UNIDIRECTIONAL_SEQUENCE_LSTM: parameters only. Hidden and cell state live on from one invoke to the next."""

import numpy as np

from ..case import NONE, C, Case, T, state
from ._grid import draws


def _case(
    name,
    rnd,
    batch,
    steps,
    features,
    units,
    dtype="int8",
    cell_power=-12,
    clip=0.0,
    time_major=False,
    x_zp=None,
    h_zp=0,
    x_fill=None,
    w_fill=(-127, 127),
    samples=3,
    states_2d=True,
    **kw,
):
    span = 127 if dtype == "int8" else 32767
    x_scale = float(np.float32(rnd.uniform(0.5, 3) / span))
    x_zp = 0 if dtype == "int16" else rnd.randint(-128, 127) if x_zp is None else x_zp
    h_scale = 1 / 128 if dtype == "int8" else 1 / 32768
    in_scales, back_scales = (
        [float(np.float32(rnd.uniform(0.3, 1.5) / 127 / n**0.5)) for _ in range(4)] for n in (features, units)
    )
    x = T((steps, batch, features) if time_major else (batch, steps, features), dtype, x_scale, x_zp, x_fill)
    from_input = [C((units, features), "int8", s, 0, w_fill) for s in in_scales]
    recurrent = [C((units, units), "int8", s, 0, w_fill) for s in back_scales]
    biases = [
        C(
            (units,),
            "int32" if dtype == "int8" else "int64",
            float(np.float32(s) * np.float32(x_scale)),
            0,
            (-20 * span, 20 * span),
        )
        for s in in_scales
    ]
    shape = (batch, units) if states_2d else (batch * units,)
    hidden, cell = state(shape, dtype, h_scale, h_zp), state(shape, "int16", 2.0**cell_power)
    inputs = [x, *from_input, *recurrent, NONE, NONE, NONE, *biases, NONE, NONE, hidden, cell, NONE, NONE, NONE, NONE]
    inner = [T((0,), "float32", name=f"inner{i}") for i in range(4)] + [T((0,), dtype, h_scale, h_zp)]
    options = dict(fused_activation_function="TANH", cell_clip=clip, time_major=time_major)
    return Case(
        name,
        inputs,
        [T((*x.shape[:2], units), dtype, h_scale, h_zp)],
        options,
        samples=samples,
        intermediates=inner,
        **kw,
    )


def cases():
    for n, (name, r) in enumerate(draws("drawn", 60)):
        yield _case(
            name,
            r,
            r.choice((1, 1, 2, 3)),
            r.choice((1, 2, 3, 5, 8)),
            r.choice((1, 2, 3, 5, 8, 17)),
            r.choice((1, 2, 3, 4, 7, 16)),
            "int8",
            r.choice((-12, -11, -13, -10, -15)),
            r.choice((0.0, 0.0, 10.0, 1.0, 0.5)),
            n % 3 == 2,
            h_zp=r.choice((0, 0, -5, 11)),
        )
    for n, (name, r) in enumerate(draws("i16_", 30)):
        yield _case(
            name,
            r,
            r.choice((1, 2)),
            r.choice((1, 2, 5)),
            r.choice((1, 3, 8)),
            r.choice((1, 3, 4, 7)),
            "int16",
            r.choice((-12, -11, -13)),
            r.choice((0.0, 10.0)),
            n % 3 == 2,
        )
    for x_fill in ("min", "max", "extreme"):
        for w_fill in ((127, 127), (-127, -127), "extreme"):
            yield _case(f"ends_{x_fill}_{w_fill[0]}", draws("ends", 1)[0][1], 1, 4, 16, 5, x_fill=x_fill, w_fill=w_fill)
    yield _case("mnist", draws("mnist", 1)[0][1], 1, 28, 28, 20, clip=10.0, x_zp=-128)
    yield _case("long", draws("long", 1)[0][1], 1, 4, 6, 5, samples=20)
