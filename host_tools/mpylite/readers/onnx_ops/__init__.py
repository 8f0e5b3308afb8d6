# SPDX-License-Identifier: MIT
"""OPERATORS: ONNX operator name -> function that adds TFLite operators; one row an operator.

Owns the table, the call handed to each row, and refusals; the rows stand in the family files.
"""

from dataclasses import dataclass

import numpy as np

from ..onnx_values import Value

OPERATORS = {}
ADVICE = {
    "Loop": "loops are not unrolled; export a model without them",
    "If": "branches on data cannot be converted; export one branch",
    "Scan": "loops are not unrolled; export a model without them",
    "NonMaxSuppression": "do it after the model, on the board",
    "QLinearConv": "quantise in QDQ format, or convert the float model",
    "QLinearMatMul": "quantise in QDQ format, or convert the float model",
}


class Refused(Exception):
    def __init__(self, code, advice):
        self.code, self.advice = code, advice
        super().__init__(f"{code}: {advice}")


@dataclass
class Call:
    """One node: the builder, the name of its first output, inputs (Value, array or None), attributes."""

    b: object
    name: str
    inputs: list
    attributes: dict
    outputs: int
    opset: int

    def get(self, key, default=None):
        return self.attributes.get(key, default)

    def value(self, index):
        """Input `index` as a Value, constants included, free of the `flat` debt."""
        found = self.inputs[index]
        if isinstance(found, np.ndarray):
            return Value.of_constant(self.b, found, f"{self.name}/in{index}")
        return found.unflattened(self.b)

    def has(self, index):
        return len(self.inputs) > index and self.inputs[index] is not None

    def constant(self, index, default=None):
        """Input `index` as an array; refused where it is computed."""
        if not self.has(index):
            return default
        if not isinstance(self.inputs[index], np.ndarray):
            raise Refused("NOT_CONSTANT", f"input {index} is computed, needs to be constant")
        return self.inputs[index]

    def add(self, op, inputs, options=None, suffix="", **more):
        return self.b.add(op, inputs, options, f"{self.name}{suffix}", **more)


def operator(*names):
    def declare(function):
        for name in names:
            OPERATORS[name] = function
        return function

    return declare


from . import activation, conv, elementwise, pool, quantize, recurrent, reduce, shape  # noqa: E402,F401
