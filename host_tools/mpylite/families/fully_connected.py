# SPDX-License-Identifier: MIT
"""FULLY_CONNECTED and BATCH_MATMUL: shapes, float arithmetic, MACs."""

import numpy as np

from . import operator
from .activation import fused
from .conv import with_bias


def fully_connected_shapes(node):
    x, weights = node.inputs[0].shape, node.inputs[1].shape
    if node.options.get("keep_num_dims"):
        return [(*x[:-1], weights[0])]
    return [(int(np.prod(x, dtype=np.int64)) // weights[1], weights[0])]


def fully_connected_macs(node):
    return np.prod(node.output.shape, dtype=np.int64) * node.inputs[1].shape[-1]


def mixes_rows(node):
    return node.output.shape[0] != 1 or node.inputs[0].shape[0] != 1


@operator("FULLY_CONNECTED", "weights", fully_connected_shapes, fully_connected_macs, mixes_rows, data_inputs=(0,))
def fully_connected(node, arrays):
    x, weights = arrays[0], arrays[1]
    if not node.options.get("keep_num_dims"):
        x = x.reshape(-1, weights.shape[1])
    return fused(node, with_bias(arrays, 2, x @ weights.T))


def _oriented(node, shapes):
    a, b = list(shapes[0]), list(shapes[1])
    if node.options.get("adj_x"):
        a[-2:] = a[:-3:-1]
    if node.options.get("adj_y"):
        b[-2:] = b[:-3:-1]
    return a, b


def batch_matmul_shapes(node):
    a, b = _oriented(node, [node.inputs[0].shape, node.inputs[1].shape])
    return [(*np.broadcast_shapes(tuple(a[:-2]), tuple(b[:-2])), a[-2], b[-1])]


def batch_matmul_macs(node):
    a, _ = _oriented(node, [node.inputs[0].shape, node.inputs[1].shape])
    return np.prod(node.output.shape, dtype=np.int64) * a[-1]


def rank_2(node):
    return any(len(t.shape) < 3 for t in node.inputs)


@operator("BATCH_MATMUL", "free", batch_matmul_shapes, batch_matmul_macs, rank_2)
def batch_matmul(node, arrays):
    a, b = arrays
    a = np.swapaxes(a, -1, -2) if node.options.get("adj_x") else a
    b = np.swapaxes(b, -1, -2) if node.options.get("adj_y") else b
    return a @ b
