# SPDX-License-Identifier: MIT
"""Curves of one variable that no int8 runtime has in common: EXP, LOG, roundings, and CURVE for all others. In int8 they
become a table of 256 entries (passes/tabulate.py), which is exact to the last bit.
"""

import numpy as np

from . import operator
from .activation import as_input

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805
LEAST = 1e-12  # where a logarithm or a reciprocal would become infinite


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _elu(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _relu(x, slope=0.0, most=np.inf, threshold=0.0):
    """Keras's relu with all its arguments."""
    return np.where(x >= threshold, np.minimum(x, most), slope * (x - threshold))


def _reciprocal(x):
    return 1 / np.where(np.abs(x) < LEAST, LEAST, x)


# name -> function of float64 values and the node's options
CURVES = {
    "softplus": lambda x, o: _softplus(x),
    "softsign": lambda x, o: x / (1 + np.abs(x)),
    "mish": lambda x, o: x * np.tanh(_softplus(x)),
    "log_sigmoid": lambda x, o: -_softplus(-x),
    "selu": lambda x, o: o.get("gamma", SELU_SCALE) * _elu(x, o.get("alpha", SELU_ALPHA)),
    "elu": lambda x, o: _elu(x, o["alpha"]),
    "celu": lambda x, o: np.maximum(x, 0) + o["alpha"] * np.expm1(np.minimum(x / o["alpha"], 0)),
    "relu": lambda x, o: _relu(x, o["slope"], o["most"], o["threshold"]),
    "threshold": lambda x, o: np.where(x > o["alpha"], x, 0),
    "hard_shrink": lambda x, o: np.where(np.abs(x) > o["alpha"], x, 0),
    "soft_shrink": lambda x, o: np.sign(x) * np.maximum(np.abs(x) - o["alpha"], 0),
    "tanh_shrink": lambda x, o: x - np.tanh(x),
    "squareplus": lambda x, o: (x + np.sqrt(x * x + o["alpha"])) / 2,
    "reciprocal": lambda x, o: _reciprocal(x),
    "power": lambda x, o: _power(x, o["alpha"]),
}


def _power(x, exponent):
    """Negative bases of fractional powers, and zeros of negative ones, stay finite."""
    base = x if exponent == int(exponent) else np.maximum(x, 0)
    return np.power(np.where(base == 0, LEAST, base) if exponent < 0 else base, exponent)


@operator("CURVE", "table", as_input)
def curve(node, arrays):
    x = np.asarray(arrays[0], np.float64)
    return CURVES[node.options["curve"]](x, node.options).astype(arrays[0].dtype)


def _unary(name, function):
    @operator(name, "table", as_input)
    def run(node, arrays):
        return function(arrays[0])


_unary("EXP", np.exp)
_unary("LOG", lambda x: np.log(np.maximum(x, np.float32(LEAST))))
_unary("CEIL", np.ceil)
_unary("FLOOR", np.floor)
_unary("ROUND", np.round)
_unary("SQRT", lambda x: np.sqrt(np.maximum(x, 0)))
_unary("SIN", np.sin)
_unary("COS", np.cos)
_unary("SIGN", np.sign)
