# SPDX-License-Identifier: MIT
"""MEAN, SUM, REDUCE_MAX, REDUCE_MIN, ARG_MAX, ARG_MIN, CUMSUM: shapes and float arithmetic."""

import numpy as np

from . import operator
from .activation import as_input


def axes_of(node):
    rank = len(node.inputs[0].shape)
    return tuple(sorted({int(a) % rank for a in np.atleast_1d(node.inputs[1].data)}))


def reduce_shapes(node):
    axes, shape = axes_of(node), node.inputs[0].shape
    if node.options.get("keep_dims"):
        return [tuple(1 if i in axes else n for i, n in enumerate(shape))]
    return [tuple(n for i, n in enumerate(shape) if i not in axes)]


def over_batch(node):
    return 0 in axes_of(node)


def _declare(name, rule, function):
    @operator(name, rule, reduce_shapes, moves_batch=over_batch, data_inputs=(0,))
    def run(node, arrays):
        return function(arrays[0], axis=axes_of(node), keepdims=bool(node.options.get("keep_dims")))


_declare("MEAN", "free", np.mean)
_declare("SUM", "free", np.sum)
_declare("REDUCE_MAX", "same", np.max)
_declare("REDUCE_MIN", "same", np.min)


def arg_shapes(node):
    axis = axes_of(node)[0]
    return [tuple(n for i, n in enumerate(node.inputs[0].shape) if i != axis)]


@operator("ARG_MAX", "integer", arg_shapes, moves_batch=over_batch, data_inputs=(0,))
def arg_max(node, arrays):
    return np.argmax(arrays[0], axes_of(node)[0]).astype(node.output.dtype)


@operator("ARG_MIN", "integer", arg_shapes, moves_batch=over_batch, data_inputs=(0,))
def arg_min(node, arrays):
    return np.argmin(arrays[0], axes_of(node)[0]).astype(node.output.dtype)


@operator("CUMSUM", "free", as_input, moves_batch=over_batch, data_inputs=(0,))
def cumsum(node, arrays):
    axis = axes_of(node)[0]
    x = np.flip(arrays[0], axis) if node.options.get("reverse") else arrays[0]
    y = np.cumsum(x, axis)
    if node.options.get("exclusive"):
        y = y - x
    return np.flip(y, axis) if node.options.get("reverse") else y
