# SPDX-License-Identifier: MIT
"""merge_transposes: joins a TRANSPOSE with the one after it, activations between them let through; what
then turns nothing is dropped by drop_identity.
"""

import numpy as np

from ..graph import Tensor
from .move_reshapes import UNARY


def merge_transposes(graph, settings):
    merged = True
    while merged:
        producers, users = graph.producers(), graph.consumers()
        merged = any(_merge(graph, node, producers, users) for node in list(graph.nodes))
    return graph


def _merge(graph, node, producers, users):
    before = producers.get(id(node.inputs[0])) if node.inputs and node.inputs[0] is not None else None
    if before is None or before.op != "TRANSPOSE" or graph.is_output(before.output):
        return False
    if node.op == "TRANSPOSE":
        order = before.inputs[1].data[node.inputs[1].data]
        node.inputs = [before.inputs[0], Tensor.constant(f"{node.output.name}/perm", np.asarray(order, np.int32))]
        if len(users[id(before.output)]) == 1:
            graph.remove(before)
        return True
    if node.op in UNARY and len(users[id(before.output)]) == 1 and _turned_back(node, users):
        _let_through(graph, before, node)
        return True
    return False


def _turned_back(node, users):
    readers = users.get(id(node.output), ())
    return bool(readers) and all(reader.op == "TRANSPOSE" for reader in readers)


def _let_through(graph, transpose, node):
    """transpose then node, as node then transpose."""
    x, between, y = transpose.inputs[0], transpose.output, node.output
    between.shape = x.shape
    node.inputs[0], node.outputs = x, [between]
    transpose.inputs[0], transpose.outputs = between, [y]
    graph.remove(node)
    graph.insert_before(transpose, node)
