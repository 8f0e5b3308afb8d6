# SPDX-License-Identifier: MIT
"""Activations: float arithmetic of the stand-alone operators and of fused activations."""

import numpy as np

from . import operator


def sigmoid(x):
    return (0.5 * (1.0 + np.tanh(0.5 * x))).astype(x.dtype)


FUSED = {
    "NONE": lambda x: x,
    "RELU": lambda x: np.maximum(x, 0),
    "RELU6": lambda x: np.clip(x, 0, 6),
    "RELU_N1_TO_1": lambda x: np.clip(x, -1, 1),
}


def fused(node, x):
    return FUSED[node.options.get("fused_activation_function", "NONE")](x)


def as_input(node):
    return [node.inputs[0].shape]


@operator("RELU", "free", as_input)
def relu(node, arrays):
    return FUSED["RELU"](arrays[0])


@operator("RELU6", "same", as_input)
def relu6(node, arrays):
    return FUSED["RELU6"](arrays[0])


@operator("RELU_N1_TO_1", "same", as_input)
def relu_n1_to_1(node, arrays):
    return FUSED["RELU_N1_TO_1"](arrays[0])


@operator("LEAKY_RELU", "free", as_input)
def leaky_relu(node, arrays):
    return np.where(arrays[0] >= 0, arrays[0], arrays[0] * np.float32(node.options["alpha"]))


@operator("PRELU", "free", as_input)
def prelu(node, arrays):
    return np.where(arrays[0] >= 0, arrays[0], arrays[0] * arrays[1])


@operator("ELU", "free", as_input)
def elu(node, arrays):
    return np.where(arrays[0] >= 0, arrays[0], np.expm1(np.minimum(arrays[0], 0)))


@operator("HARD_SWISH", "free", as_input)
def hard_swish(node, arrays):
    return arrays[0] * FUSED["RELU6"](arrays[0] + 3) / np.float32(6)


@operator("LOGISTIC", "fixed", as_input)
def logistic(node, arrays):
    return sigmoid(arrays[0])


@operator("TANH", "fixed", as_input)
def tanh(node, arrays):
    return np.tanh(arrays[0])


@operator("SOFTMAX", "fixed", as_input)
def softmax(node, arrays):
    x = arrays[0] * np.float32(node.options.get("beta", 1.0))
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


@operator("LOG_SOFTMAX", "fixed", as_input)
def log_softmax(node, arrays):
    x = arrays[0] - arrays[0].max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


@operator("L2_NORMALIZATION", "fixed", as_input)
def l2_normalization(node, arrays):
    length = np.sqrt((arrays[0] ** 2).sum(-1, keepdims=True))
    return arrays[0] / np.maximum(length, np.float32(1e-6))
