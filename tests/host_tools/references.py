# SPDX-License-Identifier: MIT
"""Whole models in TensorFlow Lite Micro, in LiteRT's reference kernels, and in our engine.

Each class runs samples in order, state reset before each unless
`fresh` is false: `run([in0 (n, …), …]) -> [out0 (n, …), …]`.
"""

import numpy as np
import pytest


class _Machine:
    def run(self, inputs, fresh=True):
        results = []
        for sample in zip(*inputs):
            if fresh:
                self.reset()
            results.append(self.once(sample))
        return [np.stack(parts) for parts in zip(*results)]


class Tflm(_Machine):
    def __init__(self, content):
        runtime = pytest.importorskip("tflite_micro").runtime
        self.machine = runtime.Interpreter.from_bytes(content, arena_size=1 << 20)
        self.reset = self.machine.reset

    def once(self, sample):
        for i, values in enumerate(sample):
            shape = self.machine.get_input_details(i)["shape"]
            self.machine.set_input(values.reshape(shape), i)
        self.machine.invoke()
        outputs, i = [], 0
        while True:
            try:
                outputs.append(self.machine.get_output(i)[0].copy())
            except (IndexError, ValueError):
                return outputs
            i += 1


class _Tf(_Machine):
    """What LiteRT's interpreter and ours have in common: that is the point of ours."""

    def prepare(self, machine):
        self.machine, self.reset = machine, machine.reset_all_variables
        machine.allocate_tensors()

    def once(self, sample):
        for detail, values in zip(self.machine.get_input_details(), sample):
            self.machine.set_tensor(detail["index"], values.reshape(detail["shape"]))
        self.machine.invoke()
        return [self.machine.get_tensor(d["index"])[0] for d in self.machine.get_output_details()]


class Litert(_Tf):
    def __init__(self, content):
        module = pytest.importorskip("ai_edge_litert.interpreter")
        resolver = module.OpResolverType.BUILTIN_REF
        self.prepare(module.Interpreter(model_content=content, experimental_op_resolver_type=resolver))


class Engine(_Tf):
    def __init__(self, content):
        from mpylite import Interpreter

        self.prepare(Interpreter(content))


def tflm(content, samples):
    return Tflm(content).run([samples])[0]


def litert(content, samples):
    return Litert(content).run([samples])[0]


def engine(content, samples):
    return Engine(content).run([samples])[0]
