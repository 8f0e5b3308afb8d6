# SPDX-License-Identifier: MIT
"""drop_identity: removes operators that change nothing, and those whose outputs nobody reads."""

import numpy as np


def drop_identity(graph, settings):
    for node in list(graph.nodes):
        if _changes_nothing(node) and not _would_join_ends(graph, node):
            _bypass(graph, node)
    needed = {id(t) for t in graph.outputs}
    kept = []
    for node in reversed(graph.nodes):
        if any(id(t) in needed for t in node.outputs) or not node.outputs:
            kept.append(node)
            needed |= {id(t) for t in node.inputs if t is not None}
    graph.nodes = kept[::-1]
    return graph


def _changes_nothing(node):
    if node.options.get("fused_activation_function", "NONE") != "NONE" or not node.inputs or node.inputs[0] is None:
        return False
    x, y = node.inputs[0], node.output
    if x.shape != y.shape or x.dtype != y.dtype or (x.quant is None) != (y.quant is None):
        return False
    if node.op in ("RESHAPE", "CONCATENATION", "SQUEEZE", "EXPAND_DIMS", "SLICE"):
        return len(node.inputs) == 1 or node.op != "CONCATENATION"
    if node.op == "TRANSPOSE":
        return list(node.inputs[1].data) == list(range(len(x.shape)))
    if node.op == "PAD":
        return not np.any(node.inputs[1].data)
    if node.op in ("MUL", "ADD") and node.inputs[1].is_constant and not x.is_constant and x.dtype == "float32":
        return bool(np.all(node.inputs[1].data == (1 if node.op == "MUL" else 0)))
    return False


def _would_join_ends(graph, node):
    """A graph output must stay a tensor of its own, apart from inputs and constants."""
    x = node.inputs[0]
    return graph.is_output(node.output) and (x.is_constant or graph.is_output(x) or any(x is t for t in graph.inputs))


def _bypass(graph, node):
    x, y = node.inputs[0], node.output
    if graph.is_output(y):
        x.name = y.name
    graph.replace(y, x)
    graph.remove(node)
