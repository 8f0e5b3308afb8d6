# SPDX-License-Identifier: MIT
"""CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV: shapes, float arithmetic, MACs.

`windows` and `output_size` also serve pooling, which slides in the same way.
"""

import numpy as np

from . import operator
from .activation import fused


def output_size(size, kernel, stride, dilation, padding):
    reach = (kernel - 1) * dilation + 1
    return -(-size // stride) if padding == "SAME" else -(-(size - reach + 1) // stride)


def padding_before_after(size, kernel, stride, dilation, padding):
    if padding != "SAME":
        return 0, 0
    reach = (kernel - 1) * dilation + 1
    total = max((output_size(size, kernel, stride, dilation, padding) - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


def geometry(options, prefix="dilation_"):
    """(stride, dilation) for h and for w."""
    return (
        (options["stride_h"], options.get("dilation_h_factor", 1)),
        (options["stride_w"], options.get("dilation_w_factor", 1)),
    )


def padded(x, kernel, options, fill=0.0):
    (sh, dh), (sw, dw) = geometry(options)
    pads = [
        padding_before_after(x.shape[1], kernel[0], sh, dh, options["padding"]),
        padding_before_after(x.shape[2], kernel[1], sw, dw, options["padding"]),
    ]
    return np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill) if any(map(any, pads)) else x


def taps(x, kernel, options, fill=0.0):
    """For each kernel position (y,x) the view (n,out_h,out_w,c) of the padded input under it."""
    (sh, dh), (sw, dw) = geometry(options)
    out_h = output_size(x.shape[1], kernel[0], sh, dh, options["padding"])
    out_w = output_size(x.shape[2], kernel[1], sw, dw, options["padding"])
    x = padded(x, kernel, options, fill)
    for ky in range(kernel[0]):
        for kx in range(kernel[1]):
            rows = slice(ky * dh, ky * dh + (out_h - 1) * sh + 1, sh)
            columns = slice(kx * dw, kx * dw + (out_w - 1) * sw + 1, sw)
            yield ky, kx, x[:, rows, columns]


def conv_shapes(node):
    x, weights = node.inputs[0].shape, node.inputs[1].shape
    (sh, dh), (sw, dw) = geometry(node.options)
    channels = weights[3] if node.op == "DEPTHWISE_CONV_2D" else weights[0]
    padding = node.options["padding"]
    return [
        (x[0], output_size(x[1], weights[1], sh, dh, padding), output_size(x[2], weights[2], sw, dw, padding), channels)
    ]


def conv_macs(node):
    return np.prod(node.output.shape, dtype=np.int64) * int(np.prod(node.inputs[1].shape[1:], dtype=np.int64))


def depthwise_macs(node):
    return np.prod(node.output.shape, dtype=np.int64) * node.inputs[1].shape[1] * node.inputs[1].shape[2]


def transpose_conv_macs(node):
    return np.prod(node.inputs[2].shape, dtype=np.int64) * int(np.prod(node.inputs[1].shape[:3], dtype=np.int64))


def with_bias(arrays, index, y):
    return y + arrays[index] if len(arrays) > index and arrays[index] is not None else y


@operator("CONV_2D", "weights", conv_shapes, conv_macs, data_inputs=(0,))
def conv_2d(node, arrays):
    x, weights = arrays[0], arrays[1]
    groups = x.shape[3] // weights.shape[3]
    parts = [
        _conv_one_group(xg, wg, node.options) for xg, wg in zip(np.split(x, groups, 3), np.split(weights, groups, 0))
    ]
    y = parts[0] if groups == 1 else np.concatenate(parts, 3)
    return fused(node, with_bias(arrays, 2, y))


def _conv_one_group(x, weights, options):
    o, kh, kw, c = weights.shape
    views = [v for _, _, v in taps(x, (kh, kw), options)]
    if c < 32:  # few channels: one product over gathered windows (n,oh,ow,kh*kw*c)
        return np.concatenate(views, 3) @ weights.reshape(o, -1).T
    matrices = weights.transpose(1, 2, 3, 0).reshape(kh * kw, c, o)
    y = views[0] @ matrices[0]
    for view, matrix in zip(views[1:], matrices[1:]):
        y += view @ matrix
    return y


@operator("DEPTHWISE_CONV_2D", "weights", conv_shapes, depthwise_macs, data_inputs=(0,))
def depthwise_conv_2d(node, arrays):
    x, weights = arrays[0], arrays[1]
    multiplier = weights.shape[3] // x.shape[3]
    if multiplier > 1:
        x = np.repeat(x, multiplier, 3)
    y, product = None, None
    for ky, kx, view in taps(x, weights.shape[1:3], node.options):
        if y is None:
            y, product = view * weights[0, ky, kx], np.empty(view.shape, x.dtype)
        else:
            y += np.multiply(view, weights[0, ky, kx], out=product)
    return fused(node, with_bias(arrays, 2, y))


def transpose_conv_shapes(node):
    return [tuple(int(n) for n in node.inputs[0].data)]


@operator("TRANSPOSE_CONV", "weights", transpose_conv_shapes, transpose_conv_macs, data_inputs=(2,))
def transpose_conv(node, arrays):
    weights, x = arrays[1], arrays[2]
    _, out_h, out_w, out_c = node.output.shape
    sh, sw = node.options["stride_h"], node.options["stride_w"]
    kh, kw = weights.shape[1:3]
    full = np.zeros(
        (len(x), max((x.shape[1] - 1) * sh + kh, out_h + kh), max((x.shape[2] - 1) * sw + kw, out_w + kw), out_c),
        x.dtype,
    )
    for ky in range(kh):
        for kx in range(kw):
            rows = slice(ky, ky + (x.shape[1] - 1) * sh + 1, sh)
            columns = slice(kx, kx + (x.shape[2] - 1) * sw + 1, sw)
            full[:, rows, columns] += x @ weights[:, ky, kx].T
    top = padding_before_after(out_h, kh, sh, 1, node.options["padding"])[0]
    left = padding_before_after(out_w, kw, sw, 1, node.options["padding"])[0]
    return fused(node, with_bias(arrays, 3, full[:, top : top + out_h, left : left + out_w]))
