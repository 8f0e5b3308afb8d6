# SPDX-License-Identifier: MIT
"""Builder: appends operators to a Graph and infers their output shapes, for every reader."""

import numpy as np

from .. import ops
from ..errors import ModelError
from ..graph import Graph, Node, Tensor


class Builder:
    def __init__(self, name):
        self.graph = Graph(name)
        self.nested = None  # how a layer that wraps a whole model adds it, set by a reader that has such layers
        self._used = {}

    def unique(self, name):
        name = str(name)
        count = self._used.get(name, 0)
        self._used[name] = count + 1
        return name if count == 0 else f"{name}_{count}"

    def input(self, name, shape, dtype="float32"):
        tensor = Tensor(self.unique(name), shape, dtype)
        self.graph.inputs.append(tensor)
        self.graph.input_names.append(str(name))
        return tensor

    def output(self, tensor, name=None):
        if tensor.is_constant or any(tensor is t for t in (*self.graph.inputs, *self.graph.outputs)):
            tensor = self.reshape(tensor, tensor.shape, f"{tensor.name}/copy")
        self.graph.outputs.append(tensor)
        self.graph.output_names.append(str(name or tensor.name))

    def constant(self, values, name, dtype=np.float32):
        return Tensor.constant(self.unique(name), np.asarray(values, dtype))

    def add(self, op, inputs, options=None, name="", dtype=None, count=None):
        """The output tensor, or with `count` the list of outputs."""
        node = Node(op, list(inputs), [], dict(options or {}), name)
        try:
            shapes = ops.shapes(node)
        except (ValueError, IndexError, KeyError, TypeError) as error:
            found = [t.shape for t in inputs if t is not None]
            raise ModelError(f"layer '{name}': {op} does not fit inputs of shapes {found}: {error}") from error
        first = next((t for t in inputs if t is not None and not t.dtype.startswith("int")), inputs[0])
        dtype = dtype or first.dtype
        node.outputs = [Tensor(self.unique(name or op.lower()), s, dtype) for s in shapes]
        self.graph.nodes.append(node)
        return node.outputs if count else node.outputs[0]

    def reshape(self, x, shape, name):
        shape = tuple(int(n) for n in shape)
        return self.add("RESHAPE", [x, self.constant(shape, f"{name}/shape", np.int32)], {"new_shape": shape}, name)

    def transpose(self, x, order, name):
        return self.add("TRANSPOSE", [x, self.constant(order, f"{name}/perm", np.int32)], {}, name)

    def pad(self, x, amounts, name, value=0.0):
        pads = self.constant(amounts, f"{name}/paddings", np.int32)
        if value == 0.0:
            return self.add("PAD", [x, pads], {}, name)
        return self.add("PADV2", [x, pads, self.constant(value, f"{name}/value")], {}, name)

    def strided_slice(self, x, begins, ends, strides, name, shrink=0):
        parts = [
            self.constant(v, f"{name}/{n}", np.int32)
            for v, n in zip((begins, ends, strides), ("begin", "end", "strides"))
        ]
        return self.add("STRIDED_SLICE", [x, *parts], {"shrink_axis_mask": shrink}, name)

    def reduce(self, op, x, axes, keep, name):
        return self.add(op, [x, self.constant(list(axes), f"{name}/axes", np.int32)], {"keep_dims": bool(keep)}, name)

    def binary(self, op, a, b, name):
        return self.add(op, [a, b], {"fused_activation_function": "NONE"}, name)

    def standardised(self, x, axes, epsilon, name):
        """(x - mean) / sqrt(variance + epsilon) over the axes."""
        difference = self.binary("SUB", x, self.reduce("MEAN", x, axes, True, f"{name}/mean"), f"{name}/difference")
        square = self.binary("MUL", difference, difference, f"{name}/square")
        variance = self.reduce("MEAN", square, axes, True, f"{name}/variance")
        inverse = self.add("RSQRT", [self.shifted(variance, epsilon, f"{name}/epsilon")], {}, f"{name}/rsqrt")
        return self.binary("MUL", difference, inverse, f"{name}/normal")

    def scaled(self, x, factor, name):
        return self.binary("MUL", x, self.constant(factor, f"{name}/factor"), name)

    def shifted(self, x, amount, name):
        return self.binary("ADD", x, self.constant(amount, f"{name}/amount"), name)
