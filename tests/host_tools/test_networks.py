# SPDX-License-Identifier: MIT
"""ResNet-8, MobileNetV2-0.35, an LSTM and an autoencoder, trained on real digits, the whole way: Keras file to int8, then the
engine on the PC, TensorFlow Lite Micro and real MicroPython with the native module.
"""

import io
import tarfile

import numpy as np
import pytest
from mpylite import float_run, pipeline, readers
from mpylite.simulator import micropython

from .conftest import ROOT
from .references import Engine, Tflm

NETWORKS = ("resnet_8", "mobilenet_v2", "lstm", "autoencoder")
with tarfile.open(ROOT / "models" / "compare" / "samples.tar.xz") as archive:
    FILES = {entry.name: archive.extractfile(entry).read() for entry in archive}


@pytest.fixture(scope="module", params=NETWORKS)
def network(request, tmp_path_factory):
    """(name, path of the Keras file, images, Keras's outputs of the first few, which are held out, the Conversion)"""
    path = tmp_path_factory.mktemp("networks") / f"{request.param}.keras"
    path.write_bytes(FILES[path.name])
    arrays = np.load(io.BytesIO(FILES[f"{request.param}.npz"]))
    outputs, step = arrays["out0"], int(arrays["step"])
    images = (arrays["images"] / np.float32(16)).repeat(step, 1).repeat(step, 2)
    made = pipeline.convert(path, path.with_suffix(".tflite"), images[len(outputs) :])
    return request.param, path, images, outputs, made


def test_float_graph_equals_keras(network):
    _, path, images, outputs, _ = network
    np.testing.assert_allclose(float_run.run(readers.read(path), [images[: len(outputs)]])[0], outputs, atol=1e-4)


def test_same_bits_in_engine_tflm_and_micropython(network):
    _, path, images, _, made = network
    stored = made.graph.inputs[0].quant.quantize(images, "int8")
    exact = Tflm(made.content).run([stored], fresh=False)[0]
    np.testing.assert_array_equal(Engine(made.content).run([stored], fresh=False)[0], exact)
    found = micropython.run_samples(path.with_suffix(".tflite"), {"in0": stored[:, None]})["out0"]
    np.testing.assert_array_equal(found.reshape(exact.shape), exact)
    assert len(np.unique(exact.reshape(len(exact), -1), axis=0)) > 8


def test_int8_answers_as_keras_does(network):
    name, _, images, outputs, made = network
    stored = made.graph.inputs[0].quant.quantize(images[: len(outputs)], "int8")
    found = made.graph.outputs[0].quant.dequantize(Engine(made.content).run([stored])[0])
    if name == "autoencoder":
        assert np.abs(found.reshape(outputs.shape) - outputs).mean() < 0.03
    else:
        assert (found.argmax(1) == outputs.argmax(1)).sum() >= len(outputs) - 1
