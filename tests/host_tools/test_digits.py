# SPDX-License-Identifier: MIT
"""The digits model through the whole converter: float graph, accuracy, references, determinism."""

import hashlib
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from mpylite import float_run, passes, pipeline, readers

from . import references

try:
    import tomllib
except ImportError:  # Python 3.10
    tomllib = None


def accuracy(outputs, labels):
    return float(np.mean(outputs.argmax(1) == labels))


def test_float_graph_equals_keras(digits):
    path, images, _, expected = digits
    outputs = float_run.run(readers.read(path), [images[:64]])[0]
    np.testing.assert_allclose(outputs, expected, atol=2e-6)


def test_simplifying_keeps_the_float_outputs(digits):
    path, images, _, expected = digits
    graph = passes.apply(readers.read(path), passes.SIMPLIFY, passes.Settings())
    np.testing.assert_allclose(float_run.run(graph, [images[:64]])[0], expected, atol=2e-6)
    assert [n.op for n in graph.nodes] == [
        "CONV_2D", "DEPTHWISE_CONV_2D", "CONV_2D", "MAX_POOL_2D", "FULLY_CONNECTED", "SOFTMAX",
    ]  # fmt: skip


@pytest.mark.skipif(tomllib is None, reason="needs tomllib (Python 3.11)")
def test_float_accuracy_is_what_model_toml_says(digits):
    path, images, labels, _ = digits
    facts = tomllib.loads((path.parent / "model.toml").read_text())["expected"]
    outputs = float_run.run(readers.read(path), [images])[0]
    assert accuracy(outputs, labels) == pytest.approx(facts["float_accuracy"], abs=1e-4)
    assert len(images) == facts["held_out_images"]
    assert path.stat().st_size < 100_000


def test_int8_is_exact_in_every_runtime_and_keeps_accuracy(digits, digits_int8):
    path, images, labels, _ = digits
    made, _ = digits_int8
    stored = made.graph.inputs[0].quant.quantize(images, "int8")
    exact = references.tflm(made.content, stored)
    np.testing.assert_array_equal(references.litert(made.content, stored), exact)
    np.testing.assert_array_equal(references.engine(made.content, stored), exact)
    floats = float_run.run(readers.read(path), [images])[0]
    assert accuracy(exact, labels) >= accuracy(floats, labels) - 0.005


def test_calibration_sees_no_held_out_image(digits):
    import data

    held_out = {image.tobytes() for image in digits[1]}
    assert not any(image.tobytes() in held_out for image in data.calibration())


def test_same_input_same_bytes(digits_int8, tmp_path):
    made, path = digits_int8
    script = (
        "import sys; sys.path[:0] = sys.argv[1:3]; import data; from mpylite import pipeline;"
        "import hashlib; c = pipeline.convert(sys.argv[2] + '/digits.keras', None, data.calibration);"
        "print(hashlib.sha256(c.content).hexdigest())"
    )
    folder = pathlib.Path(__file__).resolve().parents[2]
    arguments = [sys.executable, "-c", script, str(folder / "host_tools"), str(folder / "models/digits")]
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    result = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == hashlib.sha256(made.content).hexdigest()
    assert path.read_bytes() == made.content


@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_other_types_at_the_ends(digits, digits_int8, kind):
    import data

    path, images, _, _ = digits
    made = pipeline.convert(path, None, data.calibration, input_type=kind, output_type=kind)
    assert made.graph.inputs[0].dtype == made.graph.outputs[0].dtype == kind
    inner = digits_int8[0]
    stored = inner.graph.inputs[0].quant.quantize(images[:50], "int8")
    given = images[:50] if kind == "float32" else (stored.astype(np.int16) + 128).astype(np.uint8)
    outputs = references.tflm(made.content, given)
    expected = references.tflm(inner.content, stored)
    if kind == "uint8":
        np.testing.assert_array_equal(outputs.astype(np.int16) - 128, expected)
    else:
        np.testing.assert_array_equal(outputs, (expected.astype(np.float32) + 128) / 256)
    np.testing.assert_array_equal(references.engine(made.content, given), outputs)
