# SPDX-License-Identifier: MIT
"""spell_out: replaces operators that runtimes have only in float, or not in int16, by several that they
all have in the type wanted.
"""

import numpy as np

from ..graph import Node, Tensor

PLAIN = {"fused_activation_function": "NONE"}


def spell_out(graph, settings):
    for spellings in (ALWAYS, INT16 if settings.int16 else {}):
        for node in [n for n in graph.nodes if n.op in spellings and n.output.dtype == "float32"]:
            spellings[node.op](graph, node)
    return graph


def spell_out_clip(graph, settings):
    """What fuse_activation left: TensorFlow Lite Micro has RELU_N1_TO_1 only fused into another operator."""
    for node in [n for n in graph.nodes if n.op == "RELU_N1_TO_1" and n.output.dtype == "float32"]:
        low, high = (Tensor.constant(f"{node.output.name}/{n}", np.float32(v)) for n, v in (("low", -1), ("high", 1)))
        above = Tensor(f"{node.output.name}/above", node.output.shape)
        graph.insert_before(node, Node("MAXIMUM", [node.inputs[0], low], [above], {}, f"{node.name}/above"))
        node.op, node.inputs, node.options = "MINIMUM", [above, high], {}
    return graph


def _negative(graph, node):
    """-x = -1 * x"""
    minus = Tensor.constant(f"{node.output.name}/minus", np.float32(-1))
    node.op, node.inputs, node.options = "MUL", [node.inputs[0], minus], dict(PLAIN)


def _square(graph, node):
    node.op, node.inputs, node.options = "MUL", [node.inputs[0]] * 2, dict(PLAIN)


def _square_root(graph, node):
    """sqrt(x) = x / sqrt(x)"""
    x, y = node.inputs[0], node.output
    inverse = Tensor(f"{y.name}/inverse", x.shape)
    graph.insert_before(node, Node("RSQRT", [x], [inverse], {}, f"{node.name}/inverse"))
    node.op, node.inputs, node.options = "MUL", [x, inverse], dict(PLAIN)


def _sum(graph, node):
    """The mean times the count: LiteRT's own int8 SUM is wrong where zero points are not 0."""
    y = node.output
    count = int(np.prod(node.inputs[0].shape)) // max(int(np.prod(y.shape)), 1)
    mean = Tensor(f"{y.name}/mean", y.shape)
    graph.insert_before(node, Node("MEAN", node.inputs, [mean], node.options, f"{node.name}/mean"))
    factor = Tensor.constant(f"{y.name}/count", np.float32(count))
    node.op, node.inputs, node.options = "MUL", [mean, factor], dict(PLAIN)


def _division(graph, node):
    """By a constant: times its reciprocal. By a square root: times RSQRT, the form of layer normalisation. A constant by
    a value: times the value's reciprocal, one curve."""
    x, divisor = node.inputs
    if divisor.is_constant and np.all(divisor.data):
        inverse = Tensor.constant(f"{divisor.name}/inverse", (1.0 / divisor.data).astype(np.float32))
    else:
        root = graph.producers().get(id(divisor))
        if root is None or root.op != "SQRT":
            if x.is_constant:
                inverse = Tensor(f"{node.output.name}/inverse", divisor.shape)
                curve = Node("CURVE", [divisor], [inverse], {"curve": "reciprocal"}, f"{node.name}/inverse")
                graph.insert_before(node, curve)
                node.op, node.inputs = "MUL", [inverse, x]
            return
        inverse = Tensor(f"{node.output.name}/inverse", divisor.shape)
        graph.insert_before(node, Node("RSQRT", [root.inputs[0]], [inverse], {}, f"{node.name}/inverse"))
    node.op, node.inputs = "MUL", [x, inverse]


def _power(graph, node):
    """By a constant: a curve."""
    exponent = node.inputs[1]
    if exponent.is_constant and exponent.data.size == 1:
        node.op, node.inputs = "CURVE", node.inputs[:1]
        node.options = {"curve": "power", "alpha": float(exponent.data.reshape(()))}


def _hard_swish(graph, node):
    """x * relu6(x + 3) * (1/6)"""
    x, y, name = node.inputs[0], node.output, node.name
    gate = Tensor(f"{y.name}/gate", x.shape)
    product = Tensor(f"{y.name}/product", x.shape)
    three = Tensor.constant(f"{y.name}/three", np.float32(3))
    sixth = Tensor.constant(f"{y.name}/sixth", np.float32(1 / 6))
    graph.insert_before(node, Node("ADD", [x, three], [gate], {"fused_activation_function": "RELU6"}, f"{name}/gate"))
    graph.insert_before(node, Node("MUL", [x, gate], [product], dict(PLAIN), f"{name}/product"))
    graph.insert_before(node, Node("MUL", [product, sixth], [y], dict(PLAIN), name))
    graph.remove(node)


def _prelu(graph, node):
    """relu(x) + alpha * (x - relu(x))"""
    x, alpha, y, name = node.inputs[0], node.inputs[1], node.output, node.name
    positive, negative, bent = (Tensor(f"{y.name}/{part}", x.shape) for part in ("positive", "negative", "bent"))
    graph.insert_before(node, Node("RELU", [x], [positive], {}, f"{name}/positive"))
    graph.insert_before(node, Node("SUB", [x, positive], [negative], dict(PLAIN), f"{name}/negative"))
    graph.insert_before(node, Node("MUL", [negative, alpha], [bent], dict(PLAIN), f"{name}/bent"))
    graph.insert_before(node, Node("ADD", [positive, bent], [y], dict(PLAIN), name))
    graph.remove(node)


ALWAYS = {"DIV": _division, "NEG": _negative, "POW": _power, "SQUARE": _square, "SUM": _sum}
INT16 = {"HARD_SWISH": _hard_swish, "PRELU": _prelu, "SQRT": _square_root}  # after ALWAYS: DIV looks for SQRT
