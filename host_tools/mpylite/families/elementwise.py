# SPDX-License-Identifier: MIT
"""Elementwise operators of one or two inputs, with broadcasting: shapes and float arithmetic."""

import numpy as np

from . import operator
from .activation import as_input, fused


def broadcast_shapes(node):
    return [np.broadcast_shapes(*(t.shape for t in node.inputs))]


def ranks_differ(node):
    """Several samples on axis 0 stay apart only where axis 0 of every operand is the batch."""
    rank = max(len(t.shape) for t in node.inputs)
    return any(len(t.shape) != rank and not t.is_constant for t in node.inputs) or any(
        t.is_constant and len(t.shape) == rank and t.shape[0] != 1 for t in node.inputs
    )


def _binary(name, rule, function):
    @operator(name, rule, broadcast_shapes, moves_batch=ranks_differ)
    def run(node, arrays):
        return fused(node, function(*arrays))


def _unary(name, rule, function):
    @operator(name, rule, as_input)
    def run(node, arrays):
        return function(arrays[0])


_binary("ADD", "free", np.add)
_binary("SUB", "free", np.subtract)
_binary("MUL", "free", np.multiply)
_binary("DIV", "free", np.divide)
_binary("SQUARED_DIFFERENCE", "free", lambda a, b: (a - b) ** 2)
_binary("MAXIMUM", "same", np.maximum)
_binary("MINIMUM", "same", np.minimum)
_binary("POW", "free", np.power)  # spell_out makes a curve of it
_unary("ABS", "free", np.abs)
_unary("NEG", "free", np.negative)
_unary("SQUARE", "free", np.square)
_unary("RSQRT", "free", lambda x: 1 / np.sqrt(np.maximum(x, np.float32(1e-12))))
