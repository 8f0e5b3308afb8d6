# SPDX-License-Identifier: MIT
"""move_reshapes: lets elementwise operators go before a RESHAPE that keeps the last axis, so that
batch normalisation and activations of 1-D layers meet the convolution they belong to.
"""

import numpy as np

UNARY = {"RELU", "RELU6", "RELU_N1_TO_1", "LEAKY_RELU", "LOGISTIC", "TANH", "ELU", "HARD_SWISH"}
BINARY = {"MUL", "ADD", "SUB"}


def move_reshapes(graph, settings):
    moved = True
    while moved:
        producers, users = graph.producers(), graph.consumers()
        moved = any(_move(graph, node, producers, users) for node in list(graph.nodes))
    return graph


def _move(graph, node, producers, users):
    reshape = producers.get(id(node.inputs[0])) if node.inputs and node.inputs[0] is not None else None
    if reshape is None or reshape.op != "RESHAPE" or not _per_channel(node):
        return False
    before, between, after = reshape.inputs[0], reshape.output, node.output
    if (
        len(users.get(id(between), ())) != 1
        or graph.is_output(between)
        or before.shape[-1:] != after.shape[-1:]
        or before.is_constant
    ):
        return False
    node.inputs[0], reshape.inputs[0], reshape.outputs = before, between, [after]
    node.outputs = [between]
    between.shape, between.dtype = before.shape, after.dtype
    graph.remove(node)
    graph.insert_before(reshape, node)
    return True


def _per_channel(node):
    if node.op in UNARY:
        return True
    if node.op not in BINARY or not node.inputs[1].is_constant:
        return False
    constant = node.inputs[1].data
    channels = node.output.shape[-1]
    return node.output.shape == node.inputs[0].shape and (
        constant.size == 1 or (constant.size == channels and np.shape(constant)[-1:] == (channels,))
    )
