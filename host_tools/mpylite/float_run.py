# SPDX-License-Identifier: MIT
"""Runs a Graph in numpy, several samples at once where they cannot mix; leaves arithmetic to ops."""

import numpy as np

from . import ops
from .errors import ModelError
from .graph import Node


def separable(graph):
    """True where every operator keeps samples apart along axis 0."""
    return all(t.shape[:1] == (1,) for t in graph.inputs) and not any(ops.moves_batch(n) for n in graph.nodes)


def results(node, arrays):
    """The float outputs of one operator; raises ModelError where it does not fit its inputs."""
    try:
        return ops.run(node, arrays)
    except (ValueError, IndexError, TypeError, ZeroDivisionError) as error:
        raise ModelError(
            f"layer '{node.name}': {node.op} does not fit its inputs ({error}); save the model again"
        ) from error


def before_activation(node, arrays):
    """(what the operator gives without its fused activation, function that applies it)"""
    plain = Node(node.op, node.inputs, node.outputs, {**node.options, "fused_activation_function": "NONE"}, node.name)
    return results(plain, arrays)[0], lambda values: ops.activated(node, values)


def run(graph, batch, observe=None, compute=results):
    """Outputs with a leading sample axis. `batch` holds for each input an array (samples, *shape[1:]).

    `observe(tensor, values)` sees every computed float tensor; `compute(node, arrays)` gives a node's outputs.
    """
    if separable(graph):
        return _once(graph, batch, observe, compute)
    samples = [
        _once(graph, [np.asarray(a[i]).reshape(t.shape) for a, t in zip(batch, graph.inputs)], observe, compute)
        for i in range(len(batch[0]))
    ]
    return [
        np.stack(parts).reshape(len(parts), *tensor.shape[1:] if tensor.shape[:1] == (1,) else tensor.shape)
        for parts, tensor in zip(zip(*samples), graph.outputs)
    ]


def _once(graph, batch, observe, compute):
    values = {id(t): a for t, a in zip(graph.inputs, batch)}
    last = {id(t): node for node in graph.nodes for t in node.inputs if t is not None}
    for tensor, array in zip(graph.inputs, batch):
        if observe:
            observe(tensor, array)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for node in graph.nodes:
            arrays = [_value(t, values) for t in node.inputs]
            made = compute(node, arrays)
            if observe:
                for tensor, array in ops.states(node, made):
                    observe(tensor, array)
            for tensor, array in zip(node.outputs, made):
                values[id(tensor)] = array.astype(tensor.dtype, copy=False)
                if observe:
                    observe(tensor, values[id(tensor)])
            for tensor in node.inputs:
                if tensor is not None and last[id(tensor)] is node and not graph.is_output(tensor):
                    values.pop(id(tensor), None)
    return [values[id(t)] for t in graph.outputs]


def _value(tensor, values):
    """None for what is left out, and for state, which starts at zero in every run."""
    if tensor is None or tensor.is_variable:
        return None
    return tensor.data if tensor.is_constant else values[id(tensor)]
