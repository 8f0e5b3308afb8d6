# SPDX-License-Identifier: MIT
"""merge_reshapes: joins chains of RESHAPE, SQUEEZE and EXPAND_DIMS into one, drops those before
FULLY_CONNECTED, which flattens by itself.
"""

import numpy as np

from ..graph import Tensor

RESHAPERS = ("RESHAPE", "SQUEEZE", "EXPAND_DIMS")


def merge_reshapes(graph, settings):
    for node in list(graph.nodes):
        if node.op in RESHAPERS and not node.inputs[0].is_constant:
            _as_reshape(node)
    for node in list(graph.nodes):
        producer = graph.producers().get(id(node.inputs[0])) if node.inputs else None
        if producer is None or producer.op != "RESHAPE":
            continue
        if node.op == "RESHAPE" or _flattens_itself(node, producer):
            node.inputs[0] = producer.inputs[0]
            if not graph.is_output(producer.output) and not graph.consumers().get(id(producer.output)):
                graph.remove(producer)
    return graph


def _as_reshape(node):
    shape = node.output.shape
    node.op, node.options = "RESHAPE", {"new_shape": shape}
    node.inputs = [node.inputs[0], Tensor.constant(f"{node.output.name}/shape", np.asarray(shape, np.int32))]


def _flattens_itself(node, producer):
    if node.op != "FULLY_CONNECTED" or node.options.get("keep_num_dims"):
        return False
    before, after = producer.inputs[0].shape, producer.output.shape
    return before[0] == after[0] == 1 and after[-1] == node.inputs[1].shape[-1] and len(after) == 2
