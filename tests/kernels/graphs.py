# SPDX-License-Identifier: MIT
"""Random graphs of many operators, from parameters: tensors that are read again much later, outputs that are also
inputs of others, reshapes that alias, branches that join. They try the memory plan and in-place execution, which a
model of one operator cannot; what one operator computes is the cases' duty.
"""

from __future__ import annotations

import random
import zlib

import numpy as np

from .case import C, Case, T, V
from .cases._graph import Graph
from .cases._grid import bias, channel_scales, draws


class _Random:
    """Grows one graph. `values` are the int8 tensors that a later operator may read: index -> shape."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)
        self.graph = Graph()
        self.values = {}

    def quant(self):
        return float(np.float32(self.rnd.uniform(0.02, 0.1))), self.rnd.randint(-40, 40)

    def tensor(self, shape, like=None):
        """A new int8 tensor; `like` repeats another's quantisation, as operators that only move values demand."""
        scale, zp = self.quant() if like is None else (self.at(like).scale, self.at(like).zero_point)
        return T(shape, "int8", scale, zp)

    def at(self, index):
        return self.graph.tensors[index]

    def pick(self, rank=None):
        """A tensor to read: an old one as likely as a new one."""
        fit = [i for i, s in self.values.items() if rank is None or len(s) == rank]
        return self.rnd.choice(fit) if fit else None

    def put(self, index):
        self.values[index] = tuple(self.at(index).shape)

    def grow(self, steps):
        for _ in range(self.rnd.randint(1, 2)):
            self.put(
                self.graph.add(
                    self.tensor((1, self.rnd.choice((3, 4)), self.rnd.choice((3, 5)), self.rnd.choice((2, 4))))
                )
            )
        inputs = list(self.values)
        for _ in range(steps):
            getattr(self, "_" + self.rnd.choice(KINDS))()
        made = [i for i in self.values if i not in inputs]
        outputs = self.rnd.sample(made, min(len(made), self.rnd.choice((1, 1, 2, 3))))
        if self.rnd.random() < 0.15:
            outputs.append(inputs[0])
        last = made[-1]
        return self.graph.done(inputs, outputs if last in outputs else outputs + [last])

    def _elementwise(self):
        a = self.pick()
        b = self.rnd.choice([i for i, s in self.values.items() if s == self.values[a]])
        name = self.rnd.choice(("ADD", "SUB", "MUL"))
        act = self.rnd.choice(("NONE", "NONE", "RELU"))
        self.put(self.graph.op(name, [a, b], self.tensor(self.values[a]), fused_activation_function=act))

    def _constant(self):
        a = self.pick()
        channels = self.values[a][-1]
        c = self.graph.add(C((channels,), "int8", *self.quant()))
        self.put(self.graph.op("ADD", [a, c], self.tensor(self.values[a]), fused_activation_function="NONE"))

    def _unary(self):
        a = self.pick()
        name = self.rnd.choice(("RELU", "LOGISTIC", "TANH", "QUANTIZE", "LEAKY_RELU", "HARD_SWISH"))
        out = self.tensor(self.values[a])
        if name in ("LOGISTIC", "TANH"):
            out.scale, out.zero_point = (1 / 256, -128) if name == "LOGISTIC" else (1 / 128, 0)
        self.put(self.graph.op(name, [a], out, **(dict(alpha=0.1) if name == "LEAKY_RELU" else {})))

    def _reshape(self):
        a = self.pick()
        shape = list(self.values[a])
        self.rnd.shuffle(shape)
        wanted = self.rnd.choice((shape, [int(np.prod(shape))], [1, *shape][-4:] if len(shape) < 4 else shape))
        index = self.graph.op("RESHAPE", [a, self.graph.add(V(np.array(wanted)))], self.tensor(wanted, a))
        self.put(index)

    def _transpose(self):
        a = self.pick()
        order = list(range(len(self.values[a])))
        self.rnd.shuffle(order)
        out = self.tensor([self.values[a][i] for i in order], a)
        self.put(self.graph.op("TRANSPOSE", [a, self.graph.add(V(np.array(order)))], out))

    def _convolution(self):
        a = self.pick(4)
        if a is None:
            return self._unary()
        n, h, w, c = self.values[a]
        out, size = self.rnd.choice((2, 4)), self.rnd.choice((1, 3))
        scales = channel_scales(self.rnd, out, 0.002, 0.01)
        weights = self.graph.add(C((out, size, size, c), "int8", scales, 0, (-127, 127)))
        b = self.graph.add(bias(out, self.at(a).scale, scales))
        options = dict(padding="SAME", stride_h=1, stride_w=1, fused_activation_function="NONE")
        self.put(self.graph.op("CONV_2D", [a, weights, b], self.tensor((n, h, w, out)), **options))

    def _depthwise(self):
        a = self.pick(4)
        if a is None:
            return self._elementwise()
        shape = self.values[a]
        scales = channel_scales(self.rnd, shape[3], 0.002, 0.01)
        weights = self.graph.add(C((1, 3, 3, shape[3]), "int8", scales, 0, (-127, 127), axis=3))
        b = self.graph.add(bias(shape[3], self.at(a).scale, scales))
        options = dict(padding="SAME", stride_h=1, stride_w=1, depth_multiplier=1, fused_activation_function="RELU")
        self.put(self.graph.op("DEPTHWISE_CONV_2D", [a, weights, b], self.tensor(shape), **options))

    def _pool(self):
        a = self.pick(4)
        if a is None:
            return self._reshape()
        options = dict(
            padding="SAME", filter_height=2, filter_width=2, stride_h=1, stride_w=1, fused_activation_function="NONE"
        )
        name = self.rnd.choice(("MAX_POOL_2D", "AVERAGE_POOL_2D"))
        self.put(self.graph.op(name, [a], self.tensor(self.values[a], a), **options))

    def _join(self):
        a = self.pick()
        shape = self.values[a]
        if int(np.prod(shape)) > 400:
            return self._split()
        options = dict(axis=-1, fused_activation_function="NONE")
        out = self.tensor((*shape[:-1], shape[-1] * 2), a)
        self.put(self.graph.op("CONCATENATION", [a, a], out, **options))

    def _split(self):
        a = self.pick()
        shape = self.values[a]
        if shape[-1] % 2:
            return self._unary()
        halves = [self.tensor((*shape[:-1], shape[-1] // 2), a) for _ in range(2)]
        for index in self.graph.op("SPLIT", [self.graph.add(V(-1)), a], *halves, num_splits=2):
            self.put(index)

    def _dense(self):
        a = self.pick()
        shape = self.values[a]
        scale = channel_scales(self.rnd, 1, 0.002, 0.01)[0]
        weights = self.graph.add(C((6, shape[-1]), "int8", scale, 0, (-127, 127)))
        b = self.graph.add(bias(6, self.at(a).scale, [scale]))
        out = self.tensor((int(np.prod(shape[:-1])), 6))
        self.put(self.graph.op("FULLY_CONNECTED", [a, weights, b], out, fused_activation_function="NONE"))

    def _softmax(self):
        a = self.pick()
        out = T(self.values[a], "int8", 1 / 256, -128)
        self.put(self.graph.op("SOFTMAX", [a], out, beta=1.0))


KINDS = ("elementwise elementwise constant unary unary reshape reshape transpose convolution depthwise pool join split "
         "dense softmax").split()  # fmt: skip


def cases(count):
    """`count` graphs of 2 to 14 operators."""
    for name, r in draws("graph", count):
        grown = _Random(zlib.crc32(name.encode())).grow(r.randint(2, 14))
        yield Case(f"{name}_{len(grown.operators)}_operators", subgraphs=[grown], operator="GRAPH")
