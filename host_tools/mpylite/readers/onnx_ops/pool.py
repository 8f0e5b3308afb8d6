# SPDX-License-Identifier: MIT
"""MaxPool, AveragePool and their global forms."""

import numpy as np

from ...families.conv import padding_before_after
from ..onnx_values import NHWC, Value
from . import Refused, operator
from .conv import channels_last_value, rows, two_dimensional, window


def _prepared(c):
    """(value, x (n,h,w,c), kernel, strides, pads), one axis made two, ceil_mode turned into padding."""
    value = c.value(0)
    if value.rank not in (3, 4):
        raise Refused(f"RANK_{value.rank}", "needs 1-D or 2-D pooling")
    x, kernel = value.channels_last(c.b).tensor, list(c.get("kernel_shape"))
    strides, dilations, pads = window(c, kernel, x.shape[1:-1])
    if set(dilations) != {1}:
        raise Refused("DILATED_POOL", "needs dilation 1")
    if value.rank == 3:
        kernel, strides, dilations, pads = two_dimensional(c, kernel, strides, dilations, pads)
        x = rows(c, x)
    if c.get("ceil_mode"):
        pads = [_ceil(n, k, s, p) for n, k, s, p in zip(x.shape[1:3], kernel, strides, pads)]
    return value, x, kernel, strides, [tuple(p) for p in pads]


def _ceil(size, kernel, stride, pads):
    total = size + sum(pads)
    out = -(-(total - kernel) // stride) + 1
    if (out - 1) * stride >= size + pads[0]:
        out -= 1
    return pads[0], pads[1] + max((out - 1) * stride + kernel - total, 0)


def _options(kernel, strides, padding):
    return {
        "padding": padding, "filter_height": kernel[0], "filter_width": kernel[1], "stride_h": strides[0],
        "stride_w": strides[1], "fused_activation_function": "NONE",
    }  # fmt: skip


def _is_same(x, kernel, strides, pads):
    return pads == [padding_before_after(n, k, s, 1, "SAME") for n, k, s in zip(x.shape[1:3], kernel, strides)]


@operator("MaxPool")
def max_pool(c):
    if c.outputs > 1:
        raise Refused("POOL_INDICES", "the second output (indices) has no counterpart")
    value, x, kernel, strides, pads = _prepared(c)
    padding = "VALID"
    if any(map(any, pads)):
        if _is_same(x, kernel, strides, pads):
            padding = "SAME"
        else:
            x = _mirrored(c, x, kernel, pads)
    return channels_last_value(c, c.add("MAX_POOL_2D", [x], _options(kernel, strides, padding)), value.rank)


def _mirrored(c, x, kernel, pads):
    """Padding by mirrored values, which each window holds anyway, leaves every maximum as it is."""
    if any(max(p) * 2 > k for p, k in zip(pads, kernel)):
        raise Refused("POOL_PADS", "padding is over half of the window")
    producer = next((n for n in c.b.graph.nodes if any(t is x for t in n.outputs)), None)
    if producer is not None and producer.op in ("RELU", "RELU6", "LOGISTIC"):  # never below zero: zeros do
        padded = c.b.pad(x, [(0, 0), *pads, (0, 0)], f"{c.name}/pad")
    else:
        paddings = c.b.constant([(0, 0), *pads, (0, 0)], f"{c.name}/paddings", "int32")
        padded = c.b.add("MIRROR_PAD", [x, paddings], {"mode": 1}, f"{c.name}/pad")
    padded.quant = x.quant
    return padded


@operator("AveragePool")
def average_pool(c):
    value, x, kernel, strides, pads = _prepared(c)
    padding = "VALID"
    if any(map(any, pads)):
        if c.get("count_include_pad") and not c.get("ceil_mode"):
            x = c.b.pad(x, [(0, 0), *pads, (0, 0)], f"{c.name}/pad")
        elif _is_same(x, kernel, strides, pads):
            padding = "SAME"
        else:
            return channels_last_value(c, _uncounted(c, x, kernel, strides, pads), value.rank)
    return channels_last_value(c, c.add("AVERAGE_POOL_2D", [x], _options(kernel, strides, padding)), value.rank)


def _uncounted(c, x, kernel, strides, pads):
    """The mean with zeros around, times how much more there is in a window than was inside (ceil_mode's never count)."""
    if c.get("count_include_pad"):
        raise Refused("POOL_PADS", "padding that is counted and ceil_mode together have no counterpart")
    padded = c.b.pad(x, [(0, 0), *pads, (0, 0)], f"{c.name}/pad")
    y = c.add("AVERAGE_POOL_2D", [padded], _options(kernel, strides, "VALID"), "/mean")
    inside = [_counts(n, k, s, p, size) for n, k, s, p, size in zip(x.shape[1:3], kernel, strides, pads, y.shape[1:3])]
    factor = np.prod(kernel) / np.outer(*inside)
    return c.b.scaled(y, factor[None, :, :, None], c.name)


def _counts(size, kernel, stride, pads, windows):
    """For each window how many of its places lie inside."""
    first = np.arange(windows) * stride - pads[0]
    return np.minimum(first + kernel, size) - np.maximum(first, 0)


@operator("GlobalAveragePool")
def global_average_pool(c):
    value = c.value(0)
    axes = [value.axis(i) for i in range(2, value.rank)]
    return Value(c.b.reduce("MEAN", value.tensor, sorted(axes), True, c.name), value.perm)


@operator("GlobalMaxPool")
def global_max_pool(c):
    value = c.value(0)
    if value.rank != 4:
        raise Refused(f"RANK_{value.rank}", "needs 2-D pooling")
    x = value.channels_last(c.b).tensor
    return Value(c.add("MAX_POOL_2D", [x], _options(x.shape[1:3], x.shape[1:3], "VALID")), NHWC[4])
