# SPDX-License-Identifier: MIT
"""Reader and writer of `.tflite`: what is written is what was meant; third-party files pass through."""

import json

import numpy as np
import pytest
import tflite
from mpylite import pipeline, planner, readers
from mpylite.readers import tflite as reader
from mpylite.writers import tflite as writer

from tests.corpus.goldens import CORPUS

from . import references

MODELS = ["mlperf-tiny/kws_dscnn_int8", "mlperf-tiny/ic_resnet8_int8", "tflm/mnist_lstm_int8", "tflm/hello_world_int8"]


def test_buffers_lie_at_multiples_of_16(digits_int8):
    content = digits_int8[0].content
    model, seen = tflite.Model.GetRootAs(content), 0
    for i in range(model.BuffersLength()):
        buffer = model.Buffers(i)
        if buffer.DataLength():
            start = buffer._tab.Vector(buffer._tab.Offset(4))
            assert start % 16 == 0
            seen += 1
    assert seen > 8


def test_equal_numbers_stand_once(digits_int8):
    """Shapes, scales and zero points: a convolution's kernel and bias share their row of zeros."""
    model = tflite.Model.GetRootAsModel(digits_int8[0].content, 0)
    places = {}
    for i in range(model.Subgraphs(0).TensorsLength()):
        tensor = model.Subgraphs(0).Tensors(i)
        vectors = [tensor.ShapeAsNumpy()]
        if (quant := tensor.Quantization()) is not None:
            vectors += [quant.ScaleAsNumpy(), quant.ZeroPointAsNumpy()]
        for vector in vectors:
            places.setdefault((vector.dtype, vector.tobytes()), set()).add(vector.ctypes.data)
    assert all(len(addresses) == 1 for addresses in places.values())


def test_signature_names_and_versions(digits_int8):
    content = digits_int8[0].content
    model = tflite.Model.GetRootAs(content)
    assert model.Version() == 3
    signature = model.SignatureDefs(0)
    assert (signature.Inputs(0).Name(), signature.Outputs(0).Name()) == (b"image", b"digit")
    versions = {model.OperatorCodes(i).BuiltinCode(): model.OperatorCodes(i).Version() for i in range(6 - 1)}
    assert versions[tflite.BuiltinOperator.CONV_2D] == versions[tflite.BuiltinOperator.DEPTHWISE_CONV_2D] == 3
    assert versions[tflite.BuiltinOperator.FULLY_CONNECTED] == 4
    assert versions[tflite.BuiltinOperator.MAX_POOL_2D] == versions[tflite.BuiltinOperator.SOFTMAX] == 2


def test_reading_back_gives_the_same_bytes(digits_int8):
    made = digits_int8[0]
    graph = reader.from_bytes(made.content)
    again = writer.to_bytes(graph, planner.plan(graph), pipeline.__version__)
    assert again == made.content


@pytest.mark.parametrize("name", MODELS)
def test_third_party_int8_passes_through(name, tmp_path):
    source = CORPUS / "models" / f"{name}.tflite"
    if not source.is_file():
        pytest.skip(f"no corpus at {CORPUS}")
    graph = readers.read(source)
    content = writer.to_bytes(graph, planner.plan(graph))
    golden = np.load(CORPUS / "goldens" / f"{name}.npz")
    outputs = references.Tflm(content).run([golden["rand_in0"][:, 0]], fresh=False)[0]
    np.testing.assert_array_equal(outputs, golden["rand_tflm_out0"][:, 0])
    entry = json.loads((CORPUS / "index.json").read_text())[name]
    assert planner.plan(graph).arena_bytes <= entry["tflm_arena"]["head"]
