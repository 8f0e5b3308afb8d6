# SPDX-License-Identifier: MIT
"""Every Keras layer against Keras's own recorded outputs (models/keras_layers): the float graph, and
the int8 graph in TensorFlow Lite Micro and in our engine.
"""

import importlib
import io
import tarfile

import numpy as np
import pytest
from mpylite import float_run, ops, passes, planner, readers
from mpylite.errors import UnsupportedError
from mpylite.writers import tflite as writer

from .conftest import ROOT
from .references import Engine, Litert, Tflm

refuse_unsupported = importlib.import_module("mpylite.passes.refuse_unsupported")
ARCHIVE = ROOT / "models" / "keras_layers" / "samples.tar.xz"


def members():
    with tarfile.open(ARCHIVE) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}


FILES = members()
MODELS = sorted(name for name in FILES if not name.endswith(".npz"))
# The int8 error of these is larger than two steps of 1/255 by nature; the number is the share of the output's range.
LOOSE = {
    "bidirectional_gru_sum": 0.03,
    "layer_normalization": 0.05,
    "rescaling": 0.08,
    "activation_gelu": 0.03,
    "lstm_sequence": 0.03,
    "siamese": 0.05,
}
APPROXIMATE = {"activation_gelu": 5e-4, "op_gelu": 5e-4}
STAIRS = {"op_ceil", "op_floor", "op_sign", "relu_every_argument", "relu_threshold"}  # near an edge the error is a step


def sample(name):
    """(inputs, expected outputs) as Keras gave them."""
    arrays = np.load(io.BytesIO(FILES[name.rsplit(".", 1)[0] + ".npz"]))
    return [[arrays[k] for k in arrays.files if k.startswith(p)] for p in ("in", "out")]


@pytest.fixture
def graph(request, tmp_path):
    path = tmp_path / request.param
    path.write_bytes(FILES[request.param])
    return readers.read(path)


def error(found, expected):
    return float(np.abs(found.reshape(expected.shape) - expected).max())


@pytest.mark.parametrize(("graph", "name"), [(m, m) for m in MODELS], indirect=["graph"])
def test_float_graph_equals_keras(graph, name):
    inputs, expected = sample(name)
    allowed = APPROXIMATE.get(name.split(".")[0], 1e-5)
    for found, wanted in zip(float_run.run(graph, inputs), expected):
        assert error(found, wanted) <= allowed
    graph = passes.apply(graph, passes.SIMPLIFY, passes.Settings())
    for found, wanted in zip(float_run.run(graph, inputs), expected):
        assert error(found, wanted) <= allowed


def outside(content, graph, int16):
    """TensorFlow Lite Micro; LiteRT for what TFLM lacks or computes wrongly in int16."""
    operators = {node.op for node in graph.nodes}
    return Litert(content) if int16 and operators & {"LEAKY_RELU", "RESIZE_BILINEAR"} else Tflm(content)


@pytest.mark.parametrize("int16", [False, True], ids=["int8", "int16x8"])
@pytest.mark.parametrize(("graph", "name"), [(m, m) for m in MODELS if m.endswith(".keras")], indirect=["graph"])
def test_integer_graph_is_near_keras_and_exact_in_tflm(graph, name, int16):
    settings = passes.Settings(int16=int16)
    graph = passes.apply(graph, passes.SIMPLIFY, settings)
    used = {n.op for n in graph.nodes}
    if int16 and any(n.op in refuse_unsupported.NO_INT16 or ops.rule(n.op) == "table" for n in graph.nodes):
        with pytest.raises(UnsupportedError, match="NO_INT16|NOT_ON_DEVICE"):
            refuse_unsupported.refuse_unsupported(graph, settings)
        return
    inputs, expected = sample(name)
    settings.batches = lambda: [inputs]
    made = passes.apply(graph, passes.CALIBRATE + passes.QUANTIZE, settings)
    content = writer.to_bytes(made, planner.plan(made))
    stored = [t.quant.quantize(x, t.dtype) for x, t in zip(inputs, made.inputs)]
    reference = outside(content, made, int16).run(stored)
    for found, exact in zip(Engine(content).run(stored), reference):
        np.testing.assert_array_equal(found, exact)
    loose = LOOSE.get(name.split(".")[0], 0.02) / (3 if int16 else 1)
    for found, wanted, tensor in zip(reference, expected, made.outputs):
        errors = np.abs(tensor.quant.dequantize(found).reshape(wanted.shape) - wanted)
        worst = np.quantile(errors, 0.95) if name.split(".")[0] in STAIRS else errors.max()
        assert worst <= max(loose * np.ptp(wanted), 1.1 * tensor.quant.scale[0])


