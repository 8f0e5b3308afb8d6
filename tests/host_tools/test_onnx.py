# SPDX-License-Identifier: MIT
"""The ONNX reader against ONNX's own reference evaluator, float, int8 and QDQ."""

import numpy as np
import pytest
from mpylite import calibration, float_run, passes, pipeline, planner, readers
from mpylite.errors import DataError, ModelError, UnsupportedError
from mpylite.writers import tflite as writer

from .references import Engine, Litert, Tflm

onnx = pytest.importorskip("onnx")
from onnx.reference import ReferenceEvaluator  # noqa: E402

from . import onnx_models  # noqa: E402

SAMPLES = 4
APPROXIMATE = {"erf": 6e-4, "gelu": 6e-4}
CHANNELS_LAST = {3: (0, 2, 1), 4: (0, 2, 3, 1)}
LOOSE = {
    "layer_norm": 0.06,
    "reciprocal_root": 0.05,
    "reciprocal": 0.05,
    "power_minus_one": 0.05,
    "constant_over_value": 0.05,
    "square_root": 0.05,
    "slice": 0.02,
}
STAIRS = {
    "thresholded_relu",
    "ceil",
    "floor",
    "round",
    "sign",
}  # near an edge the least error of the input is a whole step
RANK_3_CHANNELS_LAST = {"conv_1d"}


def prepared(name, tmp_path, proto=None):
    """(graph, samples in ONNX's order, ONNX's outputs in the graph's order)"""
    proto = proto or onnx_models.MODELS[name]()
    path = tmp_path / f"{name}.onnx"
    onnx.save(proto, path)
    shape = [d.dim_value for d in proto.graph.input[0].type.tensor_type.shape.dim]
    samples = np.random.default_rng(7).normal(0, 1, (SAMPLES, *shape)).astype(np.float32)
    evaluator = ReferenceEvaluator(proto)
    outputs = np.concatenate([evaluator.run(None, {"x": x})[0] for x in samples])
    graph = readers.read(path)
    if any("channels are its last axis" in note for note in graph.notes if note.startswith("output")):
        outputs = outputs.transpose(CHANNELS_LAST[outputs.ndim])
    return graph, samples, outputs


def fitted(samples, graph):
    return next(iter(calibration.fitted([[samples]], graph)))


@pytest.mark.parametrize("name", onnx_models.MODELS)
def test_float_graph_equals_the_reference(name, tmp_path):
    graph, samples, wanted = prepared(name, tmp_path)
    batch = fitted(samples, graph)
    for _ in range(2):
        found = float_run.run(graph, batch)[0]
        assert found.shape == wanted.shape
        np.testing.assert_allclose(found, wanted, atol=APPROXIMATE.get(name, 2e-5))
        graph = passes.apply(graph, passes.SIMPLIFY, passes.Settings())


@pytest.mark.parametrize("name", onnx_models.MODELS)
def test_int8_is_near_and_exact_in_tflm(name, tmp_path):
    graph, samples, wanted = prepared(name, tmp_path)
    batch = fitted(samples, graph)
    graph = passes.apply(graph, passes.SIMPLIFY, passes.Settings(batches=lambda: [batch]))
    graph = passes.apply(graph, passes.CALIBRATE + passes.QUANTIZE, passes.Settings(batches=lambda: [batch]))
    content = writer.to_bytes(graph, planner.plan(graph))
    stored = [graph.inputs[0].quant.quantize(batch[0], "int8")]
    exact = Tflm(content).run(stored)[0]
    np.testing.assert_array_equal(Engine(content).run(stored)[0], exact)
    errors = np.abs(graph.outputs[0].quant.dequantize(exact).reshape(wanted.shape) - wanted)
    error = np.quantile(errors, 0.95) if name in STAIRS else errors.max()
    assert error <= max(LOOSE.get(name, 0.03) * np.ptp(wanted), 1.1 * graph.outputs[0].quant.scale[0])


