# SPDX-License-Identifier: MIT
"""quantize: gives every float tensor its scale and integer type by TFLite's specification, int8 or
int16x8; weights and biases become integers. Needs the ranges of calibrate.
"""

import numpy as np

from .. import ops
from ..errors import DataError, Reason, UnsupportedError
from ..families import TABLE
from ..graph import Node, Quant, Tensor
from . import scales
from .quantize_lstm import quantize_lstm
from .ranges import METHODS, Range

WEIGHTS_AT = {
    "CONV_2D": (0, 1, 2),
    "DEPTHWISE_CONV_2D": (0, 1, 2),
    "FULLY_CONNECTED": (0, 1, 2),
    "TRANSPOSE_CONV": (2, 1, 3),
}
CHANNEL_AXIS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 0, "TRANSPOSE_CONV": 0}


def quantize(graph, settings):
    dtype = settings.activation_type
    _own_constants(graph)
    groups = _Groups(dtype, METHODS[settings.method], settings.margin)
    for tensor in graph.inputs:
        groups.enter(tensor)
    for node in list(graph.nodes):
        _place_node(graph, node, groups)
    groups.assign()
    _check_divisors(graph, dtype)
    for node in graph.nodes:
        if ops.rule(node.op) == "weights":
            _quantize_weights(node, settings)
        elif ops.rule(node.op) == "lstm":
            quantize_lstm(node, settings)
    for tensor in graph.tensors():
        if tensor.dtype == "float32" and tensor.quant is not None:
            if tensor.is_constant:
                tensor.data = tensor.quant.quantize(tensor.data, dtype)
            tensor.dtype = dtype
        tensor.range = None
    return graph


def _check_divisors(graph, dtype):
    """A divisor less than a step from zero would be stored as zero."""
    reasons = []
    for node in [n for n in graph.nodes if n.op == "DIV" and n.output.dtype == "float32"]:
        divisor = node.inputs[1]
        seen, step = divisor.range, float(divisor.quant.scale[0])
        low, high = (seen.low, seen.high) if seen is not None else scales.range_of(divisor.quant, dtype)
        if not (low >= step or high <= -step):
            found = f"the divisor reaches from {low:.4g} to {high:.4g} in steps of {step:.4g}"
            advice = f"{found}, needs to keep from 0; add a constant to it, or divide after the model"
            reasons.append(Reason(f"DIV '{node.name}'", "DIVISOR_NEAR_ZERO", advice))
    if reasons:
        raise UnsupportedError(graph.name, reasons)


def data_inputs(node):
    picks = TABLE[node.op].data_inputs
    picks = range(len(node.inputs)) if picks is None else picks
    return [
        (i, node.inputs[i])
        for i in picks
        if i < len(node.inputs) and node.inputs[i] is not None and node.inputs[i].dtype == "float32"
    ]


def _own_constants(graph):
    """Each use of a float constant gets a copy of its own: its scale depends on the reader."""
    seen = set()
    for node in graph.nodes:
        for i, tensor in enumerate(node.inputs):
            if tensor is None or not tensor.is_constant or tensor.dtype != "float32":
                continue
            if id(tensor) in seen:
                node.inputs[i] = tensor = Tensor(
                    f"{tensor.name}/{i}/{node.output.name}", tensor.shape, tensor.dtype, tensor.data
                )
            seen.add(id(tensor))


def _place_node(graph, node, groups):
    """Enters a node's tensors into the groups of equal scale, QUANTIZE where two cannot agree."""
    rule = ops.rule(node.op)
    outputs = [t for t in node.outputs if t.dtype == "float32"]
    for tensor in outputs:
        groups.enter(tensor)
        if rule == "fixed":
            groups.fix(tensor, scales.fixed(node.op, groups.dtype))
    for index, tensor in data_inputs(node):
        groups.enter(tensor)
        if rule == "same" and outputs and not groups.join(tensor, outputs[0]):
            node.inputs[index] = _requantized(graph, node, tensor, outputs[0], groups)
    if rule == "same":
        for tensor in outputs[1:]:
            groups.join(tensor, outputs[0])


def _requantized(graph, node, tensor, like, groups):
    copy = Tensor(f"{tensor.name}/requantized/{node.output.name}", tensor.shape, tensor.dtype, range=tensor.range)
    graph.insert_before(node, Node("QUANTIZE", [tensor], [copy], {}, f"{node.name}/requantize"))
    groups.enter(copy)
    groups.join(copy, like)
    return copy


