# SPDX-License-Identifier: MIT
"""Arena and plan: exact, shared, offline plans honoured when sound and ignored when not."""

import numpy as np
import pytest

from mpylite import Interpreter
from tests.engine import models

LENGTHS = (64, 32, 48, 16)  # activations are tensors 0, 2, 4, 6


def outputs(model_bytes, **allocation):
    model = Interpreter(model_bytes)
    model.allocate_tensors(**allocation)
    model.set_tensor(0, np.arange(64, dtype=np.int8))
    model.invoke()
    return model, model.get_tensor(model.get_output_details()[0]["index"])


def test_greedy_plan_keeps_only_neighbours_apart():
    model, _ = outputs(models.chain(LENGTHS))
    assert model.arena_bytes == 64 + 32  # the largest two that live at the same time
    offsets = {i: model.arena_offset(i) for i in (0, 2, 4, 6)}
    sizes = dict(zip((0, 2, 4, 6), LENGTHS))
    for a, b in ((0, 2), (2, 4), (4, 6)):
        assert offsets[a] + sizes[a] <= offsets[b] or offsets[b] + sizes[b] <= offsets[a]


def test_arena_is_exact():
    model = Interpreter(models.chain(LENGTHS))
    model.allocate_tensors(arena=bytearray(model.arena_bytes))
    with pytest.raises(ValueError, match="arena too small: needs 96 bytes, has 95"):
        model.allocate_tensors(arena=bytearray(model.arena_bytes - 1))


def test_sound_offline_plan_is_honoured():
    plain, expected = outputs(models.chain(LENGTHS))
    wanted = [32, -1, 0, -1, 48, -1, 0]  # another placement of the same total
    planned, got = outputs(models.chain(LENGTHS, models.offline_plan(wanted)))
    assert [planned.arena_offset(i) for i in (0, 2, 4, 6)] == [32, 0, 48, 0]
    assert planned.arena_bytes == plain.arena_bytes
    assert np.array_equal(got, expected)


@pytest.mark.parametrize(
    "offsets",
    [
        [0, -1, 32, -1, 64, -1, 0],  # tensor 2 overlaps tensor 0 while both live
        [4, -1, 80, -1, 0, -1, 64],  # not a multiple of 16
        [-16, -1, 64, -1, 0, -1, 64],
        [0x7FFFFFF0, -1, 64, -1, 0, -1, 64],
        [512, -1, 0, -1, 48, -1, 0],  # sound but larger than the greedy plan
        [0, -1, 64],  # another number of tensors
    ],
)
def test_unsound_or_wasteful_offline_plan_is_ignored(offsets):
    plain, expected = outputs(models.chain(LENGTHS))
    planned, got = outputs(models.chain(LENGTHS, models.offline_plan(offsets)))
    assert planned.arena_bytes == plain.arena_bytes
    assert np.array_equal(got, expected)


def test_plan_of_another_subgraph_is_not_taken():
    plain, expected = outputs(models.chain(LENGTHS))
    planned, got = outputs(models.chain(LENGTHS, models.offline_plan([32, -1, 0, -1, 48, -1, 0], subgraph=1)))
    assert planned.arena_offset(0) == plain.arena_offset(0)
    assert np.array_equal(got, expected)


def test_interpreters_take_turns_in_one_arena():
    first, second = Interpreter(models.chain(LENGTHS)), Interpreter(models.classifier())
    arena = bytearray(max(first.arena_bytes, second.arena_bytes))
    results = []
    for model in (first, second, first, second):
        model.allocate_tensors(arena=arena)
        size = int(np.prod(model.get_input_details()[0]["shape"]))
        model.set_tensor(0, np.arange(size, dtype=np.int8))
        model.invoke()
        results.append(model.get_tensor(model.get_output_details()[0]["index"]))
    assert np.array_equal(results[0], results[2]) and np.array_equal(results[1], results[3])


def test_model_is_used_in_place():
    """Bytes of the caller's buffer are the weights: a change there changes the answer, so nothing was copied."""
    content = bytearray(models.chain((16, 16)))
    model = Interpreter(content)
    model.allocate_tensors()
    x = np.full(16, 10, np.int8)
    model.set_tensor(0, x)
    model.invoke()
    before = model.get_tensor(2)
    weights = model.get_tensor(1).tobytes()
    at = bytes(content).index(weights)
    content[at : at + len(weights)] = bytes(len(weights))
    model.set_tensor(0, x)
    model.invoke()
    assert before.any() and not model.get_tensor(2).any()


def test_constant_is_not_writable():
    model = Interpreter(models.chain((16, 16)))
    model.allocate_tensors()
    with pytest.raises(ValueError, match="is constant"):
        model.set_tensor(1, np.zeros((16, 16), np.int8))
