# SPDX-License-Identifier: MIT
"""Cases of FULLY_CONNECTED: parameters only. TFLM rounds twice here, LiteRT once: TFLM is right by house rule."""

from ..case import NONE, C, Case, T
from ._grid import (
    ACTIVATIONS,
    NO_BIAS,
    bias,
    channel_scales,
    draws,
    quant,
    spread_over_bound,
    sum_scale,
)
from ._weighted import biased, filled, filled_int16, rounded, scaled


def _dense(
    name,
    rnd,
    shape,
    out,
    act="NONE",
    dtype="int8",
    per_channel=False,
    bias_dtype="int32",
    keep=False,
    x_fill=None,
    w_fill=(-127, 127),
    b_fill=None,
    x=None,
    y=None,
    w_scale=None,
    w_zp=0,
    absent=False,
    constant=True,
    out_shape=None,
    **kw,
):
    depth = kw.pop("depth", shape[-1])
    batches = 1
    for s in shape:
        batches *= s
    x_scale, x_zp = x or quant(rnd, dtype, 0.0001 if dtype == "int16" else 0.004, 0.001 if dtype == "int16" else 0.2)
    scales = w_scale or channel_scales(rnd, out if per_channel else 1)
    middle = sorted(scales)[len(scales) // 2]
    y_scale, y_zp = y or (sum_scale(rnd, x_scale, middle, depth), quant(rnd, dtype)[1])
    if not y:
        x_scale, y_scale = spread_over_bound(act, x_scale, y_scale)
    weights = (C if constant else T)((out, depth), "int8", scales if per_channel else scales[0], w_zp, w_fill)
    inputs = [T(shape, dtype, x_scale, x_zp, x_fill), weights]
    if bias_dtype is not NO_BIAS:
        inputs.append(bias(out, x_scale, scales, bias_dtype, b_fill, dtype))
    elif absent:
        inputs.append(NONE)
    shape_out = out_shape or ((*shape[:-1], out) if keep else (batches // depth, out))
    return Case(
        name,
        inputs,
        [T(shape_out, dtype, y_scale, y_zp)],
        dict(fused_activation_function=act, keep_num_dims=keep),
        **kw,
    )


def _drawn(tag, count, dtype, bias_dtypes, per_channel):
    for name, r in draws(tag, count):
        shape = (r.choice((1, 1, 1, 2, 3, 5)), r.choice((1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 64, 129)))
        yield _dense(
            name,
            r,
            shape,
            r.choice((1, 2, 3, 4, 5, 8, 10, 12)),
            r.choice(ACTIVATIONS),
            dtype,
            r.random() < per_channel,
            r.choice(bias_dtypes),
            absent=r.random() < 0.5,
        )


def _shapes():
    """The input is read as rows of the weights' depth, whatever its rank; keep_num_dims keeps the leading axes."""
    for n, (shape, depth, keep) in enumerate(
        (
            ((1, 3, 4), 4, True),
            ((2, 3, 4), 4, True),
            ((1, 2, 3, 4), 4, True),
            ((2, 1, 1, 5), 5, False),
            ((2, 2, 3), 6, False),
            ((1, 2, 2, 2), 8, False),
            ((8,), 8, False),
            ((8,), 4, False),
            ((1, 1, 1, 1, 6), 6, True),
        )
    ):
        r = draws(f"shape{n}", 1)[0][1]
        yield _dense(
            f"shape_{'x'.join(map(str, shape))}_by_{depth}_{'keep' if keep else 'flat'}",
            r,
            shape,
            3,
            keep=keep,
            depth=depth,
        )


def _layer(shape, out):
    return lambda name, rnd, **parameters: _dense(name, rnd, shape, out, **parameters)


def _extremes():
    yield from scaled(_layer((2, 9), 5), 1)
    yield from filled(_layer((1, 512), 4), 1, (5, 5))
    yield from biased(_layer((1, 2), 2), 1, (-(2**31), 2**31 - 1, 2**30, -(2**30)))
    yield from filled_int16(_layer((1, 512), 4), 1)
    for w_zp in (-128, -3, 5, 127):
        r = draws(f"wzp{w_zp}", 1)[0][1]
        yield _dense(f"weights_zp{w_zp}", r, (2, 11), 3, w_zp=w_zp, w_fill="random")


def _run_time_weights():
    for name, r in draws("run_time_weights", 8):
        yield _dense(
            name,
            r,
            (r.choice((1, 3)), r.choice((4, 9))),
            r.choice((1, 5)),
            constant=False,
            bias_dtype=NO_BIAS,
            w_zp=r.choice((0, 3)),
        )


def cases():
    yield from rounded(_layer((1, 1), 480))
    yield from _drawn("drawn", 110, "int8", ("int32", "int32", NO_BIAS), 0)
    yield from _drawn("per_channel", 40, "int8", ("int32", "int32", NO_BIAS), 1)
    yield from _shapes()
    yield from _extremes()
    yield from _run_time_weights()
    yield from _drawn("i16_", 60, "int16", ("int64", "int64", NO_BIAS), 0)
    yield from _drawn("i16_per_channel", 20, "int16", ("int64", "int64", NO_BIAS), 1)
