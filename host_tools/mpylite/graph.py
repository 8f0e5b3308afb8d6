# SPDX-License-Identifier: MIT
"""Graph, Node, Tensor and Quant: a model between reader and writer, operators in TFLite's spelling.

Owns the structure and its rules (check); what an operator computes is left to ops and families.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import numpy as np

from .errors import ModelError

INTEGER_RANGES = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "int32": (-(2**31), 2**31 - 1)}

ITEM_BYTES = {
    **{"bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "int32": 4, "uint32": 4, "float32": 4},
    **{"int64": 8, "uint64": 8, "float64": 8, "complex64": 8},
}


@dataclass
class Quant:
    """real = scale * (stored - zero_point), one pair for all or one a slice along `axis`."""

    scale: np.ndarray
    zero_point: np.ndarray
    axis: int = 0

    def __post_init__(self):
        self.scale = np.atleast_1d(np.asarray(self.scale, np.float32))
        self.zero_point = np.atleast_1d(np.asarray(self.zero_point, np.int64))

    @property
    def per_channel(self):
        return self.scale.size > 1

    def same_as(self, other):
        return (
            other is not None
            and np.array_equal(self.scale, other.scale)
            and np.array_equal(self.zero_point, other.zero_point)
        )

    def quantize(self, values, dtype):
        """Nearest stored values, clipped to the type; ties away from zero as TFLite rounds."""
        shape = [1] * np.ndim(values)
        if self.per_channel:
            shape[self.axis] = -1
        scaled = np.asarray(values, np.float64) / self.scale.astype(np.float64).reshape(shape)
        rounded = np.sign(scaled) * np.floor(np.abs(scaled) + 0.5) + self.zero_point.reshape(shape)
        low, high = (-(2**63), 2**63 - 1) if dtype == "int64" else INTEGER_RANGES[dtype]
        return np.clip(rounded, low, high).astype(dtype)

    def dequantize(self, stored):
        shape = [1] * np.ndim(stored)
        if self.per_channel:
            shape[self.axis] = -1
        return (np.asarray(stored, np.float64) - self.zero_point.reshape(shape)).astype(
            np.float32
        ) * self.scale.reshape(shape)


@dataclass(eq=False)
class Tensor:
    """A value: constant where `data` is set. `shape` is that of one sample, batch axis 1 included."""

    name: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    data: np.ndarray | None = None
    quant: Quant | None = None
    is_variable: bool = False
    range: object | None = None  # what calibration saw, until quantize uses it

    def __post_init__(self):
        self.shape = tuple(int(n) for n in self.shape)

    @property
    def is_constant(self):
        return self.data is not None

    @property
    def nbytes(self):
        return int(np.prod(self.shape, dtype=np.int64)) * ITEM_BYTES.get(self.dtype, 0)

    @staticmethod
    def constant(name, values, dtype=None):
        values = np.asarray(values, dtype)
        return Tensor(name, values.shape, values.dtype.name, values)


@dataclass(eq=False)
class Node:
    """One operator: TFLite's name, its tensors in TFLite's order (None = left out), its options."""

    op: str
    inputs: list
    outputs: list
    options: dict = field(default_factory=dict)
    name: str = ""
    intermediates: list = field(default_factory=list)
    version: int = 0  # 0: the writer chooses by types

    @property
    def output(self):
        return self.outputs[0]


@dataclass(eq=False)
class Graph:
    """A model. `callees` are the subgraphs that control-flow operators name, from index 1 on."""

    name: str = "main"
    nodes: list = field(default_factory=list)
    inputs: list = field(default_factory=list)
    outputs: list = field(default_factory=list)
    input_names: list = field(default_factory=list)
    output_names: list = field(default_factory=list)
    input_orders: dict = field(default_factory=dict)  # input name -> its axes in the source model's numbering
    metadata: dict = field(default_factory=dict)
    callees: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def tensors(self):
        """Every tensor once, in the order inputs, then as the nodes name them."""
        seen = {}
        for tensor in self.inputs:
            seen.setdefault(id(tensor), tensor)
        for node in self.nodes:
            for tensor in (*node.inputs, *node.outputs, *node.intermediates):
                if tensor is not None:
                    seen.setdefault(id(tensor), tensor)
        for tensor in self.outputs:
            seen.setdefault(id(tensor), tensor)
        return list(seen.values())

    def copy(self):
        """A graph of its own nodes and tensors; the arrays of constants are shared, so replace, never write them."""
        memo = {id(t.data): t.data for t in self.tensors() if t.data is not None}
        memo |= {id(t.range): t.range for t in self.tensors() if t.range is not None}
        return copy.deepcopy(self, memo)

    def producers(self):
        return {id(t): node for node in self.nodes for t in node.outputs}

    def consumers(self):
        users = {}
        for node in self.nodes:
            for tensor in {id(t): t for t in node.inputs if t is not None}.values():
                users.setdefault(id(tensor), []).append(node)
        return users

    def is_output(self, tensor):
        return any(t is tensor for t in self.outputs)

    def replace(self, old, new):
        """Every reader of `old`, and the graph's outputs, take `new`."""
        for node in self.nodes:
            node.inputs = [new if t is old else t for t in node.inputs]
        self.outputs = [new if t is old else t for t in self.outputs]

    def insert_after(self, node, new):
        self.nodes.insert(next(i for i, n in enumerate(self.nodes) if n is node) + 1, new)

    def insert_before(self, node, new):
        self.nodes.insert(next(i for i, n in enumerate(self.nodes) if n is node), new)

    def remove(self, node):
        self.nodes = [n for n in self.nodes if n is not node]

    def check(self, where="graph"):
        """Raises ModelError where the graph breaks a rule; returns the graph."""
        if not self.inputs and not self.metadata.get("allow_no_input"):
            raise ModelError(f"{where}: the model has no input, needs at least one; give the model an Input layer")
        if not self.outputs:
            raise ModelError(f"{where}: the model has no output, needs at least one")
        for tensor in self.inputs:
            if any(n < 1 for n in tensor.shape):
                raise ModelError(f"{where}: input '{tensor.name}' has shape {tensor.shape}, needs every size above 0")
        known = {id(t) for t in self.inputs}
        for index, node in enumerate(self.nodes):
            _check_node(f"{where}: op {index} {node.op} '{node.name}'", node, known)
        for tensor in self.outputs:
            if id(tensor) not in known and not tensor.is_constant:
                raise ModelError(f"{where}: output '{tensor.name}' is written by no operator")
        return self


def _check_node(where, node, known):
    for tensor in node.inputs:
        if tensor is None:
            continue
        if not (tensor.is_constant or tensor.is_variable or id(tensor) in known):
            raise ModelError(f"{where}: reads '{tensor.name}' before any operator writes it")
        if tensor.is_constant and tuple(tensor.data.shape) != tensor.shape:
            raise ModelError(f"{where}: constant '{tensor.name}' has shape {tensor.data.shape}, needs {tensor.shape}")
    for tensor in node.outputs:
        if id(tensor) in known or tensor.is_constant:
            raise ModelError(f"{where}: writes '{tensor.name}' a second time")
        if any(n < 1 for n in tensor.shape):
            raise ModelError(f"{where}: output '{tensor.name}' has shape {tensor.shape}, needs every size above 0")
        known.add(id(tensor))