class _Groups:
    """Tensors that must share one scale: union-find with the range, or the fixed scale, of each."""

    def __init__(self, dtype, method, margin):
        self.dtype, self.method, self.margin = dtype, method, margin
        self.parent, self.tensor, self.fixed = {}, {}, {}
        self.seen = {}  # root -> Range of all its tensors, None where nothing is known
        self.constant = {}  # root -> whether all its tensors are constant

    def enter(self, tensor):
        key = id(tensor)
        if key in self.parent or tensor.dtype != "float32":
            return
        self.parent[key], self.tensor[key] = key, tensor
        self.seen[key], self.constant[key] = tensor.range, tensor.is_constant
        if tensor.is_constant:
            self.seen[key] = Range()
            self.seen[key].update(np.append(tensor.data.reshape(-1), np.float32(0)))
        if tensor.quant is not None:
            self.fixed[key] = tensor.quant

    def root(self, tensor):
        key = id(tensor)
        while self.parent[key] != key:
            self.parent[key] = key = self.parent[self.parent[key]]
        return key

    def fix(self, tensor, quant):
        self.fixed[self.root(tensor)] = quant

    def join(self, a, b):
        """False where the two cannot share a scale."""
        ra, rb = self.root(a), self.root(b)
        if ra == rb:
            return True
        fa, fb = self.fixed.get(ra), self.fixed.get(rb)
        if fa is not None and fb is not None and not fa.same_as(fb):
            return False
        if (fa is None) != (fb is None) and not self._fits(rb if fa is not None else ra, fa if fa is not None else fb):
            return False
        self.parent[rb] = ra
        self.constant[ra] = self.constant[ra] and self.constant[rb]
        seen = [r for r in (self.seen[ra], self.seen[rb]) if r is not None]
        self.seen[ra] = seen[0].merged(seen[1]) if len(seen) == 2 else seen[0] if seen else None
        if fb is not None:
            self.fixed[ra] = fb
        return True

    def _fits(self, root, quant):
        seen = self.seen[root]
        low, high = scales.range_of(quant, self.dtype)
        slack = 1.01 * float(quant.scale[0])
        return seen is None or (low - slack <= seen.low and seen.high <= high + slack)

    def _ends(self, root):
        """The method chooses for activations; constants are covered whole."""
        seen = self.seen[root]
        if self.constant[root]:
            return seen.low, seen.high
        return seen.widened(*self.method(seen, self.dtype), self.margin)

    def assign(self):
        for tensor in self.tensor.values():
            root = self.root(tensor)
            quant = self.fixed.get(root)
            if quant is None:
                if self.seen[root] is None:
                    raise DataError(
                        f"'{tensor.name}' has no scale in the model and no calibration data; give --calibration DATA"
                    )
                quant = self.fixed[root] = scales.activation(*self._ends(root), self.dtype)
            tensor.quant = Quant(quant.scale, quant.zero_point)


def _keeps_scales(weights, axis):
    """True where a QDQ model gave scales of the form that TFLite wants."""
    quant = weights.quant
    return quant is not None and (
        quant.scale.size == 1 or (quant.axis == axis and quant.scale.size == weights.shape[axis])
    )


def _quantize_weights(node, settings):
    at_input, at_weights, at_bias = WEIGHTS_AT[node.op]
    x, weights = node.inputs[at_input], node.inputs[at_weights]
    axis = CHANNEL_AXIS[node.op]
    values = weights.data
    if not _keeps_scales(weights, axis):
        weights.quant = scales.weights(values, axis)
    bias = node.inputs[at_bias] if len(node.inputs) > at_bias else None
    if bias is not None and not settings.int16:
        scales.room_for_bias(weights.quant, x.quant, bias.data)
    weights.data, weights.dtype = scales.weight_values(values, weights.quant), "int8"
    if bias is not None:
        bias.quant = scales.bias(x.quant, weights.quant)
        bias.dtype = "int64" if settings.int16 else "int32"
        bias.data = bias.quant.quantize(bias.data, bias.dtype)
    elif node.op == "FULLY_CONNECTED":
        while len(node.inputs) <= at_bias:
            node.inputs.append(None)
    if settings.int16 and "quantized_bias_type" not in node.options:
        node.options["quantized_bias_type"] = 4
