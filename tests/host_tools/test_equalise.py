# SPDX-License-Identifier: MIT
"""equalise and correct_bias: the float model does not notice, the integer model gains where channels differ widely, or
where rounding shifts a mean.
"""

import numpy as np
import pytest
from mpylite import float_run, measuring, passes, pipeline
from mpylite.graph import Graph, Node, Tensor

CONV = {
    "padding": "SAME", "stride_h": 1, "stride_w": 1, "dilation_h_factor": 1, "dilation_w_factor": 1,
    "fused_activation_function": "RELU",
}  # fmt: skip


def uneven(second):
    """Two layers whose channels between them differ by a factor of 200."""
    rng = np.random.default_rng(2)
    size = np.geomspace(1, 200, 8)[:, None, None, None]
    x, middle, y = Tensor("x", (1, 6, 6, 3)), Tensor("middle", (1, 6, 6, 8)), Tensor("y", (1, 6, 6, 8))
    first = Tensor.constant("w", (rng.normal(0, 1, (8, 3, 3, 3)) * size).astype(np.float32))
    if second == "DEPTHWISE_CONV_2D":
        after = rng.normal(0, 1, (1, 3, 3, 8)) / size[:, 0, 0, 0]
    else:
        after = rng.normal(0, 1, (8, 3, 3, 8)) / size[:, 0, 0, 0]
    biases = [Tensor.constant(f"b{i}", np.zeros(8, np.float32)) for i in range(2)]
    nodes = [
        Node("CONV_2D", [x, first, biases[0]], [middle], dict(CONV), "first"),
        Node(
            second,
            [middle, Tensor.constant("v", after.astype(np.float32)), biases[1]],
            [y],
            {**CONV, "depth_multiplier": 1},
            "second",
        ),
    ]
    return Graph("g", nodes, [x], [y], ["x"], ["y"]), [rng.normal(0, 1, (40, 6, 6, 3)).astype(np.float32)]


@pytest.mark.parametrize("second", ["DEPTHWISE_CONV_2D", "CONV_2D"])
def test_equalising_keeps_the_float_outputs_and_helps_int8(second):
    graph, batch = uneven(second)
    exact = float_run.run(graph, batch)
    settings = passes.Settings(batches=lambda: [batch])
    graph = passes.apply(graph, passes.CALIBRATE, settings)
    even = passes.apply(graph.copy(), passes.EQUALISE, settings)
    np.testing.assert_allclose(float_run.run(even, batch)[0], exact[0], rtol=1e-3, atol=1e-4)
    scores = [measuring.score(passes.apply(g.copy(), passes.QUANTIZE, settings), batch, exact) for g in (graph, even)]
    assert scores[1] > scores[0] + 3


def test_a_copy_leaves_the_original_alone():
    graph, batch = uneven("CONV_2D")
    before = float_run.run(graph, batch)[0]
    settings = passes.Settings(batches=lambda: [batch])
    graph = passes.apply(graph, passes.CALIBRATE, settings)
    passes.apply(passes.apply(graph.copy(), passes.EQUALISE, settings), passes.QUANTIZE, settings)
    np.testing.assert_array_equal(float_run.run(graph, batch)[0], before)
    assert all(t.dtype == "float32" for t in graph.tensors())


def shifts(graph, batch):
    """Mean distance of the channels' means from the float graph's, without and with correct_bias, in the engine."""
    exact, found = float_run.run(graph, batch)[0], []
    for aims in (None, passes.aims(graph, batch)):
        made = passes.apply(graph.copy(), passes.QUANTIZE, passes.Settings(aims=aims))
        got = measuring.run_integer(made, batch)[0].reshape(exact.shape)
        found.append(np.abs((got - exact).mean(tuple(range(exact.ndim - 1)), dtype=np.float64)).mean())
    return found


def calibrated(graph, batch):
    return passes.apply(graph, passes.CALIBRATE, passes.Settings(batches=lambda: [batch]))


def test_bias_correction_removes_the_shift_of_rounded_weights():
    """Inputs with a large mean make rounding errors of the weights a shift of every output."""
    rng = np.random.default_rng(3)
    x, y = Tensor("x", (1, 64)), Tensor("y", (1, 16))
    weights = Tensor.constant("w", rng.normal(0, 1, (16, 64)).astype(np.float32))
    weights.data[:, 0] = 60  # a coarse scale for all others
    node = Node("FULLY_CONNECTED", [x, weights, Tensor.constant("b", np.zeros(16, np.float32))], [y], {}, "dense")
    graph, batch = Graph("g", [node], [x], [y], ["x"], ["y"]), [rng.normal(5, 0.2, (200, 64)).astype(np.float32)]
    batch[0][:, 0] = 0
    before, after = shifts(calibrated(graph, batch), batch)
    assert after < before / 4