@pytest.mark.parametrize(
    "name",
    [
        "conv", "flatten_gemm", "batch_norm_relu", "residual_clip", "softmax_channels", "concat", "normalised_input",
        "batch_norm_first", "squeeze_and_excite", "instance_normalization",
    ],
)  # fmt: skip
def test_no_transpose_is_left(name, tmp_path):
    graph, _, _ = prepared(name, tmp_path)
    assert not [n for n in passes.apply(graph, passes.SIMPLIFY, passes.Settings()).nodes if n.op == "TRANSPOSE"]


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
def test_qdq_keeps_every_scale_and_needs_no_calibration(kind, tmp_path):
    path = tmp_path / "qdq.onnx"
    graph, samples, wanted = prepared("qdq", tmp_path, onnx_models.qdq(kind))
    made = pipeline.convert(path)
    (node,) = made.graph.nodes
    x, weights, bias, y = (*node.inputs, node.output)
    assert (node.op, node.options["fused_activation_function"]) == ("CONV_2D", "RELU")
    assert (x.quant.scale[0], x.quant.zero_point[0]) == (np.float32(0.031), 7)
    assert (y.quant.scale[0], y.quant.zero_point[0]) == (np.float32(0.027), -128)
    np.testing.assert_array_equal(weights.quant.scale, np.linspace(0.003, 0.009, 5).astype(np.float32))
    source = onnx.numpy_helper.to_array(next(i for i in onnx.load(path).graph.initializer if i.name == "w"))
    np.testing.assert_array_equal(weights.data, source.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(
        bias.data, onnx.numpy_helper.to_array(next(i for i in onnx.load(path).graph.initializer if i.name == "b"))
    )
    assert pipeline.convert(path, None, samples).content == made.content, "data changes nothing"
    stored = [x.quant.quantize(fitted(samples, graph)[0], "int8")]
    exact = Tflm(made.content).run(stored)[0]
    np.testing.assert_array_equal(Litert(made.content).run(stored)[0], exact)
    assert np.abs(y.quant.dequantize(exact) - wanted).max() <= 1.01 * 0.027


REFUSED = {
    "computed exponent": (lambda m, N, array: m([N("Pow", ["x", "x"], ["y"])], [1, 4]), "NOT_CONSTANT"),
    "unknown": (lambda m, N, array: m([N("NonZero", ["x"], ["y"])], [1, 4]), "NO_RULE"),
    "auto_pad": (lambda m, N, array: m([N("Conv", ["x", "k"], ["y"], auto_pad="ODD")], [1, 1, 4, 4], k=array([[[[1]]]], np.float32)), "AUTO_PAD"),
    "stride": (lambda m, N, array: m([N("Conv", ["x", "k"], ["y"], strides=[0, 1])], [1, 1, 4, 4], k=array([[[[1]]]], np.float32)), "WINDOW"),
    "dilation": (lambda m, N, array: m([N("Conv", ["x", "k"], ["y"], dilations=[1, -1])], [1, 1, 4, 4], k=array([[[[1]]]], np.float32)), "WINDOW"),
    "variance": (lambda m, N, array: m([N("BatchNormalization", ["x", "a", "a", "a", "v"], ["y"])], [1, 1, 4], a=array([1], np.float32), v=array([-1], np.float32)), "VARIANCE"),
    "what follows does not fit": (lambda m, N, array: m([N("Conv", ["x", "k"], ["a"], auto_pad="ODD"), N("Reshape", ["a", "s"], ["y"])], [1, 1, 4, 4], k=np.ones((1, 1, 2, 2), np.float32), s=array([1, 9])), "AUTO_PAD"),
    "cubic": (lambda m, N, array: m([N("Resize", ["x", "", "k"], ["y"], mode="cubic")], [1, 3, 8, 7], k=array([1, 1, 2, 2], np.float32)), "RESIZE_CUBIC"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_carry_a_reason(name, tmp_path):
    make, code = REFUSED[name]
    onnx.save(make(onnx_models.model, onnx_models.N, onnx_models.array), tmp_path / "m.onnx")
    with pytest.raises(UnsupportedError) as caught:
        readers.read(tmp_path / "m.onnx")
    assert [r.code for r in caught.value.reasons] == [code]


@pytest.mark.parametrize("kind", ["Floor", "Exp", "Log", "Round", "Ceil"])
def test_what_int8_alone_has_is_refused_for_int16(kind, tmp_path):
    onnx.save(onnx_models.model([onnx_models.N(kind, ["x"], ["y"])], [1, 4]), tmp_path / "m.onnx")
    with pytest.raises(UnsupportedError, match="NO_INT16.*leave out --int16"):
        pipeline.convert(tmp_path / "m.onnx", tmp_path / "m.tflite", np.ones((4, 4)), int16=True)
    assert not (tmp_path / "m.tflite").exists()


def test_a_divisor_near_zero_is_refused(tmp_path):
    proto = onnx_models.model([onnx_models.N("Abs", ["x"], ["a"]), onnx_models.N("Div", ["x", "a"], ["y"])], [1, 4])
    onnx.save(proto, tmp_path / "m.onnx")
    for low, fine in ((0.001, False), (0.1, True)):
        data = np.linspace(low, 1, 16, dtype=np.float32).reshape(4, 4)
        if fine:
            assert "DIV" in [n.op for n in pipeline.convert(tmp_path / "m.onnx", None, data).graph.nodes]
        else:
            with pytest.raises(UnsupportedError, match="DIVISOR_NEAR_ZERO; the divisor reaches from 0.001 to 1"):
                pipeline.convert(tmp_path / "m.onnx", None, data)


@pytest.mark.parametrize("name", ["exp", "log", "selu", "power", "reciprocal"])
def test_a_table_holds_each_value_rounded_once(name, tmp_path):
    """A curve in int8 is within half a step of the float curve of what its input holds."""
    graph, samples, _ = prepared(name, tmp_path)
    batch = fitted(samples, graph)
    made = pipeline.convert(tmp_path / f"{name}.onnx", None, samples)
    node = made.graph.nodes[-1]
    assert node.op == "GATHER" and node.inputs[0].shape == (256,)
    assert {n.op for n in made.graph.nodes[:-1]} <= {"ABS", "ADD", "CAST"}
    x, y = made.graph.nodes[-3].inputs[0], node.output
    proto = onnx.load(tmp_path / f"{name}.onnx").graph.node[-1]
    values = x.quant.dequantize(np.arange(-128, 128))
    low, high = y.quant.dequantize(np.array([-128, 127]))
    alone = onnx_models.model([proto], [256], **{i: onnx_models.array(1.7, np.float32) for i in proto.input[1:]})
    alone.graph.input[0].name = proto.input[0]
    with np.errstate(all="ignore"):
        exact = ReferenceEvaluator(alone).run(None, {proto.input[0]: values})[0]
    found, good = y.quant.dequantize(node.inputs[0].data), np.isfinite(exact)
    error = np.abs(found - np.clip(exact, low, high))[good].max()
    assert error <= 0.501 * y.quant.scale[0] and good.sum() > 100 and len(batch[0])


def test_a_batch_that_is_open_is_one(tmp_path):
    """torch.onnx's dynamic axes: the size is read from the value again and again."""
    proto = onnx_models.MODELS["shape_arithmetic"]()
    size = proto.graph.input[0].type.tensor_type.shape.dim[0]
    size.ClearField("dim_value")
    size.dim_param = "batch"
    onnx.save(proto, tmp_path / "open.onnx")
    onnx.save(onnx_models.MODELS["shape_arithmetic"](), tmp_path / "fixed.onnx")
    x = np.random.default_rng(0).normal(0, 1, (4, 8, 7, 3)).astype(np.float32)
    found = [float_run.run(readers.read(tmp_path / f"{name}.onnx"), [x])[0] for name in ("open", "fixed")]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("keep", [0, 1])
def test_arg_max(keep, tmp_path):
    """An index is not quantised: it comes out as int32, the same as in float."""
    proto = onnx_models.model([onnx_models.N("ArgMax", ["x"], ["y"], axis=1, keepdims=keep)], [1, 9])
    onnx.save(proto, tmp_path / "m.onnx")
    samples = np.random.default_rng(0).normal(0, 1, (8, 9)).astype(np.float32)
    made = pipeline.convert(tmp_path / "m.onnx", None, samples)
    stored = [made.graph.inputs[0].quant.quantize(samples, "int8")]
    found = Tflm(made.content).run(stored)[0]
    np.testing.assert_array_equal(Engine(made.content).run(stored)[0], found)
    assert found.shape == ((8, 1) if keep else (8,))
    np.testing.assert_array_equal(found.reshape(-1), stored[0].argmax(1))


def test_every_row_has_a_case():
    from mpylite.readers.onnx_ops import OPERATORS

    used = {node.op_type for make in onnx_models.MODELS.values() for node in make().graph.node}
    used |= {node.op_type for node in onnx_models.qdq().graph.node}
    elsewhere = {"ArgMax", "ArgMin", "Upsample"}  # tests of their own; opset 9
    assert set(OPERATORS) - used - elsewhere == set()


def test_all_refusals_are_listed_at_once(tmp_path):
    nodes = [
        onnx_models.N("NonZero", ["x"], ["a"]),
        onnx_models.N("Relu", ["a"], ["b"]),
        onnx_models.N("Det", ["b"], ["y"]),
    ]
    onnx.save(onnx_models.model(nodes, [1, 4]), tmp_path / "m.onnx")
    with pytest.raises(UnsupportedError) as caught:
        readers.read(tmp_path / "m.onnx")
    assert len(caught.value.reasons) == 2


BAD = {
    "truncated": (lambda c: c[: len(c) // 2], "ONNX"),
    "text": (lambda c: b"hello " * 50, "ONNX"),
    "nan": (lambda c: c.replace(onnx_models.f(5, 3, 3, 3)[0, 0, 0, :1].tobytes(), np.float32(np.nan).tobytes()), "NaN"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files(name, tmp_path):
    change, sentence = BAD[name]
    path = tmp_path / "m.onnx"
    path.write_bytes(change(onnx_models.MODELS["conv"]().SerializeToString()))
    with pytest.raises(ModelError, match=sentence):
        readers.read(path)


def test_an_axis_that_is_not_there(tmp_path):
    onnx.save(onnx_models.model([onnx_models.N("Softmax", ["x"], ["y"], axis=9)], [1, 4]), tmp_path / "m.onnx")
    with pytest.raises(ModelError, match="Softmax 'y' is not understood .*axis 9 of a tensor that has 2"):
        readers.read(tmp_path / "m.onnx")


def test_a_batch_of_the_model_is_part_of_each_sample(tmp_path):
    onnx.save(onnx_models.model([onnx_models.N("Relu", ["x"], ["y"])], [8, 4]), tmp_path / "m.onnx")
    assert pipeline.convert(tmp_path / "m.onnx", None, np.zeros((3, 8, 4), np.float32))
    with pytest.raises(DataError, match=r"has samples of shape \(4,\), needs \(8, 4\)"):
        pipeline.convert(tmp_path / "m.onnx", None, np.zeros((3, 4), np.float32))


def test_calibration_in_either_order_of_axes(tmp_path):
    graph, samples, _ = prepared("conv", tmp_path)
    first = fitted(samples[:, 0], graph)[0]
    last = fitted(samples[:, 0].transpose(0, 2, 3, 1), graph)[0]
    np.testing.assert_array_equal(first, last)
    with pytest.raises(DataError, match="needs"):
        fitted(samples[:, 0, :, :5], graph)
