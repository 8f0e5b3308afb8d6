# SPDX-License-Identifier: MIT
"""Puts subgraphs of several operators together for the control-flow and variable cases. No case stands here."""

import numpy as np

from ..case import T, V
from ..model_builder import Operator, Subgraph

Q = (0.05, 3)


class Graph:
    """Collects tensors and operators; what add and op give back are tensor indices."""

    def __init__(self, name="main"):
        self.name, self.tensors, self.operators = name, [], []

    def add(self, tensor):
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def op(self, name, inputs, *outputs, **options):
        made = [self.add(t) for t in outputs]
        self.operators.append(Operator(name, list(inputs), made, options))
        return made[0] if len(made) == 1 else made

    def handle(self, shared="state"):
        return self.op("VAR_HANDLE", [], T((), "resource"), shared_name=shared, container="")

    def done(self, inputs, outputs):
        return Subgraph(self.tensors, self.operators, list(inputs), list(outputs), self.name)


def i8(shape=(1, 4), q=Q, fill=None):
    return T(shape, "int8", *q, fill)


def constant(values, dtype="int32", q=()):
    return V(np.array(values, dtype), dtype, *q)
