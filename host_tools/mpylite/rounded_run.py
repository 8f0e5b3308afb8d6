# SPDX-License-Identifier: MIT
"""Runs an integer graph in numpy, many samples at once, as reals rounded to each tensor's grid: nearly what the engine
gives, and much sooner. For choosing alone; what is told to the user, the engine computes.
"""

import numpy as np

from . import float_run
from .graph import INTEGER_RANGES


class Rounded:
    """The graph with real constants; `nodes` are in the order of the graph's own."""

    def __init__(self, graph):
        self._grids = {}
        self.graph = graph.copy()
        self.nodes = self.graph.nodes
        for tensor in self.graph.tensors():
            if tensor.quant is None:
                continue
            if tensor.is_constant:
                tensor.data = tensor.quant.dequantize(tensor.data)
            elif tensor.dtype in INTEGER_RANGES:
                low, high = INTEGER_RANGES[tensor.dtype]
                zero_point = int(tensor.quant.zero_point[0])
                self._grids[id(tensor)] = np.float32(tensor.quant.scale[0]), zero_point, low, high
            tensor.dtype = "float32"

    def snapped(self, tensor, values):
        """The nearest values that the tensor can hold."""
        if id(tensor) not in self._grids:
            return values
        scale, zero_point, low, high = self._grids[id(tensor)]
        steps = np.rint(values / scale)
        np.clip(steps, low - zero_point, high - zero_point, out=steps)
        steps *= scale
        return steps

    def run(self, batch, compute=float_run.results):
        """Real outputs, as float_run.run() gives them."""

        def rounded(node, arrays):
            if node.op == "CAST" and id(node.inputs[0]) in self._grids:
                scale, zero_point, _, _ = self._grids[id(node.inputs[0])]
                return [np.rint(arrays[0] / scale) + zero_point]  # what is stored, not what it means
            return [self.snapped(t, v) for t, v in zip(node.outputs, compute(node, arrays))]

        batch = [self.snapped(t, np.asarray(a, np.float32)) for t, a in zip(self.graph.inputs, batch)]
        return float_run.run(self.graph, batch, compute=rounded)
