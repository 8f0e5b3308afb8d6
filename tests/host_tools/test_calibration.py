# SPDX-License-Identifier: MIT
"""Calibration data in every form gives the same file; what it cannot reach or leaves dead is said."""

import numpy as np
import pytest
from mpylite import calibration, passes, pipeline
from mpylite.errors import DataError
from mpylite.graph import Graph, Node, Tensor

SAMPLES = 70  # more than one batch


def forms(images):
    def function():
        return images

    def generator():
        yield from images

    def tuples():
        for image in images:
            yield (image[None],)

    return {
        "array": images,
        "batched array": images[:, None],
        "dictionary": {"in0": images},
        "named": {"labels": np.zeros(len(images)), "image": images},
        "function": function,
        "generator": generator,
        "tuples": tuples,
    }


@pytest.mark.parametrize("name", forms(np.zeros(1)))
def test_every_form_gives_the_same_file(name, digits):
    images = digits[1][:SAMPLES]
    wanted = pipeline.convert(digits[0], None, images, method="minmax").content
    assert pipeline.convert(digits[0], None, forms(images)[name], method="minmax").content == wanted


@pytest.mark.parametrize("name", forms(np.zeros(1)))
def test_the_number_of_samples_is_known_from_the_first_step(name, digits):
    """So that a bar can tell the time that remains."""
    told = []
    data = forms(digits[1][:SAMPLES])[name]
    pipeline.convert(digits[0], None, data, method="minmax", progress=lambda *step: told.append(step))
    assert told == [("calibrating", min(n, SAMPLES), SAMPLES) for n in (32, 64, 96)]


def test_a_long_generator_is_not_drawn_to_its_end_first(monkeypatch):
    monkeypatch.setattr(calibration, "AHEAD_BYTES", 10_000)
    drawn = []

    def draw():
        for i in range(8):
            drawn.append(i)
            yield [np.zeros((32, 40), np.float32)]  # 5,120 bytes

    stream, steps = calibration.Stream(draw), []
    for _ in stream():
        steps.append((len(drawn), stream.samples))
    assert steps[0] == (2, None) and len(steps) == len(drawn) == 8
    assert stream.samples == 8 * 32


def test_batches_are_streamed(digits):
    """No more samples are held at once than one batch."""
    drawn, most = 0, 0

    def generator():
        nonlocal drawn
        for image in digits[1][:SAMPLES]:
            drawn += 1
            yield image

    for batch in calibration.open_data(generator)():
        most = max(most, len(batch[0]))
        drawn -= len(batch[0])
        assert drawn <= calibration.BATCH
    assert most == calibration.BATCH


def graph_with_two_halves():
    """y = relu(w x), where channel 1 of w is negative: it dies on positive data."""
    x = Tensor("x", (1, 2))
    weights = Tensor.constant("w", np.array([[1, 2], [-1, -2], [3, 4]], np.float32))
    bias, y = Tensor.constant("b", np.zeros(3, np.float32)), Tensor("y", (1, 3))
    node = Node("FULLY_CONNECTED", [x, weights, bias], [y], {"fused_activation_function": "RELU"}, "dense")
    return Graph("g", [node], [x], [y], ["x"], ["y"])


def calibrated(graph, values):
    return passes.apply(graph, passes.CALIBRATE, passes.Settings(batches=lambda: [[np.float32(values)]]))


def test_dead_channels_are_noted():
    graph = calibrated(graph_with_two_halves(), [[1, 2], [3, 1]])
    assert any("1 of 3 channels are always zero" in note for note in graph.notes)


def test_zero_range_is_noted_and_still_converts():
    graph = calibrated(graph_with_two_halves(), [[0, 0]])
    assert any("zero on all calibration data (dead)" in note for note in graph.notes)
    made = passes.apply(graph, passes.QUANTIZE, passes.Settings())
    assert all(t.quant.scale[0] > 0 for t in (made.inputs[0], made.outputs[0]))


def test_values_that_overflow_are_refused():
    graph = graph_with_two_halves()
    graph.nodes[0].inputs[1].data = np.full((3, 2), 3e38, np.float32)
    with pytest.raises(DataError, match="NaN or infinite"):
        calibrated(graph, [[3e38, 3e38]])


def test_a_bias_too_large_for_its_scale_widens_the_weights():
    """A nearly dead channel with a large bias: int32 must still hold the bias."""
    graph = graph_with_two_halves()
    graph.nodes[0].inputs[1].data = np.array([[1, 1], [1e-9, 1e-9], [1, 1]], np.float32)
    graph.nodes[0].inputs[2].data = np.float32([0, 50, 0])
    made = passes.apply(calibrated(graph, [[1e-3, 2e-3]]), passes.QUANTIZE, passes.Settings())
    _, _, bias = made.nodes[0].inputs
    assert bias.quant.dequantize(bias.data)[1] == pytest.approx(50, rel=1e-3)
