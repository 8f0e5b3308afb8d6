# SPDX-License-Identifier: MIT
"""ulab.nn: one operator of a quantised network as a function on arrays, computed by mpylite's kernels. Each call writes a
model of that one operator and runs it; what a function ..._layer gives, for an input of that shape, is called again without
that work.

A quantisation is (scale, zero_point); weights have (scale, 0), or ((scale, scale, ...), 0) with one scale a channel.
"""

import struct
from array import array

import mpylite
from micropython import const
from ulab import numpy as np

SAME, VALID = 0, 1
NONE, RELU, RELU6 = 0, 1, 3  # TFLite's fused activations
_TYPES = {np.int8: 9, np.int32: 2, np.float: 0}
# TFLite's numbers of the operators; names that are not kept
_AVERAGE_POOL_2D = const(1)
_CONV_2D = const(3)
_DEPTHWISE_CONV_2D = const(4)
_DEQUANTIZE = const(6)
_FULLY_CONNECTED = const(9)
_MAX_POOL_2D = const(17)
_SOFTMAX = const(25)
_QUANTIZE = const(114)


class Layer:
    """An operator that is ready: call it with an input array."""

    def __init__(self, code, kind, options, tensors):
        """tensors: input, constants ..., output; each (shape, dtype, quantisation or None, constant array ...)."""
        self.model = _model(code, kind, options, tensors)
        self.shape, self.dtype = tensors[-1][0], tensors[-1][1]
        self._interpreter = mpylite.Interpreter(self.model)
        self._interpreter.allocate_tensors()

    def __call__(self, x):
        self._interpreter.set_tensor(0, x.copy())  # dense, whatever the view
        self._interpreter.invoke()
        index = self._interpreter.get_output_details()[0]["index"]
        return np.frombuffer(self._interpreter.get_tensor(index), dtype=self.dtype).reshape(self.shape)


def _at_once(layer):
    """The function that calls a new layer."""
    return lambda x, *arguments, **options: layer(x.shape, *arguments, **options)(x)


