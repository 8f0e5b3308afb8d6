# SPDX-License-Identifier: MIT
"""Models as Keras 2 wrote them against its own recorded outputs (models/keras2_layers), both file formats; and what Keras 2
means by a name that Keras 3 has too.
"""

import io
import json
import tarfile
import zipfile

import numpy as np
import pytest
from mpylite import float_run, pipeline, readers
from mpylite.graph import Tensor
from mpylite.readers.keras_layers import Refused, operations

from .conftest import ROOT
from .references import Engine, Tflm

with tarfile.open(ROOT / "models" / "keras2_layers" / "samples.tar.xz") as archive:
    FILES = {entry.name: archive.extractfile(entry).read() for entry in archive}
MODELS = sorted(name for name in FILES if not name.endswith(".npz"))


@pytest.fixture(params=MODELS)
def model(request, tmp_path):
    """(path, inputs, Keras's outputs)"""
    path = tmp_path / request.param
    path.write_bytes(FILES[path.name])
    arrays = np.load(io.BytesIO(FILES[f"{path.stem}.npz"]))
    return path, [arrays[k] for k in arrays.files if k.startswith("in")], arrays["out0"]


def test_float_graph_equals_keras(model):
    path, inputs, outputs = model
    found = float_run.run(readers.read(path), inputs)[0]
    np.testing.assert_allclose(found.reshape(outputs.shape), outputs, atol=1e-5)


def test_int8_is_near_and_exact_in_tflm(model):
    path, inputs, outputs = model
    made = pipeline.convert(path, None, {f"in{i}": x for i, x in enumerate(inputs)})
    stored = [t.quant.quantize(x, t.dtype) for x, t in zip(inputs, made.graph.inputs)]
    exact = Tflm(made.content).run(stored)[0]
    np.testing.assert_array_equal(Engine(made.content).run(stored)[0], exact)
    tensor = made.graph.outputs[0]
    error = np.abs(tensor.quant.dequantize(exact).reshape(outputs.shape) - outputs).max()
    assert error <= max(0.03 * np.ptp(outputs), 1.1 * tensor.quant.scale[0])


def test_a_name_means_what_the_version_of_the_file_meant(tmp_path):
    """hard_sigmoid is clip(0.2 x + 0.5) in Keras 2 and relu6(x + 3) / 6 since Keras 3."""
    results = []
    for version in ("2.15.0", "3.4.0"):
        path = tmp_path / f"{version}.keras"
        with zipfile.ZipFile(io.BytesIO(FILES["hard_sigmoid.keras"])) as source, zipfile.ZipFile(path, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name == "metadata.json":
                    content = json.dumps({"keras_version": version}).encode()
                target.writestr(name, content)
        x = np.load(io.BytesIO(FILES["hard_sigmoid.npz"]))["in0"]
        results.append(float_run.run(readers.read(path), [x])[0])
    assert np.abs(results[0] - results[1]).max() > 0.01


@pytest.mark.parametrize("named", [{"axis": 1}, {}])
def test_options_of_a_call_are_heard(named, monkeypatch):
    heard = []
    monkeypatch.setattr(operations, "activation", lambda b, x, spec, name: heard.append(spec["config"]["axis"]))
    x = Tensor("x", (1, 3, 4), "float32")
    layer = {"class_name": "TFOpLambda", "config": {"function": "nn.softmax"}}
    operations.run(None, "call", layer, [x], named)
    operations.run(None, "call", layer, [x, 1], {})
    assert heard == [named.get("axis", -1), 1]


def test_beta_is_refused():
    layer = {"class_name": "TFOpLambda", "config": {"function": "nn.silu"}}
    with pytest.raises(Refused):
        operations.run(None, "call", layer, [Tensor("x", (1, 3), "float32")], {"beta": 2.0})
