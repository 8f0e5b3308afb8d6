# SPDX-License-Identifier: MIT
"""fold_batch_norm: takes a constant MUL, DIV, ADD or SUB per channel into the weights and bias of the
convolution or FULLY_CONNECTED before it, and a MUL into one that follows without padding.
"""

import numpy as np

from ..graph import Tensor

OUTPUT_AXIS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 0, "TRANSPOSE_CONV": 0}
BIAS = {"CONV_2D": 2, "DEPTHWISE_CONV_2D": 2, "FULLY_CONNECTED": 2, "TRANSPOSE_CONV": 3}


def fold_batch_norm(graph, settings):
    folded = True
    while folded:
        folded = False
        producers, users = graph.producers(), graph.consumers()
        for node in list(graph.nodes):
            before = producers.get(id(node.inputs[0])) if node.inputs else None
            if before is not None and _foldable(graph, before, node, users):
                _fold(graph, before, node, users)
                folded = True
                break
    return graph


def _foldable(graph, before, node, users):
    if before.op not in OUTPUT_AXIS or node.op not in ("MUL", "DIV", "ADD", "SUB"):
        return False
    constant = node.inputs[1]
    if not constant.is_constant or node.output.shape != before.output.shape:
        return False
    if constant.data.size != 1 and (
        constant.data.size != before.output.shape[-1] or constant.shape[-1:] != before.output.shape[-1:]
    ):
        return False
    if before.options.get("fused_activation_function", "NONE") != "NONE" or graph.is_output(before.output):
        return False
    return before.inputs[1].is_constant and len(users[id(before.output)]) == 1 and before.output.dtype == "float32"


def _fold(graph, before, node, users):
    channels = before.output.shape[-1]
    values = np.broadcast_to(node.inputs[1].data.reshape(-1).astype(np.float64), (channels,))
    weights, bias = _own(before, 1, users), _own_bias(before, channels, users)
    if node.op in ("MUL", "DIV"):
        weights.quant = None  # the scales of a QDQ model no longer fit
        factor = values if node.op == "MUL" else 1.0 / values
        shape = [1] * weights.data.ndim
        shape[OUTPUT_AXIS[before.op]] = channels
        weights.data = (weights.data * factor.reshape(shape)).astype(np.float32)
        bias.data = (bias.data * factor).astype(np.float32)
    else:
        bias.data = (bias.data + (values if node.op == "ADD" else -values)).astype(np.float32)
    before.outputs = node.outputs
    before.options["fused_activation_function"] = node.options.get("fused_activation_function", "NONE")
    graph.remove(node)


def _own(node, index, users):
    """The constant at `index`, copied first where other operators read it too."""
    tensor = node.inputs[index]
    if len(users.get(id(tensor), ())) > 1:
        tensor = Tensor(f"{tensor.name}/{node.name}", tensor.shape, tensor.dtype, tensor.data)
        node.inputs[index] = tensor
    return tensor


def _own_bias(node, channels, users):
    index = BIAS[node.op]
    while len(node.inputs) <= index:
        node.inputs.append(None)
    if node.inputs[index] is None:
        node.inputs[index] = Tensor.constant(f"{node.name}/bias", np.zeros(channels, np.float32))
    return _own(node, index, users)