def test_bias_correction_removes_the_shift_of_rounded_activations():
    """Where most of a picture is one grey it rounds alike everywhere: no noise, but a shift that a sum keeps."""
    rng = np.random.default_rng(5)
    x, middle, y = Tensor("x", (1, 6, 6, 1)), Tensor("middle", (1, 6, 6, 8)), Tensor("y", (1, 3))
    weights = [rng.normal(0, 1, shape).astype(np.float32) for shape in ((8, 1, 1, 1), (3, 288))]
    weights[1] += np.tile(rng.normal(0, 1, (3, 8)), 36).astype(np.float32)
    ports = [
        [Tensor.constant(f"w{i}", w), Tensor.constant(f"b{i}", np.zeros(len(w), np.float32))]
        for i, w in enumerate(weights)
    ]
    first = Node("CONV_2D", [x, *ports[0]], [middle], {**CONV, "fused_activation_function": "NONE"}, "first")
    graph = Graph("g", [first, Node("FULLY_CONNECTED", [middle, *ports[1]], [y], {}, "second")], [x], [y], ["x"], ["y"])
    pictures = np.where(rng.uniform(0, 1, (200, 6, 6, 1)) < 0.8, 0.137, rng.normal(0, 1, (200, 6, 6, 1)))
    before, after = shifts(calibrated(graph, [pictures]), [pictures.astype(np.float32)])
    assert after < before / 4


def test_bias_correction_needs_samples_side_by_side():
    """Where samples cannot run together no layer is seen with all of them: nothing is corrected."""
    graph, batch = uneven("CONV_2D")
    y = Tensor("turned", (6, 1, 6, 8))
    order = Tensor.constant("order", np.array([1, 0, 2, 3], np.int32))
    graph.nodes.append(Node("TRANSPOSE", [graph.outputs[0], order], [y], {}, "turned"))
    graph.outputs = [y]
    graph, biases = calibrated(graph, batch), []
    for aims in (None, passes.aims(graph, batch)):
        made = passes.apply(graph.copy(), passes.QUANTIZE, passes.Settings(aims=aims))
        biases.append([n.inputs[2].data for n in made.nodes if n.op == "CONV_2D"])
    np.testing.assert_array_equal(biases[0], biases[1])


@pytest.mark.parametrize("second", ["DEPTHWISE_CONV_2D", "CONV_2D"])
def test_the_estimate_is_what_the_engine_gives_nearly(second):
    """rounded_run differs from the engine by a rounding here and there, far less than either from the float graph."""
    graph, batch = uneven(second)
    graph = calibrated(graph, batch)
    exact = float_run.run(graph, batch)
    made = passes.apply(graph.copy(), passes.QUANTIZE, passes.Settings())
    found, estimate = measuring.run_integer(made, batch), measuring.estimated(made, batch)
    assert measuring.mean_db(found, estimate) > measuring.mean_db(exact, found) + 5
    assert measuring.mean_db(exact, estimate) == pytest.approx(measuring.score(made, batch, exact), abs=0.5)


def test_more_is_tried_only_where_something_is_to_be_gained(digits, tmp_path):
    """What TFLiteConverter does is kept where it is good; a classifier that changes its answers, or a model without
    choices and with an error of some percent, gets more."""
    images = digits[1][:60]
    assert "ranges: minmax; " in pipeline.convert(digits[0], None, images).notes[-1]
    graph, batch = uneven("CONV_2D")
    logits = Tensor("logits", (1, 288))
    shape = Tensor.constant("shape", np.array([1, 288], np.int32))
    graph.nodes.append(Node("RESHAPE", [graph.outputs[0], shape], [logits], {"new_shape": (1, 288)}, "flat"))
    for end in ("NONE", "SOFTMAX"):
        one = graph.copy()
        one.outputs = [one.nodes[-1].output]
        if end == "SOFTMAX":
            y = Tensor("choice", (1, 288))
            one.nodes.append(Node("SOFTMAX", [one.outputs[0]], [y], {"beta": 1.0}, "choice"))
            one.outputs = [y]
        settings = passes.Settings(batches=lambda: [batch])
        one = passes.apply(one, passes.CALIBRATE, settings)
        made = pipeline._choose(one, settings, batch)
        exact, found = float_run.run(one, batch), measuring.estimated(made, batch)
        assert "bias correction" in made.notes[-1]
        assert measuring.same_answers(one, exact, exact) == (end == "SOFTMAX")
        assert not measuring.same_answers(one, exact, [-f for f in found])


@pytest.mark.parametrize(
    ("same", "found", "wins"),
    [
        (True, (30.0, 34.0), "minmax"),  # fair already, and the gain is small: the rest is not tried
        (True, (30.0, 35.5, 36.0, 36.0), "minmax with bias correction"),  # a third of the noise is left
        (False, (30.0, 30.0, 30.0, 30.0), "minmax with bias correction"),  # answers change: wider ranges may be behind
        (True, (20.0, 20.0, 20.0, 20.0), "minmax with bias correction"),  # the same answers, yet too much noise
    ],
)
def test_a_fair_choice_stays_unless_another_leaves_much_less_noise(same, found, wins, monkeypatch):
    graph, batch = uneven("CONV_2D")
    graph, figures = calibrated(graph, batch), iter(found)
    monkeypatch.setattr(measuring, "mean_db", lambda *_: next(figures))
    monkeypatch.setattr(measuring, "same_answers", lambda *_: same)
    monkeypatch.setattr(measuring, "told", lambda *_: "")
    made = pipeline._choose(graph, passes.Settings(batches=lambda: [batch]), batch)
    assert made.notes[-1] == f"ranges: {wins}; "
