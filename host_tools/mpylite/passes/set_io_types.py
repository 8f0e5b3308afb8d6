# SPDX-License-Identifier: MIT
"""set_io_types: puts QUANTIZE and DEQUANTIZE at the ends where the user wants float32 or uint8 there."""

from ..graph import Node, Quant, Tensor


def set_io_types(graph, settings):
    inner = settings.activation_type
    for i, tensor in enumerate(graph.inputs):
        wanted = settings.input_type
        if tensor.dtype != inner or wanted in (inner, "int8" if settings.int16 else None):
            continue
        outside = _outside(tensor, wanted)
        tensor.name, outside.name = f"{tensor.name}/{inner}", tensor.name
        graph.nodes.insert(i, Node("QUANTIZE", [outside], [tensor], {}, f"{outside.name}/quantize"))
        graph.inputs[i] = outside
    for i, tensor in enumerate(graph.outputs):
        wanted = settings.output_type
        if tensor.dtype != inner or wanted in (inner, "int8" if settings.int16 else None):
            continue
        outside = _outside(tensor, wanted)
        tensor.name, outside.name = f"{tensor.name}/{inner}", tensor.name
        op = "DEQUANTIZE" if wanted == "float32" else "QUANTIZE"
        graph.nodes.append(Node(op, [tensor], [outside], {}, f"{outside.name}/{op.lower()}"))
        graph.outputs[i] = outside
    return graph


def _outside(tensor, wanted):
    if wanted == "float32":
        return Tensor(tensor.name, tensor.shape, "float32")
    return Tensor(tensor.name, tensor.shape, "uint8", quant=Quant(tensor.quant.scale, tensor.quant.zero_point + 128))