@pytest.mark.parametrize(("graph", "name"), [(m, m) for m in MODELS if m.endswith(".keras")], indirect=["graph"])
def test_float_tflite_file_is_right_and_reads_back(graph, name, tmp_path):
    """An outside runtime runs the float file as Keras runs the model; read again it gives the same int8 file."""
    graph = passes.apply(graph, passes.SIMPLIFY, passes.Settings())
    if any(n.op == "CURVE" for n in graph.nodes):
        with pytest.raises(KeyError):
            writer.to_bytes(graph)
        return  # TFLite has no such operator in float
    inputs, expected = sample(name)
    path = tmp_path / "float.tflite"
    path.write_bytes(writer.to_bytes(graph))
    outside = (
        Tflm if any(n.op in ("ELU", "CEIL") for n in graph.nodes) else Litert
    )  # LiteRT's reference kernels lack them
    for found, wanted in zip(outside(path.read_bytes()).run(inputs), expected):
        assert error(found, wanted) <= APPROXIMATE.get(name.split(".")[0], 2e-5)
    again = passes.apply(readers.read(path), passes.SIMPLIFY, passes.Settings())
    for found, wanted in zip(float_run.run(again, inputs), expected):
        assert error(found, wanted) <= APPROXIMATE.get(name.split(".")[0], 2e-5)
    quantised = []
    for one in (graph, again):
        settings = passes.Settings(batches=lambda: [inputs])
        made = passes.apply(
            one, [p for p in passes.CALIBRATE + passes.QUANTIZE if p.__name__ != "refuse_unsupported"], settings
        )
        quantised.append([(n.op, n.output.quant.scale[0] if n.output.quant else 0) for n in made.nodes])
    assert quantised[0] == quantised[1]


def test_every_row_has_a_case():
    """Each layer class and each activation name of the tables is in some recorded model, or another name of one."""
    import json
    import zipfile

    from mpylite.readers.keras_layers import LAYERS
    from mpylite.readers.keras_layers.activations import ACTIVATIONS

    from mpylite.readers.keras_layers.operations import OPERATIONS

    seen, spoken = set(), set()

    def walk(value):
        if isinstance(value, dict):
            seen.add(value.get("class_name"))
            spoken.add(str(value.get("activation")))
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    for name, content in FILES.items():
        if name.endswith(".keras"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                walk(json.loads(archive.read("config.json")))
    same_layer = {LAYERS[name] for name in seen & LAYERS.keys()}
    assert {name for name, row in LAYERS.items() if name not in seen and row not in same_layer} == set()
    same_activation = {ACTIVATIONS[name] for name in spoken & ACTIVATIONS.keys()}
    operators = {"hard_swish", "hardswish"}  # rows of hard_silu's operator, which is recorded
    operators |= {"hard_sigmoid_of_keras_2"}  # recorded in models/keras2_layers
    same_operation = {OPERATIONS[name] for name in seen & OPERATIONS.keys()}
    assert {n for n, row in OPERATIONS.items() if n not in seen and row not in same_operation} == set()
    assert {n for n, row in ACTIVATIONS.items() if n not in spoken and row not in same_activation} <= operators
