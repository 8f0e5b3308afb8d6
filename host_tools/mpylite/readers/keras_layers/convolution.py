# SPDX-License-Identifier: MIT
"""Dense and convolution layers in one and two dimensions; 1-D runs as 2-D on a row of height 1."""

import numpy as np

from ...errors import ModelError
from . import LAYERS, Refused, channels_last, layer, pair
from .activations import activation


def finish(b, call, x):
    return activation(
        b,
        x,
        call.get("activation"),
        f"{call.name}/activation" if call.get("activation") not in (None, "linear") else call.name,
    )


def kernel_and_bias(call):
    arrays = call.weights.arrays(2 if call["use_bias"] else 1)
    return arrays[0], (arrays[1] if call["use_bias"] else None)


def bias_tensor(b, call, bias, count):
    return b.constant(np.zeros(count) if bias is None else bias, f"{call.name}/bias")


@layer("Dense")
def dense(b, call, inputs):
    x = inputs[0]
    kernel, bias = kernel_and_bias(call)
    if kernel.ndim != 2 or kernel.shape[0] != x.shape[-1]:
        raise Refused(
            call.name, f"kernel of shape {kernel.shape}", f"needs ({x.shape[-1]}, units); save the model again"
        )
    weights = b.constant(kernel.T, f"{call.name}/kernel")
    options = {"fused_activation_function": "NONE", "keep_num_dims": len(x.shape) > 2}
    return finish(
        b, call, b.add("FULLY_CONNECTED", [x, weights, bias_tensor(b, call, bias, kernel.shape[1])], options, call.name)
    )


def conv_options(strides, padding, dilation=(1, 1), **more):
    return {
        "padding": padding,
        "stride_h": strides[0],
        "stride_w": strides[1],
        "dilation_h_factor": dilation[0],
        "dilation_w_factor": dilation[1],
        "fused_activation_function": "NONE",
        **more,
    }


def as_2d(b, x, name):
    """(1,w,c) as (1,1,w,c), the form in which TFLite convolves over one axis."""
    return b.reshape(x, (x.shape[0], 1, *x.shape[1:]), f"{name}/as_2d")


def as_1d(b, x, name):
    return b.reshape(x, (x.shape[0], *x.shape[2:]), f"{name}/as_1d")


def one_dimension(function):
    """The 1-D layer: the 2-D function on a row of height 1."""

    def run(b, call, inputs):
        y = function(b, call, [as_2d(b, inputs[0], call.name), *inputs[1:]], 1)
        return as_1d(b, y, call.name)

    return run


def size_2d(call, key, dimensions, default=1, least=1):
    value = call.get(key, default)
    sizes = pair(value) if dimensions == 2 else (1, value if isinstance(value, int) else value[0])
    if any(not isinstance(n, int) or n < least for n in sizes):
        raise ModelError(
            f"layer '{call.name}': {key} is {value}, needs whole numbers above {least - 1}; save the model again"
        )
    return sizes


def padding_name(call, *more):
    name = str(call["padding"]).upper()
    if name not in ("SAME", "VALID", *more):
        raise ModelError(
            f"layer '{call.name}': padding is {call['padding']}, needs same or valid; save the model again"
        )
    return name


def padding_of(b, call, x, kernel, dimensions):
    """(padded x, TFLite padding): causal becomes an explicit pad on the left."""
    padding = padding_name(call, "CAUSAL")
    if padding != "CAUSAL":
        return x, padding
    before = (kernel[1] - 1) * size_2d(call, "dilation_rate", dimensions)[1]
    return b.pad(x, [[0, 0], [0, 0], [before, 0], [0, 0]], f"{call.name}/causal"), "VALID"


def convolution(b, call, x, kernel, bias, dimensions):
    """kernel (kh,kw,c,o)"""
    x, padding = padding_of(b, call, x, kernel.shape, dimensions)
    weights = b.constant(kernel.transpose(3, 0, 1, 2), f"{call.name}/kernel")
    options = conv_options(size_2d(call, "strides", dimensions), padding, size_2d(call, "dilation_rate", dimensions))
    return b.add("CONV_2D", [x, weights, bias_tensor(b, call, bias, kernel.shape[3])], options, call.name)


