# SPDX-License-Identifier: MIT
"""Puts an operator between two others, so that the plan may lay its output on its input's memory. No case stands here."""

from ..case import Case, T
from ..model_builder import Operator, Subgraph


def between(case, operator):
    """The case with a QUANTIZE to the same scale before its first input and after its output."""
    x, y = case.inputs[0], case.outputs[0]
    tensors = [T(x.shape, x.dtype, x.scale, x.zero_point, x.fill), *case.inputs, *case.outputs]
    tensors.append(T(y.shape, y.dtype, y.scale, y.zero_point))
    last = len(tensors) - 1
    operators = [
        Operator("QUANTIZE", [0], [1]),
        Operator(operator, list(range(1, last - 1)), [last - 1], case.options),
        Operator("QUANTIZE", [last - 1], [last]),
    ]
    return Case(
        f"between_{case.name}", subgraphs=[Subgraph(tensors, operators, [0], [last])], operator=operator, samples=2
    )
