# SPDX-License-Identifier: MIT
"""MobileNetV2 1.0 for images of 224 x 224 as an int8 model with random weights: how long it takes does not depend on them."""

import numpy as np

from tests.kernels.model_builder import Operator, Subgraph, Tensor, build

# (expansion, channels, blocks, stride of the first), from the table of the MobileNetV2 paper
BLOCKS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
RELU6_SCALE = 6 / 255


class _Network:
    def __init__(self):
        self.tensors, self.operators, self._random = [], [], np.random.default_rng(0)

    def tensor(self, shape, scale, zero_point=0, dtype="int8", data=None, axis=0):
        self.tensors.append(Tensor(tuple(shape), dtype, scale, zero_point, axis, data))
        return len(self.tensors) - 1

    def operator(self, name, inputs, output, options):
        self.operators.append(Operator(name, inputs, [output], options))
        return output

    def _weights(self, shape, axis, x_scale):
        """(weights, bias), a scale for each output channel."""
        scales = [float(s) for s in self._random.uniform(0.002, 0.01, shape[axis])]
        w = self.tensor(shape, scales, data=self._random.integers(-127, 128, shape), axis=axis)
        bias = self._random.integers(-2000, 2000, shape[axis])
        return w, self.tensor((shape[axis],), [s * x_scale for s in scales], dtype="int32", data=bias)

    def conv(self, x, channels, kernel=1, stride=1, relu=True):
        """channels 0: depthwise."""
        n, h, w, depth = self.tensors[x].shape
        shape, axis = ((channels, kernel, kernel, depth), 0) if channels else ((1, kernel, kernel, depth), 3)
        weights = self._weights(shape, axis, self.tensors[x].scale)
        out_shape = (n, -(-h // stride), -(-w // stride), channels or depth)
        out = self.tensor(out_shape, RELU6_SCALE, -128) if relu else self.tensor(out_shape, 0.05, 3)
        options = {"padding": "SAME", "stride_w": stride, "stride_h": stride, "fused_activation_function": "RELU6" if relu else "NONE"}
        options |= {"dilation_w_factor": 1, "dilation_h_factor": 1}
        if channels:
            return self.operator("CONV_2D", [x, *weights], out, options)
        return self.operator("DEPTHWISE_CONV_2D", [x, *weights], out, options | {"depth_multiplier": 1})

    def block(self, x, expansion, channels, stride):
        depth = self.tensors[x].shape[3]
        y = self.conv(x, expansion * depth) if expansion > 1 else x
        y = self.conv(self.conv(y, 0, 3, stride), channels, relu=False)
        if stride > 1 or depth != channels:
            return y
        out = self.tensor(self.tensors[y].shape, 0.06, 2)
        return self.operator("ADD", [x, y], out, {"fused_activation_function": "NONE"})

    def head(self, x, classes):
        depth = self.tensors[x].shape[3]
        axes = self.tensor((2,), None, None, "int32", np.array([1, 2]))
        x = self.operator("MEAN", [x, axes], self.tensor((1, depth), RELU6_SCALE, -128), {"keep_dims": False})
        w = self.tensor((classes, depth), 0.004, data=self._random.integers(-127, 128, (classes, depth)))
        bias = self.tensor((classes,), 0.004 * RELU6_SCALE, dtype="int32", data=self._random.integers(-500, 500, classes))
        options = {"fused_activation_function": "NONE", "weights_format": "DEFAULT", "keep_num_dims": False}
        x = self.operator("FULLY_CONNECTED", [x, w, bias], self.tensor((1, classes), 0.1), options)
        return self.operator("SOFTMAX", [x], self.tensor((1, classes), 1 / 256, -128), {"beta": 1.0})


def content():
    """The model's bytes."""
    net = _Network()
    image = net.tensor((1, 224, 224, 3), 1 / 127.5, -1)
    x = net.conv(image, 32, 3, 2)
    for expansion, channels, blocks, stride in BLOCKS:
        for i in range(blocks):
            x = net.block(x, expansion, channels, 1 if i else stride)
    out = net.head(net.conv(x, 1280), 1000)
    return build([Subgraph(net.tensors, net.operators, [image], [out])])