def _conv2d_layer(code, axis, shape, weights, bias, x_quant, weights_quant, y_quant, stride=(1, 1), padding=SAME, dilation=(1, 1), activation=NONE):
    y = _windows(shape, weights.shape[1:3], stride, padding, dilation, weights.shape[axis])
    multiplier = (y[3] // shape[3],) if axis else ()
    options = (padding, stride[1], stride[0]) + multiplier + (activation, dilation[1], dilation[0])
    return _weighted(code, code - 2, options, shape, weights, bias, x_quant, weights_quant, y_quant, y, axis)


def conv2d_layer(shape, *arguments, **options):
    """shape (n,h,w,c), weights (out,h,w,c), bias (out,) int32, x_quant, weights_quant, y_quant, stride=(1, 1), padding=SAME,
    dilation=(1, 1), activation=NONE"""
    return _conv2d_layer(_CONV_2D, 0, shape, *arguments, **options)


def depthwise_conv2d_layer(shape, *arguments, **options):
    """As conv2d_layer, with weights (1,h,w,c*multiplier), bias (c*multiplier,) int32."""
    return _conv2d_layer(_DEPTHWISE_CONV_2D, 3, shape, *arguments, **options)


def dense_layer(shape, weights, bias, x_quant, weights_quant, y_quant, activation=NONE):
    """shape (n,c), weights (out,c), bias (out,) int32"""
    y = (shape[0], weights.shape[0])
    return _weighted(_FULLY_CONNECTED, 8, (activation,), shape, weights, bias, x_quant, weights_quant, y_quant, y, 0)


# x, and what the layer's function takes behind the shape
conv2d = _at_once(conv2d_layer)
depthwise_conv2d = _at_once(depthwise_conv2d_layer)
dense = _at_once(dense_layer)


def _pool(code, x, size, stride=None, padding=VALID, activation=NONE, quant=(1.0, 0)):
    stride = stride or size
    y = _windows(x.shape, size, stride, padding, (1, 1), x.shape[3])
    options = (padding, stride[1], stride[0], size[1], size[0], activation)
    return Layer(code, 5, options, ((x.shape, np.int8, quant), (y, np.int8, quant)))(x)


def average_pool2d(x, *arguments, **options):
    """x (n,h,w,c), size, stride=size, padding=VALID, activation=NONE, quant=(1.0, 0)"""
    return _pool(_AVERAGE_POOL_2D, x, *arguments, **options)


def max_pool2d(x, *arguments, **options):
    """As average_pool2d."""
    return _pool(_MAX_POOL_2D, x, *arguments, **options)


def softmax(x, x_quant, beta=1.0):
    """Along the last axis; the result is quantised by (1/256, -128)."""
    return Layer(_SOFTMAX, 9, (float(beta),), ((x.shape, np.int8, x_quant), (x.shape, np.int8, (1 / 256, -128))))(x)


def quantize(x, quant):
    """float to int8."""
    return Layer(_QUANTIZE, 0, None, ((x.shape, np.float, None), (x.shape, np.int8, quant)))(x)


def dequantize(x, quant):
    """int8 to float."""
    return Layer(_DEQUANTIZE, 0, None, ((x.shape, np.int8, quant), (x.shape, np.float, None)))(x)


def _windows(shape, size, stride, padding, dilation, out):
    """(n,h,w,out)"""
    sides = [shape[0]]
    for k in (0, 1):
        length = shape[k + 1]
        if padding == VALID:
            length -= (size[k] - 1) * dilation[k]
        sides.append((length + stride[k] - 1) // stride[k])
    return tuple(sides) + (out,)


def _scales(quant):
    return quant[0] if isinstance(quant[0], (tuple, list)) else (quant[0],)


def _weighted(code, kind, options, shape, weights, bias, x_quant, weights_quant, y_quant, y, axis):
    scales = _scales(weights_quant)
    products = [x_quant[0] * scale for scale in scales]
    return Layer(
        code,
        kind,
        options,
        (
            (shape, np.int8, x_quant),
            (weights.shape, np.int8, (scales, 0, axis), weights),
            (bias.shape, np.int32, (products, 0), bias),
            (y, np.int8, y_quant),
        ),
    )


# ---- a model of one operator: TFLite's flatbuffer, written parent before child ------------------------------------
# A tuple is a table, its items the fields: an int or a float itself (of a byte, nobody reads the other three), None, or a
# child. Children are tables, lists of tables, and vectors of numbers: array or bytes.


def _model(code, kind, options, tensors):
    rows, buffers = [], [(None,)]
    for shape, dtype, quant, *constant in tensors:
        if quant:
            scales = _scales(quant)
            quant = (None, None, array("f", scales), array("q", [quant[1]] * len(scales)), None, None, quant[2] if len(quant) > 2 else 0)
        rows.append((array("i", shape), _TYPES[dtype], len(buffers), None, quant))
        buffers.append((bytes(constant[0].copy()),) if constant else (None,))
    inputs, output = array("i", range(len(rows) - 1)), array("i", (len(rows) - 1,))
    graph = (rows, array("i", (0,)), output, [(0, inputs, output, kind, options)])
    out = bytearray(b"\0\0\0\0TFL3")
    _write(out, 0, (3, [(code, None, 1, code)], [graph], None, buffers))
    return bytes(out)


def _write(out, index, value):
    """Appends a child and sets the offset at `index`."""
    number, fields = len(value), value if isinstance(value, (tuple, list)) else ()
    while (len(out) + 4) % (4 if fields else 16):  # a vector's items are aligned after its length
        out.append(0)
    if isinstance(value, tuple):
        slots = [4 + 2 * (number + number % 2), 4 + 4 * number]
        for field in value + (None,) * (number % 2):
            slots.append(0 if field is None else 4 * len(slots) - 4)
        out.extend(array("H", slots))
        number = slots[0]
    struct.pack_into("<I", out, index, len(out) - index)
    out.extend(struct.pack("<I", number))
    children = []
    for field in fields:
        if isinstance(field, float):
            field = struct.pack("<f", field)
        elif isinstance(field, int):
            field = struct.pack("<i", field)
        else:
            if field is not None:
                children.append((len(out), field))
            field = bytes(4)
        out.extend(field)
    if not fields:
        out.extend(value)
    for place, child in children:
        _write(out, place, child)
