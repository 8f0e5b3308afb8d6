# SPDX-License-Identifier: MIT
"""Cases of TRANSPOSE_CONV: parameters only."""

import numpy as np

from ..case import C, Case, T, V
from ._grid import ACTIVATIONS, NO_BIAS, bias, channel_scales, draws, quant, spread_over_bound, sum_scale


def _size(n, kernel, stride, padding):
    return n * stride if padding == "SAME" else (n - 1) * stride + kernel


def _case(
    name,
    rnd,
    shape,
    kernel,
    out,
    stride=(1, 1),
    padding="SAME",
    act="NONE",
    dtype="int8",
    per_channel=True,
    bias_dtype="int32",
    x_fill=None,
    w_fill=(-127, 127),
    x=None,
    y=None,
    w_scale=None,
    extra=(0, 0),
    **kw,
):
    n, h, w, c = shape
    x_scale, x_zp = x or quant(rnd, dtype, 0.0001 if dtype == "int16" else 0.004, 0.001 if dtype == "int16" else 0.2)
    scales = w_scale or channel_scales(rnd, out if per_channel else 1)
    y_scale, y_zp = y or (
        sum_scale(
            rnd, x_scale, sorted(scales)[len(scales) // 2], max(1, kernel[0] * kernel[1] * c // (stride[0] * stride[1]))
        ),
        quant(rnd, dtype)[1],
    )
    if not y:
        x_scale, y_scale = spread_over_bound(act, x_scale, y_scale)
    oh, ow = (_size(s, k, t, padding) + e for s, k, t, e in zip((h, w), kernel, stride, extra, strict=True))
    inputs = [
        V(np.array((n, oh, ow, out))),
        C((out, *kernel, c), "int8", scales if per_channel else scales[0], 0, w_fill),
        T(shape, dtype, x_scale, x_zp, x_fill),
    ]
    if bias_dtype is not NO_BIAS:
        inputs.append(bias(out, x_scale, scales, bias_dtype, of=dtype))
    options = dict(padding=padding, stride_h=stride[0], stride_w=stride[1], fused_activation_function=act)
    return Case(name, inputs, [T((n, oh, ow, out), dtype, y_scale, y_zp)], options, **kw)


def _drawn(tag, count, dtype, bias_dtypes, acts=ACTIVATIONS):
    for name, r in draws(tag, count):
        kernel = (r.choice((1, 2, 3, 3, 4, 5)), r.choice((1, 2, 3, 3, 4)))
        stride = r.choice(((1, 1), (2, 2), (2, 2), (1, 2), (3, 1), (3, 3)))
        shape = (r.choice((1, 1, 2)), r.randint(1, 6), r.randint(1, 6), r.choice((1, 2, 3, 4, 5, 8, 16)))
        bias_dtype = r.choice(bias_dtypes)
        yield _case(
            name,
            r,
            shape,
            kernel,
            r.choice((1, 2, 3, 4, 5, 8)),
            stride,
            r.choice(("SAME", "VALID")),
            r.choice(acts),
            dtype,
            r.random() < 0.75,
            bias_dtype,
        )


def _bias32():
    """Both references read an int32 bias of int16x8 as int64 and beyond its end, so they get the same numbers as int64."""
    for narrow, wide in zip(
        _drawn("i16_bias_", 20, "int16", ("int32",)), _drawn("i16_bias_", 20, "int16", ("int64",)), strict=True
    ):
        narrow.twin = wide
        narrow.why = "the reference runs the same model with the bias written as int64"
        yield narrow


def cases():
    yield from _drawn("drawn", 110, "int8", ("int32", "int32", NO_BIAS))
    yield from _drawn("i16_", 40, "int16", ("int64", "int64", NO_BIAS))
    yield from _bias32()
    for xs, ws, ys in ((1e-6, 1e-3, 1e-6), (1e3, 1e-3, 1e3), (1e-2, 1e-2, 1e-5), (0.5, 0.5, 0.25), (1, 1, 1)):
        for zp in (-128, 0, 127):
            yield _case(
                f"scales_{xs:g}_{ws:g}_{ys:g}_zp{zp}",
                draws("s", 1)[0][1],
                (1, 3, 4, 3),
                (3, 3),
                3,
                (2, 2),
                x=(xs, zp),
                y=(ys, -zp if zp > -128 else 127),
                w_scale=[ws] * 3,
            )
    for x_fill in ("min", "max", "extreme"):
        for w_fill in ((127, 127), (-127, -127), "extreme"):
            yield _case(
                f"ends_{x_fill}_{w_fill[0]}",
                draws("e", 1)[0][1],
                (1, 3, 3, 16),
                (3, 3),
                4,
                x=(0.1, 127),
                y=(0.9, 5),
                w_scale=[0.01] * 4,
                x_fill=x_fill,
                w_fill=w_fill,
            )
    for stride, extra in (((2, 2), (1, 0)), ((2, 2), (1, 1)), ((3, 3), (0, 2))):
        for padding in ("SAME", "VALID"):
            yield _case(
                f"output_longer_{stride[0]}_{extra[0]}{extra[1]}_{padding}",
                draws("x", 1)[0][1],
                (1, 3, 4, 2),
                (3, 3),
                2,
                stride,
                padding,
                extra=extra,
            )
    for n in range(4):
        case = _case(f"shape_fed_{n}", draws(f"fed{n}", 1)[0][1], (1, 2 + n, 3, 4), (3, 3), 2, (2, 2))
        case.inputs[0] = T((4,), "int32", fill=(0, 9))  # TFLM goes by the output's shape, whatever is fed here
        yield case
