# SPDX-License-Identifier: MIT
"""Activations, as layers and as arguments of other layers."""

import numpy as np

from . import Refused, layer


def activation(b, x, spec, name):
    """Adds the activation that Keras serialised as a name, a function or a layer object."""
    if spec is None:
        return x
    config = {}
    if isinstance(spec, dict):
        inner = spec.get("config")
        config = inner if isinstance(inner, dict) else {}
        spec = (
            inner
            if isinstance(inner, str)
            else config.get("name")
            if spec["class_name"] == "Function"
            else spec["class_name"]
        )
    function = ACTIVATIONS.get(_plain(spec))
    if function is None:
        raise Refused(name, f"activation {spec}", f"needs one of {', '.join(sorted(ACTIVATIONS))}")
    return function(b, x, name, config)


def _plain(name):
    return "".join(c for c in str(name).lower() if c.isalnum() or c == "_")


def _operator(op, **options):
    return lambda b, x, name, config: b.add(op, [x], options, name)


def _fused(b, x, amount, kind, name):
    return b.add("ADD", [x, b.constant(amount, f"{name}/amount")], {"fused_activation_function": kind}, name)


def hard_sigmoid(b, x, name, config):
    """relu6(x + 3) / 6, Keras 3's meaning."""
    return b.scaled(_fused(b, x, 3.0, "RELU6", name), 1 / 6, name)


def hard_sigmoid_of_keras_2(b, x, name, config):
    """clip(0.2 x + 0.5, 0, 1) = relu6(1.2 x + 3) / 6"""
    return b.scaled(_fused(b, b.scaled(x, 1.2, f"{name}/scaled"), 3.0, "RELU6", f"{name}/six"), 1 / 6, name)


def swish(b, x, name, config):
    return b.binary("MUL", x, b.add("LOGISTIC", [x], {}, f"{name}/sigmoid"), name)


def gelu(b, x, name, config):
    """x * (1 + tanh(0.7978846 (x + 0.044715 x^3))) / 2, within 0.0005 of the exact function."""
    cube = b.binary("MUL", b.binary("MUL", x, x, f"{name}/square"), x, f"{name}/cube")
    inner = b.binary("ADD", x, b.scaled(cube, 0.044715, f"{name}/cubic"), f"{name}/sum")
    tanh = b.add("TANH", [b.scaled(inner, 0.7978845608, f"{name}/inner")], {}, f"{name}/tanh")
    half = b.scaled(b.shifted(tanh, 1.0, f"{name}/one"), 0.5, f"{name}/half")
    return b.binary("MUL", x, half, name)


def relu(b, x, name, config):
    limit, slope = config.get("max_value"), float(config.get("negative_slope") or 0.0)
    threshold = float(config.get("threshold") or 0.0)
    if threshold or slope and limit is not None:
        most = np.inf if limit is None else float(limit)
        return b.add("CURVE", [x], {"curve": "relu", "slope": slope, "most": most, "threshold": threshold}, name)
    if slope:
        return b.add("LEAKY_RELU", [x], {"alpha": slope}, name)
    if limit is None or limit == 6:
        return b.add("RELU" if limit is None else "RELU6", [x], {}, name)
    return b.add("MINIMUM", [b.add("RELU", [x], {}, f"{name}/relu"), b.constant(limit, f"{name}/max")], {}, name)


def curve(kind, key=None, default=None):
    """A curve of one variable; `key` names its parameter in the configuration."""

    def run(b, x, name, config):
        more = {} if key is None else {"alpha": float(config.get(key, default))}
        return b.add("CURVE", [x], {"curve": kind, **more}, name)

    return run


def leaky_relu(b, x, name, config):
    alpha = config.get("negative_slope", config.get("alpha", 0.2))
    return b.add("LEAKY_RELU", [x], {"alpha": float(alpha)}, name)


def elu(b, x, name, config):
    if config.get("alpha", 1.0) != 1.0:
        return curve("elu", "alpha", 1.0)(b, x, name, config)
    return b.add("ELU", [x], {}, name)


def softmax(b, x, name, config):
    axis = config.get("axis", -1)
    if not isinstance(axis, int):
        raise Refused(name, f"softmax axis {axis}", "needs one axis")
    last = len(x.shape) - 1
    if axis % len(x.shape) == last:
        return b.add("SOFTMAX", [x], {"beta": 1.0}, name)
    order = [i for i in range(len(x.shape)) if i != axis % len(x.shape)] + [axis % len(x.shape)]
    y = b.add("SOFTMAX", [b.transpose(x, order, f"{name}/turned")], {"beta": 1.0}, f"{name}/softmax")
    return b.transpose(y, [order.index(i) for i in range(len(order))], name)


ACTIVATIONS = {
    "linear": lambda b, x, name, config: x,
    "relu": relu,
    "relu6": _operator("RELU6"),
    "leaky_relu": leaky_relu,
    "leakyrelu": leaky_relu,
    "elu": elu,
    "celu": curve("celu", "alpha", 1.0),
    "selu": curve("selu"),
    "mish": curve("mish"),
    "softplus": curve("softplus"),
    "softsign": curve("softsign"),
    "log_sigmoid": curve("log_sigmoid"),
    "hard_shrink": curve("hard_shrink", "threshold", 0.5),
    "soft_shrink": curve("soft_shrink", "threshold", 0.5),
    "tanh_shrink": curve("tanh_shrink"),
    "squareplus": curve("squareplus", "b", 4),
    "exponential": _operator("EXP"),
    "hard_tanh": _operator("RELU_N1_TO_1"),
    "sigmoid": _operator("LOGISTIC"),
    "tanh": _operator("TANH"),
    "hard_sigmoid": hard_sigmoid,
    "hardsigmoid": hard_sigmoid,
    "hard_sigmoid_of_keras_2": hard_sigmoid_of_keras_2,
    "hard_swish": _operator("HARD_SWISH"),
    "hard_silu": _operator("HARD_SWISH"),
    "hardswish": _operator("HARD_SWISH"),
    "swish": swish,
    "silu": swish,
    "gelu": gelu,
    "softmax": softmax,
    "log_softmax": _operator("LOG_SOFTMAX"),
}


@layer("Activation")
def activation_layer(b, call, inputs):
    return activation(b, inputs[0], call["activation"], call.name)


@layer("ReLU")
def relu_layer(b, call, inputs):
    return relu(b, inputs[0], call.name, call.config)


@layer("LeakyReLU")
def leaky_relu_layer(b, call, inputs):
    return leaky_relu(b, inputs[0], call.name, call.config)


@layer("ELU")
def elu_layer(b, call, inputs):
    return elu(b, inputs[0], call.name, call.config)


@layer("Softmax")
def softmax_layer(b, call, inputs):
    return softmax(b, inputs[0], call.name, call.config)


@layer("PReLU")
def prelu_layer(b, call, inputs):
    (alpha,) = call.weights.arrays(1)
    return b.add("PRELU", [inputs[0], b.constant(alpha, f"{call.name}/alpha")], {}, call.name)
