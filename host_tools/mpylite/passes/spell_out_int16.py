# SPDX-License-Identifier: MIT
"""spell_out_int16: replaces operators that TFLite has only in int8 by several that int16x8 has too."""

import numpy as np

from ..graph import Node, Tensor


def spell_out_int16(graph, settings):
    if settings.int16:
        for node in [n for n in graph.nodes if n.op in SPELLINGS]:
            SPELLINGS[node.op](graph, node)
    return graph


def _hard_swish(graph, node):
    """x * relu6(x + 3) * (1/6)"""
    x, y, name = node.inputs[0], node.output, node.name
    gate = Tensor(f"{y.name}/gate", x.shape)
    product = Tensor(f"{y.name}/product", x.shape)
    three = Tensor.constant(f"{y.name}/three", np.float32(3))
    sixth = Tensor.constant(f"{y.name}/sixth", np.float32(1 / 6))
    plain = {"fused_activation_function": "NONE"}
    graph.insert_before(node, Node("ADD", [x, three], [gate], {"fused_activation_function": "RELU6"}, f"{name}/gate"))
    graph.insert_before(node, Node("MUL", [x, gate], [product], dict(plain), f"{name}/product"))
    graph.insert_before(node, Node("MUL", [product, sixth], [y], dict(plain), name))
    graph.remove(node)


def _prelu(graph, node):
    """relu(x) + alpha * (x - relu(x))"""
    x, alpha, y, name = node.inputs[0], node.inputs[1], node.output, node.name
    positive, negative, bent = (Tensor(f"{y.name}/{part}", x.shape) for part in ("positive", "negative", "bent"))
    plain = {"fused_activation_function": "NONE"}
    graph.insert_before(node, Node("RELU", [x], [positive], {}, f"{name}/positive"))
    graph.insert_before(node, Node("SUB", [x, positive], [negative], dict(plain), f"{name}/negative"))
    graph.insert_before(node, Node("MUL", [negative, alpha], [bent], dict(plain), f"{name}/bent"))
    graph.insert_before(node, Node("ADD", [positive, bent], [y], dict(plain), name))
    graph.remove(node)


SPELLINGS = {"HARD_SWISH": _hard_swish, "PRELU": _prelu}