def depthwise(b, call, x, kernel, bias, dimensions, name):
    """kernel (kh,kw,c,multiplier)"""
    x, padding = padding_of(b, call, x, kernel.shape, dimensions)
    kh, kw, c, multiplier = kernel.shape
    weights = b.constant(kernel.reshape(1, kh, kw, c * multiplier), f"{name}/kernel")
    options = conv_options(
        size_2d(call, "strides", dimensions),
        padding,
        size_2d(call, "dilation_rate", dimensions),
        depth_multiplier=multiplier,
    )
    return b.add("DEPTHWISE_CONV_2D", [x, weights, bias_tensor(b, call, bias, c * multiplier)], options, name)


def row(kernel, dimensions):
    return kernel if dimensions == 2 else kernel[None]


def conv_layer(b, call, inputs, dimensions=2):
    channels_last(call)
    kernel, bias = kernel_and_bias(call)
    return finish(b, call, convolution(b, call, inputs[0], row(kernel, dimensions), bias, dimensions))


def depthwise_layer(b, call, inputs, dimensions=2):
    channels_last(call)
    kernel, bias = kernel_and_bias(call)
    return finish(b, call, depthwise(b, call, inputs[0], row(kernel, dimensions), bias, dimensions, call.name))


def separable_layer(b, call, inputs, dimensions=2):
    channels_last(call)
    arrays = call.weights.arrays(3 if call["use_bias"] else 2)
    x = depthwise(b, call, inputs[0], row(arrays[0], dimensions), None, dimensions, f"{call.name}/depthwise")
    kernel = row(arrays[1], dimensions)
    weights = b.constant(kernel.transpose(3, 0, 1, 2), f"{call.name}/kernel")
    bias = bias_tensor(b, call, arrays[2] if call["use_bias"] else None, kernel.shape[3])
    return finish(b, call, b.add("CONV_2D", [x, weights, bias], conv_options((1, 1), "VALID"), call.name))


def transpose_layer(b, call, inputs, dimensions=2):
    channels_last(call)
    kernel, bias = kernel_and_bias(call)
    kernel = row(kernel, dimensions)  # (kh,kw,o,c)
    if set(size_2d(call, "dilation_rate", dimensions)) != {1}:
        raise Refused(call.name, "dilation_rate of a transposed convolution", "needs 1")
    x, strides, same = inputs[0], size_2d(call, "strides", dimensions), call["padding"] == "same"
    if call.get("output_padding") is None:
        size = [n * s if same else (n - 1) * s + max(k, s) for n, s, k in zip(x.shape[1:3], strides, kernel.shape)]
    else:
        more = (0, 0)[: 2 - dimensions] + size_2d(call, "output_padding", dimensions, least=0)[2 - dimensions :]
        cut = [2 * (k // 2) if same else 0 for k in kernel.shape[:2]]
        parts = zip(x.shape[1:3], strides, kernel.shape, cut, more)
        size = [(n - 1) * s + k - c + m for n, s, k, c, m in parts]
    shape = b.constant([x.shape[0], *size, kernel.shape[2]], f"{call.name}/output_shape", np.int32)
    weights = b.constant(kernel.transpose(2, 0, 1, 3), f"{call.name}/kernel")
    options = {
        "padding": padding_name(call),
        "stride_h": strides[0],
        "stride_w": strides[1],
        "fused_activation_function": "NONE",
    }
    return finish(
        b,
        call,
        b.add(
            "TRANSPOSE_CONV",
            [shape, weights, x, bias_tensor(b, call, bias, kernel.shape[2])],
            options,
            call.name,
            "float32",
        ),
    )


for _name, _function in (("Conv", conv_layer), ("DepthwiseConv", depthwise_layer), ("SeparableConv", separable_layer)):
    LAYERS[f"{_name}2D"] = _function
    LAYERS[f"{_name}1D"] = one_dimension(_function)
LAYERS["SeparableConvolution2D"] = separable_layer
LAYERS["Conv2DTranspose"] = transpose_layer
LAYERS["Conv1DTranspose"] = one_dimension(transpose_layer)
