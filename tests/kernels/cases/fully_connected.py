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
    rounding_edges,
    spread_over_bound,
    sum_scale,
)


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


def _extremes():
    for xs, ws, ys in (
        (1e-6, 1e-3, 1e-6),
        (1e3, 1e-3, 1e3),
        (1e-3, 1e-3, 1e3),
        (1e-2, 1e-2, 1e-5),
        (0.5, 0.5, 0.25),
        (1, 1, 1),
    ):
        for zp in (-128, 0, 127):
            r = draws(f"scales_{xs:g}_{zp}", 1)[0][1]
            yield _dense(
                f"scales_{xs:g}_{ws:g}_{ys:g}_zp{zp}",
                r,
                (2, 9),
                5,
                x=(xs, zp),
                y=(ys, -zp if zp > -128 else 127),
                w_scale=[ws],
            )
    for x_fill in ("min", "max", "extreme"):
        for w_fill in ((127, 127), (-127, -127), (-128, -128), "extreme"):
            for x_zp in (-128, 127):
                r = draws("ends", 1)[0][1]
                yield _dense(
                    f"ends_{x_fill}_{w_fill[0]}_zp{x_zp}",
                    r,
                    (1, 512),
                    4,
                    x=(0.1, x_zp),
                    y=(5, 5),
                    w_scale=[0.01],
                    x_fill=x_fill,
                    w_fill=w_fill,
                )
    for value in (-(2**31), 2**31 - 1, 2**30, -(2**30)):
        r = draws("bias", 1)[0][1]
        yield _dense(
            f"bias_{value}",
            r,
            (1, 2),
            2,
            x=(0.1, 0),
            y=(0.1 * 0.01 * 2**24, 0),
            w_scale=[0.01],
            b_fill=(value, value),
            w_fill=(0, 0),
        )
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


def _rounding():
    """The bias alone makes the sums; the weights are zero."""
    for name, r in draws("rounding", 12):
        dtype, span, top = (("int8", 2**30, 127), ("int16", 2**38, 32767))[int(name[-1]) % 2]
        x, w, y, sums = rounding_edges(r, span, top)
        wide = "int32" if dtype == "int8" else "int64"
        yield _dense(
            name,
            r,
            (1, 1),
            480,
            dtype=dtype,
            bias_dtype=wide,
            b_fill=sums,
            x=(x, 0),
            y=(y, 0),
            w_scale=[w],
            w_fill=(0, 0),
        )


def cases():
    yield from _rounding()
    yield from _drawn("drawn", 110, "int8", ("int32", "int32", NO_BIAS), 0)
    yield from _drawn("per_channel", 40, "int8", ("int32", "int32", NO_BIAS), 1)
    yield from _shapes()
    yield from _extremes()
    yield from _run_time_weights()
    yield from _drawn("i16_", 60, "int16", ("int64", "int64", NO_BIAS), 0)
    yield from _drawn("i16_per_channel", 20, "int16", ("int64", "int64", NO_BIAS), 1)
    for x_fill in ("min", "max", "extreme"):
        for w_fill in ((127, 127), (-127, -127), "extreme"):
            r = draws("i16ends", 1)[0][1]
            yield _dense(
                f"i16_ends_{x_fill}_{w_fill[0]}",
                r,
                (1, 512),
                4,
                dtype="int16",
                x=(0.001, 0),
                y=(0.1, 0),
                w_scale=[0.01],
                x_fill=x_fill,
                w_fill=w_fill,
                bias_dtype="int64",
            )
