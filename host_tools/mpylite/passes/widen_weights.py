# SPDX-License-Identifier: MIT
"""widen_weights: turns float16 constants, and the int8 constants of hybrid models, back into float32
so that the whole graph can be quantised.
"""

from ..graph import Tensor


def widen_weights(graph, settings):
    for node in list(graph.nodes):
        if node.op == "DEQUANTIZE" and node.inputs[0].is_constant and not graph.is_output(node.output):
            graph.replace(node.output, _wide(node.inputs[0]))
            graph.remove(node)
    for node in graph.nodes:
        if node.output.dtype != "float32" or node.op in ("DEQUANTIZE", "QUANTIZE"):
            continue
        for i, tensor in enumerate(node.inputs):
            if tensor is None or not tensor.is_constant:
                continue
            if tensor.dtype == "float16" or (tensor.dtype in ("int8", "uint8") and tensor.quant is not None):
                node.inputs[i] = _wide(tensor)
    return graph


def _wide(tensor):
    values = tensor.quant.dequantize(tensor.data) if tensor.quant is not None else tensor.data
    return Tensor.constant(tensor.name, values, "float32")
