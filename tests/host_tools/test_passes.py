# SPDX-License-Identifier: MIT
"""Single passes on graphs of a few operators: what goes, what stays, what the outputs do."""

import numpy as np
import pytest
from mpylite import float_run, passes, planner
from mpylite.readers.builder import Builder
from mpylite.writers import tflite as writer

from .references import Engine, Litert, Tflm

RNG = np.random.default_rng(5)
X = [RNG.normal(0, 1, (16, 6, 5, 4)).astype(np.float32)]
PLAIN = {"fused_activation_function": "NONE"}


def builder():
    b = Builder("g")
    return b, b.input("x", (1, 6, 5, 4))


def concat_of_two_scales():
    """A softmax, whose scale is given, beside values that do not fit it."""
    b, x = builder()
    soft = b.add("SOFTMAX", [x], {"beta": 1.0}, "soft")
    b.output(b.add("CONCATENATION", [soft, b.scaled(x, 3.0, "wide")], {"axis": 3, **PLAIN}, "y"))
    return b.graph, ["SOFTMAX", "MUL", "QUANTIZE", "CONCATENATION"]


def reshapes():
    b, x = builder()
    y = b.reshape(b.reshape(x, (1, 30, 4), "a"), (1, 5, 24), "b")
    b.output(b.reshape(y, (1, 120), "y"))
    return b.graph, ["RESHAPE"]


def identities():
    b, x = builder()
    y = b.transpose(x, (0, 1, 2, 3), "t")
    y = b.pad(y, [(0, 0)] * 4, "p")
    y = b.shifted(b.scaled(y, 1.0, "one"), 0.0, "zero")
    b.output(b.add("TANH", [y], {}, "y"))
    return b.graph, ["TANH"]


def unused():
    b, x = builder()
    b.add("TANH", [x], {}, "nobody")
    b.output(b.add("LOGISTIC", [x], {}, "y"))
    return b.graph, ["LOGISTIC"]


def constants():
    b, x = builder()
    two = b.add("MUL", [b.constant(np.ones(4), "one"), b.constant(2.0, "two")], PLAIN, "folded")
    b.output(b.add("MUL", [x, two], PLAIN, "y"))
    return b.graph, ["MUL"]


def shared_activation():
    """What two operators read is not fused away."""
    b, x = builder()
    y = b.scaled(x, 2.0, "y")
    b.output(b.binary("ADD", b.add("RELU", [y], {}, "r"), y, "sum"))
    return b.graph, ["MUL", "RELU", "ADD"]


def max_of_two():
    b, x = builder()
    b.output(b.add("MAXIMUM", [b.scaled(x, 0.2, "small"), b.scaled(x, -3.0, "large")], {}, "y"))
    return b.graph, ["MUL", "MUL", "MAXIMUM"]


def there_and_back():
    """Transposes around an activation, which fuses into the operator before them."""
    b, x = builder()
    y = b.transpose(b.scaled(x, 2.0, "twice"), (0, 3, 1, 2), "there")
    b.output(b.scaled(b.transpose(b.add("RELU", [y], {}, "r"), (0, 2, 3, 1), "back"), 3.0, "y"))
    return b.graph, ["MUL", "MUL"]


def two_turns():
    b, x = builder()
    y = b.transpose(b.transpose(x, (0, 3, 1, 2), "one"), (0, 3, 1, 2), "two")
    b.output(b.scaled(y, 2.0, "y"))
    return b.graph, ["TRANSPOSE", "MUL"]


GRAPHS = (
    there_and_back,
    two_turns,
    concat_of_two_scales,
    reshapes,
    identities,
    unused,
    constants,
    shared_activation,
    max_of_two,
)


@pytest.mark.parametrize("make", GRAPHS)
def test_operators_that_are_left(make):
    graph, wanted = make()
    exact = float_run.run(graph, X)
    settings = passes.Settings(batches=lambda: [X])
    simple = passes.apply(graph, passes.SIMPLIFY, settings)
    np.testing.assert_allclose(float_run.run(simple, X)[0], exact[0], atol=1e-6)
    made = passes.apply(simple, passes.CALIBRATE + passes.QUANTIZE, settings)
    assert [n.op for n in made.nodes] == wanted
    content = writer.to_bytes(made, planner.plan(made))
    stored = [made.inputs[0].quant.quantize(X[0], "int8")]
    found = Tflm(content).run(stored)[0]
    np.testing.assert_array_equal(Engine(content).run(stored)[0], found)
    np.testing.assert_array_equal(Litert(content).run(stored)[0], found)
    assert np.abs(made.outputs[0].quant.dequantize(found).reshape(exact[0].shape) - exact[0]).max() < 0.02 * np.ptp(
        exact[0]
    )


def test_consecutive_requantisations_become_one():
    """uint8 at the input, and a scale that differs right after it."""
    b, x = builder()
    y = b.add("QUANTIZE", [x], {}, "again")
    b.output(b.add("TANH", [y], {}, "y"))
    settings = passes.Settings(batches=lambda: [X], input_type="uint8")
    made = passes.apply(b.graph, passes.CALIBRATE + passes.QUANTIZE, settings)
    assert [n.op for n in made.nodes] == ["QUANTIZE", "TANH"]
