# SPDX-License-Identifier: MIT
"""The plan that the converter writes into a file never costs memory: neither our engine nor TensorFlow Lite Micro asks for more
arena than for the same file without it, over the public corpus and every sample model.
"""

import io
import re

import numpy as np
import pytest
from mpylite import Interpreter, passes, pipeline, planner, readers
from mpylite.errors import UnsupportedError
from mpylite.writers import tflite as writer

from tests.corpus import goldens

from . import test_keras_layers, test_pytorch

CORPUS = {key: goldens.CORPUS / entry["model"] for key, entry in goldens.index().items()}
def both(graph):
    """The file without and with a plan; None where it has none (a model with subgraphs is planned when it runs)."""
    return None if graph.callees else (writer.to_bytes(graph), writer.to_bytes(graph, planner.plan(graph)))


def integer(path, inputs=None):
    graph = readers.read(path)
    if pipeline.is_integer(graph):
        return passes.apply(graph, passes.PASS_THROUGH, passes.Settings())
    if inputs is None:
        pytest.skip("a float model, without calibration data")
    return pipeline.convert(path, None, inputs, method="minmax").graph


def engine_bytes(content):
    machine = Interpreter(content)
    machine.allocate_tensors()
    return machine.arena_bytes


def tflm_bytes(content, capfd):
    """What TensorFlow Lite Micro says that it took."""
    runtime = pytest.importorskip("tflite_micro").runtime
    capfd.readouterr()
    runtime.Interpreter.from_bytes(content, arena_size=1 << 20).print_allocations()
    return int(re.search(r"Arena allocation total (\d+) bytes", "".join(capfd.readouterr()))[1])


@pytest.mark.parametrize("key", CORPUS)
def test_corpus_in_the_engine(key):
    files = both(integer(CORPUS[key]))
    if files is None:
        pytest.skip("has subgraphs")
    without, planned = map(engine_bytes, files)
    assert planned <= without


@pytest.mark.parametrize("key", CORPUS)
def test_corpus_in_tflm(key, capfd):
    files = both(integer(CORPUS[key]))
    if files is None:
        pytest.skip("has subgraphs")
    without, planned = (tflm_bytes(content, capfd) for content in files)
    assert planned <= without


SAMPLES = {
    **{n: test_keras_layers.FILES for n in test_keras_layers.MODELS if n.endswith(".keras")},
    **{n: test_pytorch.FILES for n in test_pytorch.MODELS if n.endswith(".dynamo.onnx")},
}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_in_the_engine(name, tmp_path):
    files, path = SAMPLES[name], tmp_path / name
    path.write_bytes(files[name])
    arrays = np.load(io.BytesIO(files[f"{name.split('.')[0]}.npz"]))
    inputs = {k: arrays[k] for k in arrays.files if k.startswith("in")}
    try:
        graph = integer(path, inputs if len(inputs) > 1 else inputs["in0"])
    except UnsupportedError as error:
        pytest.skip(str(error)[:100])
    without, planned = map(engine_bytes, both(graph))
    assert planned <= without


def test_digits_in_both(digits_int8, capfd):
    files = both(digits_int8[0].graph)
    for arena in (engine_bytes, lambda content: tflm_bytes(content, capfd)):
        without, planned = map(arena, files)
        assert planned <= without


def test_a_plan_saves_memory_somewhere():
    """Else the two tests above would compare a file with itself."""
    key = "mlperf-tiny/vww_mobilenetv1_025_96_int8"
    if key not in CORPUS:
        pytest.skip("no corpus: set MPYLITE_CORPUS")
    without, planned = map(engine_bytes, both(integer(CORPUS[key])))
    assert planned < without
