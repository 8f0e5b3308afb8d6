# SPDX-License-Identifier: MIT
"""Cases of CONV_2D: parameters only."""

from ..case import C, Case, T
from ._grid import (
    ACTIVATIONS,
    NO_BIAS,
    bias,
    channel_scales,
    draws,
    quant,
    spread_over_bound,
    sum_scale,
    window,
)
from ._weighted import SCALES, biased, filled, filled_int16, rounded, scaled


def _conv(
    name,
    rnd,
    shape,
    kernel,
    out,
    stride=(1, 1),
    dilation=(1, 1),
    padding="SAME",
    act="NONE",
    dtype="int8",
    per_channel=True,
    bias_dtype="int32",
    groups=1,
    x_fill=None,
    w_fill=(-127, 127),
    b_fill=None,
    x=None,
    y=None,
    w_scale=None,
    **kw,
):
    n, h, w, c = shape
    x_scale, x_zp = x or quant(rnd, dtype, 0.0001 if dtype == "int16" else 0.004, 0.001 if dtype == "int16" else 0.2)
    scales = w_scale or channel_scales(rnd, out if per_channel else 1)
    middle = sorted(scales)[len(scales) // 2]
    y_scale, y_zp = y or (sum_scale(rnd, x_scale, middle, kernel[0] * kernel[1] * c // groups), quant(rnd, dtype)[1])
    if not y:
        x_scale, y_scale = spread_over_bound(act, x_scale, y_scale)
    oh, ow = (window(s, k, t, padding, d) for s, k, t, d in zip((h, w), kernel, stride, dilation, strict=True))
    inputs = [
        T(shape, dtype, x_scale, x_zp, x_fill),
        C((out, *kernel, c // groups), "int8", scales if per_channel else scales[0], 0, w_fill),
    ]
    if bias_dtype is not NO_BIAS:
        inputs.append(bias(out, x_scale, scales, bias_dtype, b_fill, dtype))
    options = dict(
        padding=padding,
        stride_h=stride[0],
        stride_w=stride[1],
        dilation_h_factor=dilation[0],
        dilation_w_factor=dilation[1],
        fused_activation_function=act,
    )
    return Case(name, inputs, [T((n, oh, ow, out), dtype, y_scale, y_zp)], options, **kw)


def _drawn(tag, count, dtypes, bias_dtypes):
    """Random shapes that fit; the ranges hold every remainder a four- or two-way inner loop may have."""
    for name, r in draws(tag, count):
        kernel = (r.choice((1, 1, 2, 3, 3, 4, 5)), r.choice((1, 1, 2, 3, 3, 5)))
        stride = r.choice(((1, 1), (1, 1), (2, 2), (1, 2), (3, 1), (3, 3)))
        dilation = r.choice(((1, 1), (1, 1), (1, 1), (2, 2), (1, 2), (3, 1)))
        padding = r.choice(("SAME", "VALID"))
        shape = (r.choice((1, 1, 2)), r.randint(1, 11), r.randint(1, 11), r.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17)))
        if (
            min(window(s, k, t, padding, d) for s, k, t, d in zip(shape[1:3], kernel, stride, dilation, strict=True))
            < 1
        ):
            padding = "SAME"
        yield _conv(
            name,
            r,
            shape,
            kernel,
            r.choice((1, 2, 3, 4, 5, 7, 8, 12)),
            stride,
            dilation,
            padding,
            r.choice(ACTIVATIONS),
            r.choice(dtypes),
            r.random() < 0.75,
            r.choice(bias_dtypes),
        )


def _pointwise():
    for name, r in draws("pointwise", 36):
        shape = (1, r.choice((1, 3, 5, 8)), r.choice((1, 2, 7)), r.choice((1, 3, 4, 8, 15, 16, 32, 33)))
        yield _conv(
            name, r, shape, (1, 1), r.choice((1, 2, 5, 8, 16)), act=r.choice(ACTIVATIONS), per_channel=r.random() < 0.7
        )


def _grouped():
    for name, r in draws("grouped", 16):
        groups = r.choice((2, 3, 4))
        shape = (1, r.randint(2, 6), r.randint(2, 6), groups * r.choice((1, 2, 3)))
        yield _conv(
            name,
            r,
            shape,
            r.choice(((1, 1), (3, 3), (2, 3))),
            groups * r.choice((1, 2)),
            groups=groups,
            padding="SAME" if min(shape[1:3]) < 3 else "VALID",
            per_channel=r.random() < 0.7,
        )


def _layer(shape, kernel, out, **fixed):
    return lambda name, rnd, **parameters: _conv(name, rnd, shape, kernel, out, **fixed, **parameters)


def _extremes():
    """Ends of the number ranges: scales, zero points, weights at ±127, sums near the ends of 32 bits."""
    yield from scaled(_layer((1, 4, 5, 3), (3, 3), 3), 3, (*SCALES, (1e-6, 1e-6, 1)), "scales_{:g}_{:g}_{:g}_{}")
    largest = _layer((1, 3, 3, 16), (3, 3), 4)
    yield from filled(largest, 4, (0.9, 5), more=lambda rnd: dict(act=rnd.choice(ACTIVATIONS)))
    yield from biased(_layer((1, 3, 3, 1), (1, 1), 2), 2, (-(2**31), 2**31 - 1, -(2**30), 2**30))
    yield from _drawn("i16_", 70, ("int16",), ("int64", "int64", "int32", NO_BIAS))
    yield from filled_int16(largest, 4, ("int64", "int32"))


def _inputs_of_the_graph():
    """The converter writes dilations of 1, old converters left weights per tensor with a symmetric scale of 1 channel."""
    r = draws("old", 1)[0][1]
    yield _conv("one_channel_list", r, (1, 3, 3, 2), (3, 3), 1)
    yield _conv("window_larger_than_input_same", r, (1, 2, 2, 2), (5, 5), 3)
    yield _conv("stride_larger_than_kernel", r, (1, 9, 9, 2), (1, 1), 3, stride=(4, 4))
    yield _conv("whole_input", r, (1, 6, 6, 3), (6, 6), 5, padding="VALID")
    yield _conv("one_row", r, (1, 1, 40, 3), (1, 8), 4, stride=(1, 3), padding="VALID")
    yield _conv("one_column", r, (1, 49, 1, 1), (10, 1), 8, stride=(2, 1))
    yield _conv("keyword_first_layer", r, (1, 49, 10, 1), (10, 4), 8, stride=(2, 2))


def cases():
    yield from rounded(_layer((1, 1, 1, 1), (1, 1), 480, per_channel=False))
    yield from _drawn("drawn", 190, ("int8",), ("int32", "int32", "int32", NO_BIAS))
    yield from _pointwise()
    yield from _grouped()
    yield from _extremes()
    yield from _inputs_of_the_graph()
