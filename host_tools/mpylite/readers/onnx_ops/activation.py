# SPDX-License-Identifier: MIT
"""Activations."""

import numpy as np

from ..keras_layers import activations
from ..onnx_values import Value, constant_like
from . import Refused, operator


def _plain(op):
    def run(c):
        value = c.value(0)
        return Value(c.add(op, [value.tensor]), value.perm)

    return run


for _name, _op in (("Relu", "RELU"), ("Sigmoid", "LOGISTIC"), ("Tanh", "TANH"), ("HardSwish", "HARD_SWISH")):
    operator(_name)(_plain(_op))


@operator("LeakyRelu")
def leaky_relu(c):
    value = c.value(0)
    return Value(c.add("LEAKY_RELU", [value.tensor], {"alpha": float(c.get("alpha", 0.01))}), value.perm)


@operator("PRelu")
def prelu(c):
    value, slope = c.value(0), c.constant(1)
    alpha = constant_like(c.b, slope, value, f"{c.name}/alpha")
    if alpha.data.ndim < value.rank - 1:
        alpha.data = alpha.data.reshape((1,) * (value.rank - 1 - alpha.data.ndim) + alpha.data.shape)
        alpha.shape = alpha.data.shape
    return Value(c.add("PRELU", [value.tensor, alpha]), value.perm)


@operator("Elu")
def elu(c):
    alpha = float(c.get("alpha", 1.0))
    return _plain("ELU")(c) if alpha == 1.0 else _curve("elu", alpha=1.0)(c)


def _curve(name, **options):
    """options: attribute -> what it is where the node does not say."""

    def run(c):
        value = c.value(0)
        given = {key: float(c.get(key, default)) for key, default in options.items()}
        return Value(c.add("CURVE", [value.tensor], {"curve": name, **given}), value.perm)

    return run


@operator("Shrink")
def shrink(c):
    limit, bias = float(c.get("lambd", 0.5)), float(c.get("bias", 0.0))
    if bias not in (0.0, limit):
        raise Refused("SHRINK", f"needs bias 0 or {limit}, as lambd")
    value = c.value(0)
    kind = "soft_shrink" if bias else "hard_shrink"
    return Value(c.add("CURVE", [value.tensor], {"curve": kind, "alpha": limit}), value.perm)


operator("Softplus")(_curve("softplus"))
operator("Softsign")(_curve("softsign"))
operator("Mish")(_curve("mish"))
operator("Celu")(_curve("celu", alpha=1.0))
operator("Selu")(_curve("selu", alpha=1.67326319217681884765625, gamma=1.05070102214813232421875))
operator("ThresholdedRelu")(_curve("threshold", alpha=1.0))


@operator("HardSigmoid")
def hard_sigmoid(c):
    """clip(alpha x + beta, 0, 1)"""
    value, alpha, beta = c.value(0), c.get("alpha", 0.2), c.get("beta", 0.5)
    scaled = c.b.scaled(value.tensor, 6 * alpha, f"{c.name}/scaled") if abs(6 * alpha - 1) > 1e-4 else value.tensor
    shift = c.b.constant(6 * beta, f"{c.name}/shift")
    six = c.add("ADD", [scaled, shift], {"fused_activation_function": "RELU6"}, "/six")
    return Value(c.b.scaled(six, 1 / 6, c.name), value.perm)


@operator("Gelu")
def gelu(c):
    value = c.value(0)
    return Value(activations.gelu(c.b, value.tensor, c.name, {}), value.perm)


@operator("Erf")
def erf(c):
    """tanh(1.1283792 x + 0.1009 x^3), within 0.0006."""
    value, b, name = c.value(0), c.b, c.name
    square = b.binary("MUL", value.tensor, value.tensor, f"{name}/square")
    factor = b.shifted(b.scaled(square, 0.1009110, f"{name}/cubic"), 1.1283791, f"{name}/factor")
    return Value(c.add("TANH", [b.binary("MUL", value.tensor, factor, f"{name}/inner")]), value.perm)


@operator("Clip")
def clip(c):
    value = c.value(0)
    low = c.get("min", None) if c.opset < 11 else c.constant(1)
    high = c.get("max", None) if c.opset < 11 else c.constant(2)
    low = None if low is None else float(np.ravel(low)[0])
    high = None if high is None else float(np.ravel(high)[0])
    fused = {(0.0, 6.0): "RELU6", (0.0, None): "RELU", (-1.0, 1.0): "RELU_N1_TO_1"}.get((low, high))
    x = value.tensor
    if fused:
        return Value(c.add(fused, [x]), value.perm)
    if low is not None and low > -3e38:
        x = c.add("MAXIMUM", [x, c.b.constant(low, f"{c.name}/min")], {}, "/low")
    if high is not None and high < 3e38:
        x = c.add("MINIMUM", [x, c.b.constant(high, f"{c.name}/max")], {})
    return Value(x, value.perm)


def _last(c, op, options):
    value = c.value(0)
    axis = c.get("axis", -1 if c.opset >= 13 else 1)
    if value.axis(axis) != value.rank - 1:
        axis %= value.rank
        order = [i for i in range(value.rank) if i != axis] + [axis]
        value = value.arranged(c.b, order)
    return Value(c.add(op, [value.tensor], options), value.perm)


@operator("Softmax")
def softmax(c):
    return _last(c, "SOFTMAX", {"beta": 1.0})


@operator("LogSoftmax")
def log_softmax(c):
    return _last(c, "LOG_SOFTMAX", {})
