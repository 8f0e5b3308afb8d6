# SPDX-License-Identifier: MIT
"""The sine model of the demos: as good as its model.toml says, bit for bit TensorFlow Lite Micro's answers, made by train.py."""

import pathlib
import sys

import numpy as np
import pytest
from mpylite import Interpreter, float_run, pipeline, readers
from mpylite.boards import tomllib

from . import references

SINE = pathlib.Path(__file__).resolve().parents[2] / "models" / "sine"


@pytest.fixture(scope="module")
def train():
    sys.path.insert(0, str(SINE))
    import train

    yield train
    sys.path.remove(str(SINE))
    del sys.modules["train"]  # other models have a train.py of their own


@pytest.fixture(scope="module")
def expected():
    return tomllib.loads((SINE / "model.toml").read_text())["expected"]


def test_float_error(train, expected):
    x = train.calibration()
    y = float_run.run(readers.read(SINE / "sine.onnx"), [x])[0]
    assert np.abs(y - np.sin(x)).max() < expected["float_error_within"]


def test_int8_error_and_reference(train, expected, tmp_path):
    x = train.calibration()
    made = pipeline.convert(SINE / "sine.onnx", tmp_path / "sine.tflite", train.calibration)
    model = Interpreter(tmp_path / "sine.tflite")
    model.allocate_tensors()
    predicted = np.array([np.ravel(model.predict(one[None]))[0] for one in x])
    assert np.abs(predicted - np.sin(x[:, 0])).max() < expected["int8_error_within"]
    stored = made.graph.inputs[0].quant.quantize(x, "int8")
    quant = made.graph.outputs[0].quant
    np.testing.assert_allclose(quant.dequantize(references.tflm(made.content, stored)).ravel(), predicted, atol=1e-6)


def test_trained_by_its_script(train):
    """A training gives a model as good; the weights' last bits depend on the machine."""
    pytest.importorskip("sklearn")
    layers = train.train()
    y = train.calibration()
    for i, (weights, bias) in enumerate(layers):
        y = y @ weights + bias
        y = np.maximum(y, 0) if i < len(layers) - 1 else y
    assert np.abs(y - np.sin(train.calibration())).max() < 0.1
    assert len(train.to_onnx(layers).SerializeToString()) == (SINE / "sine.onnx").stat().st_size
