# SPDX-License-Identifier: MIT
"""ulab.nn: one operator of a quantised network as a function on arrays, computed by mpylite's kernels. Each call writes a
model of that one operator and runs it; what a function ..._layer gives, for an input of that shape, is called again without
that work.

A quantisation is (scale, zero_point); weights have (scale, 0), or ((scale, scale, ...), 0) with one scale a channel.
"""

import struct

import mpylite
from micropython import const
from ulab import numpy as np

SAME, VALID = 0, 1
NONE, RELU, RELU6 = 0, 1, 3  # TFLite's fused activations
_TYPES = {np.int8: 9, np.int16: 7, np.int32: 2, np.float: 0}
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
        """tensors: input, constants ..., output; each (shape, dtype, quantisation or None, constant array or None)."""
        self.model = _model(code, kind, options, tensors)
        self.shape, self.dtype = tensors[-1][0], tensors[-1][1]
        self._interpreter = mpylite.Interpreter(self.model)
        self._interpreter.allocate_tensors()

    def __call__(self, x):
        self._interpreter.set_tensor(0, x.copy())  # dense, whatever the view
        self._interpreter.invoke()
        index = self._interpreter.get_output_details()[0]["index"]
        return np.frombuffer(self._interpreter.get_tensor(index), dtype=self.dtype).reshape(self.shape)


def conv2d(x, *arguments, **options):
    """x (n,h,w,c), weights (out,h,w,c), bias (out,) int32. The other arguments are those of conv2d_layer."""
    return conv2d_layer(x.shape, *arguments, **options)(x)


def conv2d_layer(shape, weights, bias, x_quant, weights_quant, y_quant, stride=(1, 1), padding=SAME, dilation=(1, 1), activation=NONE):
    out, height, width, _ = weights.shape
    y = _windows(shape, (height, width), stride, padding, dilation) + (out,)
    options = {0: padding, 1: (stride[1],), 2: (stride[0],), 3: activation, 4: (dilation[1],), 5: (dilation[0],)}
    constants = _weights(weights, bias, x_quant, weights_quant, 0)
    return Layer(_CONV_2D, 1, options, [(shape, np.int8, x_quant, None)] + constants + [(y, np.int8, y_quant, None)])


def depthwise_conv2d(x, *arguments, **options):
    """x (n,h,w,c), weights (1,h,w,c*multiplier), bias (c*multiplier,) int32. The other arguments are those of depthwise_conv2d_layer."""
    return depthwise_conv2d_layer(x.shape, *arguments, **options)(x)


