# SPDX-License-Identifier: MIT
"""Networks exported by both exporters of torch.onnx against PyTorch's own recorded outputs (models/pytorch_layers): the float
graph, and the int8 graph in TensorFlow Lite Micro and in our engine.
"""

import io
import re
import tarfile

import numpy as np
import pytest
from mpylite import calibration, float_run, passes, pipeline, readers
from mpylite.errors import ModelError

from .conftest import ROOT
from .references import Engine, Tflm

pytest.importorskip("onnx")
FOLDER = ROOT / "models" / "pytorch_layers"
with tarfile.open(FOLDER / "samples.tar.xz") as archive:
    FILES = {entry.name: archive.extractfile(entry).read() for entry in archive}
MODELS = sorted(name for name in FILES if name.endswith(".onnx"))
CHANNELS_LAST = {3: (0, 2, 1), 4: (0, 2, 3, 1)}
APPROXIMATE = {"upsample": 6e-4}  # GELU is a polynomial in TFLite
LOOSE = {"norm": 0.05, "upsample": 0.03}


@pytest.fixture(params=MODELS)
def model(request, tmp_path):
    """(name of the network, path, inputs, PyTorch's outputs in the graph's order, the graph)"""
    path = tmp_path / request.param
    path.write_bytes(FILES[request.param])
    name = request.param.split(".")[0]
    arrays = np.load(io.BytesIO(FILES[f"{name}.npz"]))
    graph = readers.read(path)
    outputs = arrays["out0"]
    if any(note.startswith("output") and "channels are its last axis" in note for note in graph.notes):
        outputs = outputs.transpose(CHANNELS_LAST[outputs.ndim])
    return name, path, arrays["in0"], outputs, graph


def test_float_graph_equals_pytorch(model):
    name, _, inputs, outputs, graph = model
    (batch,) = calibration.fitted([[inputs]], graph)
    for _ in range(2):
        found = float_run.run(graph, batch)[0].reshape(outputs.shape)
        np.testing.assert_allclose(found, outputs, atol=APPROXIMATE.get(name, 2e-5))
        graph = passes.apply(graph, passes.SIMPLIFY, passes.Settings())


def test_int8_is_near_and_exact_in_tflm(model):
    name, path, inputs, outputs, graph = model
    made = pipeline.convert(path, None, inputs)
    (batch,) = calibration.fitted([[inputs]], graph)
    stored = [t.quant.quantize(x, t.dtype) for x, t in zip(batch, made.graph.inputs)]
    exact = Tflm(made.content).run(stored)[0]
    np.testing.assert_array_equal(Engine(made.content).run(stored)[0], exact)
    tensor = made.graph.outputs[0]
    error = np.abs(tensor.quant.dequantize(exact).reshape(outputs.shape) - outputs).max()
    assert error <= max(LOOSE.get(name, 0.03) * np.ptp(outputs), 1.1 * tensor.quant.scale[0])


def test_turning_channels_last_leaves_no_transpose(model):
    graph = passes.apply(model[4], passes.SIMPLIFY, passes.Settings())
    # `heads` joins a flattened picture to a vector: nobody after it could take the picture's other order.
    assert [n.op for n in graph.nodes].count("TRANSPOSE") == (model[0] == "heads")


def test_weights_in_a_second_file(tmp_path):
    import onnx

    path = tmp_path / "cnn.onnx"
    proto = onnx.load_from_string(FILES["cnn.dynamo.onnx"])
    inside = readers.read(_saved(path, proto))
    onnx.save(proto, path, save_as_external_data=True, location="cnn.onnx.data", size_threshold=0)
    outside = readers.read(path)
    x = np.ones((1, *inside.inputs[0].shape[1:]), np.float32)
    np.testing.assert_array_equal(float_run.run(outside, [x])[0], float_run.run(inside, [x])[0])
    (tmp_path / "cnn.onnx.data").write_bytes(b"short")
    with pytest.raises(ModelError, match="'cnn.onnx.data', which does not hold it.*beside the model"):
        readers.read(path)
    proto = onnx.load(path, load_external_data=False)
    proto.graph.initializer[0].external_data[0].value = "../secret"
    with pytest.raises(ModelError, match="lies in '../secret', needs a file beside the model"):
        readers.read(_saved(path, proto))


def _saved(path, proto):
    path.write_bytes(proto.SerializeToString())
    return path


def test_recipe_of_the_page_is_what_was_run():
    """docs/convert.md shows the calls of models/pytorch_layers/make.py, letter for letter."""
    calls = re.findall(r"torch\.onnx\.export\(.*\)", (FOLDER / "make.py").read_text())
    page = (ROOT / "docs" / "convert.md").read_text()
    assert len(calls) == 2
    assert all(call in page for call in calls)
