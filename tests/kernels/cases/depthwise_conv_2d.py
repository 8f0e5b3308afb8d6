# SPDX-License-Identifier: MIT
"""Cases of DEPTHWISE_CONV_2D: parameters only."""

from ..case import C, Case, T
from ._between import between
from ._grid import ACTIVATIONS, NO_BIAS, bias, channel_scales, draws, quant, spread_over_bound, sum_scale, window
from ._weighted import biased, filled, filled_int16, scaled


def _depthwise(
    name,
    rnd,
    shape,
    kernel,
    multiplier=1,
    stride=(1, 1),
    dilation=(1, 1),
    padding="SAME",
    act="NONE",
    dtype="int8",
    per_channel=True,
    bias_dtype="int32",
    x_fill=None,
    w_fill=(-127, 127),
    b_fill=None,
    x=None,
    y=None,
    w_scale=None,
    **kw,
):
    n, h, w, c = shape
    out = c * multiplier
    x_scale, x_zp = x or quant(rnd, dtype, 0.0001 if dtype == "int16" else 0.004, 0.001 if dtype == "int16" else 0.2)
    scales = w_scale or channel_scales(rnd, out if per_channel else 1)
    middle = sorted(scales)[len(scales) // 2]
    y_scale, y_zp = y or (sum_scale(rnd, x_scale, middle, kernel[0] * kernel[1]), quant(rnd, dtype)[1])
    if not y:
        x_scale, y_scale = spread_over_bound(act, x_scale, y_scale)
    oh, ow = (window(s, k, t, padding, d) for s, k, t, d in zip((h, w), kernel, stride, dilation, strict=True))
    inputs = [
        T(shape, dtype, x_scale, x_zp, x_fill),
        C((1, *kernel, out), "int8", scales if per_channel else scales[0], 0, w_fill, axis=3),
    ]
    if bias_dtype is not NO_BIAS:
        inputs.append(bias(out, x_scale, scales, bias_dtype, b_fill, dtype))
    options = dict(
        padding=padding,
        stride_h=stride[0],
        stride_w=stride[1],
        dilation_h_factor=dilation[0],
        dilation_w_factor=dilation[1],
        depth_multiplier=multiplier,
        fused_activation_function=act,
    )
    return Case(name, inputs, [T((n, oh, ow, out), dtype, y_scale, y_zp)], options, **kw)


def _drawn(tag, count, dtype, bias_dtypes):
    for name, r in draws(tag, count):
        kernel = (r.choice((1, 2, 3, 3, 3, 4, 5)), r.choice((1, 2, 3, 3, 3, 5)))
        stride = r.choice(((1, 1), (1, 1), (2, 2), (1, 2), (3, 1)))
        dilation = r.choice(((1, 1), (1, 1), (1, 1), (2, 2), (1, 3)))
        padding = r.choice(("SAME", "VALID"))
        shape = (r.choice((1, 1, 2)), r.randint(1, 11), r.randint(1, 11), r.choice((1, 2, 3, 4, 5, 7, 8, 16, 17)))
        if (
            min(window(s, k, t, padding, d) for s, k, t, d in zip(shape[1:3], kernel, stride, dilation, strict=True))
            < 1
        ):
            padding = "SAME"
        yield _depthwise(
            name,
            r,
            shape,
            kernel,
            r.choice((1, 1, 1, 2, 3, 8)),
            stride,
            dilation,
            padding,
            r.choice(ACTIVATIONS),
            dtype,
            r.random() < 0.75,
            r.choice(bias_dtypes),
        )


def _layer(shape, kernel):
    return lambda name, rnd, **parameters: _depthwise(name, rnd, shape, kernel, **parameters)


def _extremes():
    yield from scaled(_layer((1, 4, 5, 3), (3, 3)), 3)
    largest = _layer((1, 5, 5, 4), (5, 5))
    yield from filled(largest, 4, (0.9, 5), more=lambda rnd: dict(act=rnd.choice(ACTIVATIONS)))
    yield from biased(_layer((1, 3, 3, 2), (1, 1)), 2, (-(2**31), 2**31 - 1, 2**30))
    yield from filled_int16(largest, 4)


def _of_real_models():
    r = draws("real", 1)[0][1]
    yield _depthwise("micro_speech", r, (1, 49, 40, 1), (10, 8), 8, stride=(2, 2), act="RELU")
    yield _depthwise("wake_word_row", r, (1, 5, 1, 32), (5, 1), padding="VALID")
    yield _depthwise("whole_input", r, (1, 6, 6, 3), (6, 6), padding="VALID")
    yield _depthwise("window_larger_than_input_same", r, (1, 2, 2, 2), (5, 5))
    yield _depthwise("many_channels", r, (1, 5, 5, 67), (3, 3))
    yield _depthwise("stride_larger_than_kernel", r, (1, 9, 9, 2), (1, 1), stride=(4, 4))


def cases():
    yield from _drawn("drawn", 170, "int8", ("int32", "int32", "int32", NO_BIAS))
    yield from _extremes()
    yield from _drawn("i16_", 50, "int16", ("int64", "int64", NO_BIAS))
    yield from _of_real_models()
    for name, r in draws("in_place", 12):
        kernel, stride = r.choice(((1, 1), (3, 3), (2, 3), (5, 1))), r.choice(((1, 1), (2, 2), (1, 2)))
        shape, dtype = (
            (r.choice((1, 2)), r.randint(5, 9), r.randint(3, 9), r.choice((1, 3, 8))),
            r.choice(("int8", "int16")),
        )
        case = _depthwise(
            name,
            r,
            shape,
            kernel,
            stride=stride,
            padding="VALID",
            dtype=dtype,
            bias_dtype="int64" if dtype == "int16" else "int32",
        )
        yield between(case, "DEPTHWISE_CONV_2D")
