# SPDX-License-Identifier: MIT
"""float16 and hybrid `.tflite` files become whole float graphs again; refusals name every part at once."""

import numpy as np
import pytest
from mpylite import float_run, passes, pipeline, readers
from mpylite.graph import Graph, Node, Quant, Tensor
from mpylite.writers import tflite as writer

from .references import Engine, Tflm

X = np.random.default_rng(0).normal(0, 1, (6, 4)).astype(np.float32)
W = np.random.default_rng(1).normal(0, 1, (3, 4)).astype(np.float32)


def dense(weights, before=()):
    x, y = Tensor("x", (1, 4)), Tensor("y", (1, 3))
    node = Node("FULLY_CONNECTED", [x, weights, None], [y], {"fused_activation_function": "NONE"}, "dense")
    return Graph("g", [*before, node], [x], [y], ["x"], ["y"])


def half():
    stored, wide = Tensor.constant("w16", W.astype(np.float16)), Tensor("w", (3, 4))
    return dense(wide, [Node("DEQUANTIZE", [stored], [wide])]), W.astype(np.float16).astype(np.float32)


def hybrid():
    quant = Quant(np.abs(W).max() / 127, 0)
    weights = Tensor("w8", (3, 4), "int8", quant.quantize(W, "int8"), quant)
    return dense(weights), quant.dequantize(weights.data)


@pytest.mark.parametrize("make", [half, hybrid])
def test_weights_are_widened_and_quantised(make, tmp_path):
    graph, weights = make()
    path = tmp_path / "m.tflite"
    path.write_bytes(writer.to_bytes(graph))
    simple = passes.apply(readers.read(path), passes.SIMPLIFY, passes.Settings())
    np.testing.assert_allclose(float_run.run(simple, [X])[0], X @ weights.T, atol=1e-5)
    made = pipeline.convert(path, None, X)
    stored = [made.graph.inputs[0].quant.quantize(X, "int8")]
    exact = Tflm(made.content).run(stored)[0]
    np.testing.assert_array_equal(Engine(made.content).run(stored)[0], exact)
    error = np.abs(made.graph.outputs[0].quant.dequantize(exact) - X @ W.T).max()
    assert error < 0.02 * np.ptp(X @ W.T)


def test_every_unsupported_layer_is_listed(command, tmp_path):
    import json
    import zipfile

    layers = [{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 4]}}]
    layers += [
        {"class_name": kind, "config": {"name": f"the_{kind.lower()}"}} for kind in ("Lambda", "Embedding", "Odd")
    ]
    config = {"class_name": "Sequential", "config": {"name": "m", "layers": layers}}
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_group("layers")
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.write(tmp_path / "w.h5", "model.weights.h5")
    status, _, err = command("convert", tmp_path / "m.keras", "-o", tmp_path / "o.tflite", "--random-calibration")
    assert status == 1 and not (tmp_path / "o.tflite").exists()
    assert all(f"layer 'the_{kind}'" in err for kind in ("lambda", "embedding", "odd"))


@pytest.mark.parametrize("content", [b"\x89HDF\r\n\x1a\n" + b"\0" * 200, b"\x89HDF\r\n\x1a\n"])
def test_damaged_h5(content, command, tmp_path):
    (tmp_path / "m.h5").write_bytes(content)
    status, _, err = command("inspect", tmp_path / "m.h5")
    assert status == 1 and "not a readable HDF5 file" in err


def test_h5_with_weights_alone(command, tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.create_group("model_weights")
    status, _, err = command("inspect", tmp_path / "m.h5")
    assert status == 1 and "holds weights alone" in err
