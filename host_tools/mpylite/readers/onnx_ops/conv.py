# SPDX-License-Identifier: MIT
"""Conv, ConvTranspose, Gemm, MatMul, BatchNormalization."""

import numpy as np

from ...families.conv import padding_before_after
from ..onnx_values import NHWC, Value, constant_like
from . import Refused, operator


def window(c, kernel, spatial):
    """(strides, dilations, [(before, after)]) of the spatial axes."""
    n = len(kernel)
    strides, dilations = list(c.get("strides") or [1] * n), list(c.get("dilations") or [1] * n)
    pads = list(c.get("pads") or [0] * (2 * n))
    auto = c.get("auto_pad", "NOTSET")
    if auto not in ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"):
        raise Refused("AUTO_PAD", f"auto_pad is {auto}, which ONNX does not have; export again")
    if min(*strides, *dilations) < 1:
        raise Refused("WINDOW", f"strides {strides}, dilations {dilations}: needs numbers above 0; export again")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        amounts = [
            padding_before_after(s, k, st, d, "SAME") for s, k, st, d in zip(spatial, kernel, strides, dilations)
        ]
        return strides, dilations, [a if auto == "SAME_UPPER" else a[::-1] for a in amounts]
    return strides, dilations, list(zip(pads[:n], pads[n:]))


def same_or_padded(c, x, kernel, strides, dilations, pads):
    """(tensor (n,h,w,c), TFLite padding): SAME where it means the same, else a PAD before."""
    spatial = x.shape[1:3]
    same = [padding_before_after(s, k, st, d, "SAME") for s, k, st, d in zip(spatial, kernel, strides, dilations)]
    if [tuple(p) for p in pads] == same:
        needs = any(map(any, pads))
        return x, "SAME" if needs else "VALID"
    if not any(map(any, pads)):
        return x, "VALID"
    padded = c.b.pad(x, [(0, 0), *pads, (0, 0)], f"{c.name}/pad")
    padded.quant = x.quant
    return padded, "VALID"


def rows(c, x):
    """A 1-D input (n,w,c) as (n,1,w,c)."""
    return c.b.reshape(x, (x.shape[0], 1, *x.shape[1:]), f"{c.name}/as_2d")


def two_dimensional(c, kernel, strides, dilations, pads):
    return [[1, *kernel], [1, *strides], [1, *dilations], [(0, 0), *pads]]


def weight_constant(c, index, order, shape):
    """The weights rearranged, with the scales of a QDQ model where there are any."""
    found = c.inputs[index]
    if isinstance(found, np.ndarray):
        return c.b.constant(found.transpose(order).reshape(shape), f"{c.name}/kernel")
    if found.tensor.is_constant:
        weights = c.b.constant(found.tensor.data.transpose(order).reshape(shape), f"{c.name}/kernel")
        weights.quant = found.tensor.quant
        return weights
    raise Refused("NOT_CONSTANT", "weights are computed, needs constant ones")


def shape_of(found):
    return found.shape


def bias_constant(c, index, count):
    if not c.has(index):
        return c.b.constant(np.zeros(count), f"{c.name}/bias")
    found = c.inputs[index]
    if not isinstance(found, np.ndarray) and not found.tensor.is_constant:
        raise Refused("NOT_CONSTANT", "bias is computed, needs a constant one")
    return c.b.constant(found if isinstance(found, np.ndarray) else found.tensor.data, f"{c.name}/bias")