def depthwise_conv2d_layer(shape, weights, bias, x_quant, weights_quant, y_quant, stride=(1, 1), padding=SAME, dilation=(1, 1), activation=NONE):
    _, height, width, out = weights.shape
    y = _windows(shape, (height, width), stride, padding, dilation) + (out,)
    options = {0: padding, 1: (stride[1],), 2: (stride[0],), 3: (out // shape[3],), 4: activation, 5: (dilation[1],), 6: (dilation[0],)}
    constants = _weights(weights, bias, x_quant, weights_quant, 3)
    return Layer(_DEPTHWISE_CONV_2D, 2, options, [(shape, np.int8, x_quant, None)] + constants + [(y, np.int8, y_quant, None)])


def dense(x, *arguments, **options):
    """x (n,c), weights (out,c), bias (out,) int32. The other arguments are those of dense_layer."""
    return dense_layer(x.shape, *arguments, **options)(x)


def dense_layer(shape, weights, bias, x_quant, weights_quant, y_quant, activation=NONE):
    y = (shape[0], weights.shape[0])
    constants = _weights(weights, bias, x_quant, weights_quant, 0)
    return Layer(_FULLY_CONNECTED, 8, {0: activation}, [(shape, np.int8, x_quant, None)] + constants + [(y, np.int8, y_quant, None)])


def _pool(code, x, size, stride, padding, activation, quant):
    stride = stride or size
    y = _windows(x.shape, size, stride, padding, (1, 1)) + (x.shape[3],)
    options = {0: padding, 1: (stride[1],), 2: (stride[0],), 3: (size[1],), 4: (size[0],), 5: activation}
    return Layer(code, 5, options, [(x.shape, np.int8, quant, None), (y, np.int8, quant, None)])(x)


def average_pool2d(x, size, stride=None, padding=VALID, activation=NONE, quant=(1.0, 0)):
    return _pool(_AVERAGE_POOL_2D, x, size, stride, padding, activation, quant)


def max_pool2d(x, size, stride=None, padding=VALID, activation=NONE, quant=(1.0, 0)):
    return _pool(_MAX_POOL_2D, x, size, stride, padding, activation, quant)


def softmax(x, x_quant, beta=1.0):
    """Along the last axis; the result is quantised by (1/256, -128)."""
    return Layer(_SOFTMAX, 9, {0: beta}, [(x.shape, np.int8, x_quant, None), (x.shape, np.int8, (1 / 256, -128), None)])(x)


def quantize(x, quant):
    """float to int8."""
    return Layer(_QUANTIZE, 0, None, [(x.shape, np.float, None, None), (x.shape, np.int8, quant, None)])(x)


def dequantize(x, quant):
    """int8 to float."""
    return Layer(_DEQUANTIZE, 0, None, [(x.shape, np.int8, quant, None), (x.shape, np.float, None, None)])(x)


def _windows(shape, size, stride, padding, dilation):
    """(n, h, w) of the output."""
    sides = []
    for length, window, step, spread in zip(shape[1:3], size, stride, dilation):
        length -= 0 if padding == SAME else (window - 1) * spread
        sides.append((length + step - 1) // step)
    return (shape[0], sides[0], sides[1])


def _weights(weights, bias, x_quant, weights_quant, axis):
    scales = weights_quant[0] if isinstance(weights_quant[0], (tuple, list)) else (weights_quant[0],)
    products = tuple(x_quant[0] * scale for scale in scales)
    return [(weights.shape, np.int8, (scales, 0, axis), weights), (bias.shape, np.int32, (products, 0, 0), bias)]


# ---- a model of one operator: TFLite's flatbuffer, written parent before child ------------------------------------
# A table is a dict from field to value: an int is a byte, (int,) an int32, a float itself, everything else is a child:
# a dict, a list of dicts, or a vector (struct format, items).


def _model(code, kind, options, tensors):
    rows, buffers = [], [{}]
    for shape, dtype, quant, constant in tensors:
        row = {0: ("i", shape), 1: _TYPES[dtype], 2: (len(buffers) if constant is not None else 0,)}
        if constant is not None:
            buffers.append({0: ("B", bytes(constant.copy()))})
        if quant:
            scales = quant[0] if isinstance(quant[0], (tuple, list)) else (quant[0],)
            row[4] = {2: ("f", scales), 3: ("q", (quant[1],) * len(scales)), 6: (quant[2] if len(quant) > 2 else 0,)}
        rows.append(row)
    inputs = range(len(tensors) - 1)
    operator = {1: ("i", inputs), 2: ("i", (len(inputs),))}
    if kind:
        operator[3], operator[4] = kind, options
    graph = {0: rows, 1: ("i", (0,)), 2: ("i", (len(inputs),)), 3: [operator]}
    out = bytearray(b"\0\0\0\0TFL3")
    _write(out, 0, {0: (3,), 1: [{0: code, 2: (1,), 3: (code,)}], 2: [graph], 4: buffers})
    return bytes(out)


def _write(out, index, value):
    """Appends a child and sets the offset at `index`."""
    vector = value if isinstance(value, tuple) else None
    while len(out) % 16 != 12 if vector else len(out) % 4:  # a vector's items are aligned after its length
        out.append(0)
    start = len(out)
    children = []
    if vector:
        out.extend(struct.pack("<I", len(vector[1])))
        out.extend(vector[1] if vector[0] == "B" else struct.pack("<" + str(len(vector[1])) + vector[0], *vector[1]))
    elif isinstance(value, list):
        out.extend(struct.pack("<I", len(value)))
        children = [(start + 4 + 4 * k, child) for k, child in enumerate(value)]
        out.extend(bytes(4 * len(value)))
    else:
        start, children = _write_table(out, value)
    struct.pack_into("<I", out, index, start - index)
    for place, child in children:
        _write(out, place, child)


def _write_table(out, value):
    """The table with all its fields, 4 bytes each; gives its start and the children to come."""
    slots = max(value) + 1 if value else 0
    order = sorted(value)
    out.extend(struct.pack("<HH", 4 + 2 * slots, 4 + 4 * len(order)))
    for slot in range(slots):
        out.extend(struct.pack("<H", 4 + 4 * order.index(slot) if slot in value else 0))
    out.extend(bytes(2 * (slots % 2)))
    start = len(out)
    out.extend(struct.pack("<i", 4 + 2 * slots + 2 * (slots % 2)))
    children = []
    for slot in order:
        field = value[slot]
        if isinstance(field, tuple) and len(field) == 1:
            field = field[0]
        if isinstance(field, (int, float)):
            out.extend(struct.pack("<f" if isinstance(field, float) else "<i", field))  # of a byte, nobody reads the other three
        else:
            children.append((len(out), field))
            out.extend(bytes(4))
    return start, children