@operator("Conv")
def conv(c):
    value = c.value(0)
    if value.rank not in (3, 4):
        raise Refused(f"RANK_{value.rank}", "needs a 1-D or 2-D convolution")
    x = value.channels_last(c.b).tensor
    o, per_group, *kernel = shape_of(c.inputs[1])
    strides, dilations, pads = window(c, kernel, x.shape[1:-1])
    if value.rank == 3:
        kernel, strides, dilations, pads = two_dimensional(c, kernel, strides, dilations, pads)
        x = rows(c, x)
    groups, channels = c.get("group", 1), x.shape[3]
    x, padding = same_or_padded(c, x, kernel, strides, dilations, pads)
    options = {
        "padding": padding, "stride_h": strides[0], "stride_w": strides[1], "dilation_h_factor": dilations[0],
        "dilation_w_factor": dilations[1], "fused_activation_function": "NONE",
    }  # fmt: skip
    order = (0, 2, 3, 1) if value.rank == 4 else (0, 2, 1)
    bias = bias_constant(c, 2, o)
    if groups == channels and per_group == 1 and groups > 1:
        order = (1, 2, 3, 0) if value.rank == 4 else (1, 2, 0)
        weights = weight_constant(c, 1, order, (1, *kernel, o))
        if weights.quant is not None:
            weights.quant.axis = 3
        y = c.add("DEPTHWISE_CONV_2D", [x, weights, bias], {**options, "depth_multiplier": o // channels})
    else:
        y = c.add("CONV_2D", [x, weight_constant(c, 1, order, (o, *kernel, per_group)), bias], options)
    return channels_last_value(c, y, value.rank)


def channels_last_value(c, y, rank):
    if rank == 3:
        y = c.b.reshape(y, (y.shape[0], *y.shape[2:]), f"{c.name}/as_1d")
    return Value(y, NHWC[rank])


@operator("ConvTranspose")
def conv_transpose(c):
    value = c.value(0)
    x = value.channels_last(c.b).tensor
    channels, o, *kernel = shape_of(c.inputs[1])
    strides, dilations, pads = window(c, kernel, [1] * len(kernel))
    extra = list(c.get("output_padding") or [0] * len(kernel))
    if value.rank == 3:
        kernel, strides, dilations, pads = two_dimensional(c, kernel, strides, dilations, pads)
        extra, x = [0, *extra], rows(c, x)
    if c.get("group", 1) != 1 or set(dilations) != {1}:
        raise Refused("CONV_TRANSPOSE_FORM", "needs group 1 and dilation 1")
    full = [(n - 1) * s + k for n, s, k in zip(x.shape[1:3], strides, kernel)]
    pads = _pads_of_size(c, x, strides, full, extra, pads)
    size = [f + e for f, e in zip(full, extra)]
    weights = weight_constant(c, 1, (1, 2, 3, 0) if value.rank == 4 else (1, 2, 0), (o, *kernel, channels))
    shape = c.b.constant((x.shape[0], *size, o), f"{c.name}/output_shape", np.int32)
    options = {"padding": "VALID", "stride_h": strides[0], "stride_w": strides[1], "fused_activation_function": "NONE"}
    if any(e >= s for e, s in zip(extra, strides)):
        raise Refused("OUTPUT_PADDING", "output_padding must be below the stride")
    y = c.add("TRANSPOSE_CONV", [shape, weights, x, bias_constant(c, 2, o)], options, dtype="float32")
    if any(map(any, pads)):  # ONNX's pads cut the result
        ends = [n - after for n, (_, after) in zip(size, pads)]
        y = c.b.strided_slice(y, (0, pads[0][0], pads[1][0], 0), (y.shape[0], *ends, o), (1, 1, 1, 1), f"{c.name}/crop")
    return channels_last_value(c, y, value.rank)


def _pads_of_size(c, x, strides, full, extra, pads):
    """Where the node gives the size of the result, or SAME, how much of the whole is cut away."""
    auto, size = c.get("auto_pad", "NOTSET"), c.get("output_shape")
    if not size and auto not in ("SAME_UPPER", "SAME_LOWER"):
        return pads
    size = list(size)[-2:] if size else [n * s for n, s in zip(x.shape[1:3], strides)]
    size = [1] * (2 - len(size)) + size
    cuts = [max(f + e - n, 0) for f, e, n in zip(full, extra, size)]
    return [(t // 2, t - t // 2) if auto == "SAME_UPPER" else (t - t // 2, t // 2) for t in cuts]


def dense(c, value, weights, quant, bias):
    """weights (in, out); takes the rows in the order in which a flattened image lies."""
    b = c.b
    if value.flat is not None:
        h, w, channels = value.flat
        if weights.shape[0] == h * w * channels:
            weights = weights.reshape(channels, h, w, -1).transpose(1, 2, 0, 3).reshape(weights.shape)
        else:
            value = value.unflattened(b)
    else:
        value = value.ordered(b)
    x = value.tensor
    if x.shape[-1] != weights.shape[0]:
        raise Refused("SHAPE", f"input has {x.shape[-1]} values a row, weights need {weights.shape[0]}")
    kernel = b.constant(weights.T, f"{c.name}/kernel")
    kernel.quant = quant
    bias = np.zeros(weights.shape[1]) if bias is None else np.broadcast_to(bias, (weights.shape[1],))
    options = {"fused_activation_function": "NONE", "keep_num_dims": len(x.shape) > 2}
    return Value.plain(c.add("FULLY_CONNECTED", [x, kernel, b.constant(bias, f"{c.name}/bias")], options))


def matrix(found):
    """(array, quant) of a constant operand, or (None, None)."""
    if isinstance(found, np.ndarray):
        return found, None
    return (found.tensor.data, found.tensor.quant) if found.tensor.is_constant else (None, None)


@operator("Gemm")
def gemm(c):
    weights, quant = matrix(c.inputs[1])
    if weights is None or c.get("transA"):
        raise Refused("GEMM_FORM", "needs constant weights and transA=0")
    if c.get("transB"):
        weights = weights.T
    elif quant is not None:
        quant.axis = 1 - quant.axis
    alpha, beta = c.get("alpha", 1.0), c.get("beta", 1.0)
    bias = matrix(c.inputs[2])[0] if c.has(2) else None
    if c.has(2) and bias is None:
        raise Refused("NOT_CONSTANT", "bias is computed, needs a constant one")
    bias = None if bias is None else (bias * np.float32(beta)).reshape(-1)
    return dense(c, c.inputs[0], weights * np.float32(alpha), quant if alpha == 1.0 else None, bias)


@operator("MatMul")
def mat_mul(c):
    if isinstance(c.inputs[1], np.ndarray) or c.inputs[1].tensor.is_constant:
        weights, quant = matrix(c.inputs[1])
        if weights.ndim == 2:
            if quant is not None:
                quant.axis = 1 - quant.axis
            return dense(c, c.inputs[0], weights, quant, None)
    a, b = c.value(0).ordered(c.b), c.value(1).ordered(c.b)
    if min(a.rank, b.rank) < 2:
        raise Refused("RANK_1", "needs matrices")
    return Value.plain(c.add("BATCH_MATMUL", [a.tensor, b.tensor], {"adj_x": False, "adj_y": False}))


@operator("BatchNormalization")
def batch_normalization(c):
    value = c.value(0)
    gamma, beta, mean, variance = (c.constant(i).astype(np.float64) for i in range(1, 5))
    variance = variance + c.get("epsilon", 1e-5)
    if not (variance > 0).all():
        raise Refused("VARIANCE", "the variance of a channel is below 0; train or export again")
    factor = gamma / np.sqrt(variance)
    shape = (1, -1, *([1] * (value.rank - 2)))
    x = c.b.binary(
        "MUL", value.tensor, constant_like(c.b, factor.reshape(shape), value, f"{c.name}/scale"), f"{c.name}/scaled"
    )
    shift = constant_like(c.b, (beta - mean * factor).reshape(shape), value, f"{c.name}/shift")
    return Value(c.b.binary("ADD", x, shift, c.name), value.perm)


@operator("InstanceNormalization")
def instance_normalization(c):
    value = c.value(0)
    axes = sorted(value.axis(a) for a in range(2, value.rank))
    y = c.b.standardised(value.tensor, axes, c.get("epsilon", 1e-5), c.name)
    scale, shift = (c.constant(i).reshape(1, -1, *[1] * (value.rank - 2)) for i in (1, 2))
    y = c.b.binary("MUL", y, constant_like(c.b, scale, value, f"{c.name}/scale"), f"{c.name}/scaled")
    return Value(c.b.binary("ADD", y, constant_like(c.b, shift, value, f"{c.name}/shift"), c.name), value.perm)


@operator("LayerNormalization")
def layer_normalization(c):
    value = c.value(0)
    first = c.get("axis", -1) % value.rank
    axes = sorted(value.axis(a) for a in range(first, value.rank))
    y = c.b.standardised(value.tensor, axes, c.get("epsilon", 1e-5), c.name)
    y = c.b.binary("MUL", y, constant_like(c.b, c.constant(1), value, f"{c.name}/scale"), f"{c.name}/scaled")
    if c.has(2):
        y = c.b.binary("ADD", y, constant_like(c.b, c.constant(2), value, f"{c.name}/shift"), f"{c.name}/shifted")
    return Value(y, value.perm)
