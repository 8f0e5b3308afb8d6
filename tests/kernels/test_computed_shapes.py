# SPDX-License-Identifier: MIT
"""Sizes, axes and paddings that a model computes instead of storing them: the case files' own cases, with those
tensors fed as inputs. The values must be those of the stored ones; values that do not fit the planned output are
refused when they arrive. Which values are right stays with the case files and their references.
"""

from dataclasses import replace

import numpy as np
import pytest

from . import oracle
from .case import NONE, Case, T, V, load
from .compare import differences, reference_answer

# Inputs that say a shape, by operator.
PARAMETERS = {
    "ARG_MAX": [1],
    "BATCH_TO_SPACE_ND": [1, 2],
    "BROADCAST_TO": [1],
    "CUMSUM": [1],
    "EXPAND_DIMS": [1],
    "GATHER": [1],
    "GATHER_ND": [1],
    "MEAN": [1],
    "MIRROR_PAD": [1],
    "PAD": [1],
    "PADV2": [1, 2],
    "REDUCE_ALL": [1],
    "REDUCE_MAX": [1],
    "RESHAPE": [1],
    "RESIZE_BILINEAR": [1],
    "RESIZE_NEAREST_NEIGHBOR": [1],
    "REVERSE_V2": [1],
    "SLICE": [1, 2],
    "SPACE_TO_BATCH_ND": [1, 2],
    "SPLIT": [0],
    "SPLIT_V": [1, 2],
    "STRIDED_SLICE": [1, 2, 3],
    "SUM": [1],
    "TRANSPOSE": [1],
}
EVERY = 11  # the share of a file's cases that is run again


def _stored(case):
    """The parameter tensors of a case that stand in its model."""
    return [
        i for i in PARAMETERS[case.operator] if i < len(case.inputs) and isinstance(case.inputs[i].data, np.ndarray)
    ]


def _suitable(case):
    return case.reference in ("tflm", "litert") and not case.twin and not case.subgraphs and _stored(case)


def _cases():
    for operator in PARAMETERS:
        suitable = [c for c in load(operator) if _suitable(c)]
        for c in suitable[::EVERY]:
            yield pytest.param(c, id=f"{operator.lower()}-{c.name}")


def _computed(case):
    """The case with its parameter tensors as inputs, and the samples of all its inputs."""
    stored, inputs = _stored(case), list(case.inputs)
    for i in stored:
        inputs[i] = T(inputs[i].shape, inputs[i].dtype, inputs[i].scale, inputs[i].zero_point or 0)
    samples = []
    for own in case.input_samples():
        own = iter(own)
        samples.append(
            [
                case.inputs[i].data.astype(t.dtype) if i in stored else next(own)
                for i, t in enumerate(inputs)
                if t is not NONE and t.data is None
            ]
        )
    return replace(case, inputs=inputs), samples


@pytest.mark.parametrize("case", list(_cases()))
def test_computed_parameters_give_the_same_values(case, record_property):
    backend, want = reference_answer(case, case.model(), case.input_samples())
    assert not want.refused, f"{backend}: {want.said}"
    fed, samples = _computed(case)
    got = oracle.run("engine", fed.model(), samples, case.output_count())
    assert not got.refused, got.said
    verdict = differences(case, want.outputs, got.outputs)
    record_property("compared", verdict.compared)
    record_property("differing", verdict.differing)
    assert not verdict.problem


def _i8(*shape):
    return T(shape, "int8", 0.1, 3)


def _wrong(operator, inputs, outputs, says, **options):
    case = Case("wrong", inputs, outputs, options, samples=1, operator=operator)
    return pytest.param(case, says, id=f"{operator.lower()}-{says.replace(' ', '_')}")


def _at_run_time(values):
    return T(np.shape(values), "int32", fill=np.ravel(values).tolist())


WRONG = [
    _wrong("SLICE", [_i8(2, 3, 4), _at_run_time([1, 2, 0]), V([1, 2, 3])], [_i8(1, 2, 3)], "holds the index 2"),
    _wrong("SLICE", [_i8(2, 3, 4), _at_run_time([-1, 0, 0]), V([1, 2, 3])], [_i8(1, 2, 3)], "holds the index -1"),
    _wrong("SLICE", [_i8(2, 3, 4), V([1, 1, 0]), _at_run_time([1, 2, 4])], [_i8(1, 2, 3)], "has size 3"),
    _wrong("STRIDED_SLICE", [_i8(4, 4), _at_run_time([0, 0]), V([4, 4]), V([1, 2])], [_i8(2, 2)], "has size 2"),
    _wrong("STRIDED_SLICE", [_i8(4, 4), V([0, 0]), V([4, 4]), _at_run_time([0, 2])], [_i8(4, 2)], "holds the index 0"),
    _wrong(
        "STRIDED_SLICE",
        [_i8(4, 4), _at_run_time([4, 0]), V([5, 4]), V([1, 1])],
        [_i8(4)],
        "holds the index 4",
        shrink_axis_mask=1,
    ),
    _wrong("TRANSPOSE", [_i8(2, 3, 4), _at_run_time([2, 1, 0])], [_i8(4, 2, 3)], "has size 2"),
    _wrong("TRANSPOSE", [_i8(2, 2), _at_run_time([1, 1])], [_i8(2, 2)], "holds the index 1"),
    _wrong("PAD", [_i8(2, 3), _at_run_time([[1, 0], [0, -1]])], [_i8(3, 2)], "holds the index -1"),
    _wrong("PAD", [_i8(2, 3), _at_run_time([[1, 2**31 - 1], [0, 0]])], [_i8(3, 3)], "holds the index"),
    _wrong("MIRROR_PAD", [_i8(2, 3), _at_run_time([[2, 0], [0, 0]])], [_i8(4, 3)], "holds the index 2", mode="REFLECT"),
    _wrong("MEAN", [_i8(2, 3, 4), _at_run_time([0])], [_i8(2, 4)], "has size 2"),
    _wrong("MEAN", [_i8(2, 3, 4), _at_run_time([3])], [_i8(2, 4)], "holds the index 3"),
    _wrong("SPLIT", [_at_run_time(0), _i8(2, 3, 4)], [_i8(2, 3, 2), _i8(2, 3, 2)], "has size 2", num_splits=2),
    _wrong("SPLIT_V", [_i8(2, 4), _at_run_time([2, -1]), V(1)], [_i8(2, 1), _i8(2, 3)], "has size 1", num_splits=2),
    _wrong(
        "SPLIT_V", [_i8(2, 4), _at_run_time([1, 4]), V(1)], [_i8(2, 1), _i8(2, 3)], "holds the index 4", num_splits=2
    ),
    _wrong("EXPAND_DIMS", [_i8(2, 3), _at_run_time(0)], [_i8(2, 1, 3)], "has size 2"),
    _wrong("RESHAPE", [_i8(2, 6), _at_run_time([4, 3])], [_i8(3, 4)], "holds the index 4"),
    _wrong("BROADCAST_TO", [_i8(1, 4), _at_run_time([3, 5])], [_i8(3, 4)], "holds the index 5"),
    _wrong("ARG_MAX", [_i8(2, 3), _at_run_time(0)], [T((2,), "int32")], "has size 2"),
    _wrong("RESIZE_NEAREST_NEIGHBOR", [_i8(1, 2, 3, 4), _at_run_time([4, 5])], [_i8(1, 4, 6, 4)], "has size 6"),
    _wrong("RESIZE_BILINEAR", [_i8(1, 2, 3, 4), _at_run_time([0, 6])], [_i8(1, 4, 6, 4)], "has size 0"),
    _wrong(
        "SPACE_TO_BATCH_ND", [_i8(1, 4, 4, 1), _at_run_time([2, 0]), V([[0, 0], [0, 0]])], [_i8(4, 2, 2, 1)], "needs 0"
    ),
    _wrong(
        "BATCH_TO_SPACE_ND",
        [_i8(4, 2, 2, 1), V([2, 2]), _at_run_time([[0, 5], [0, 0]])],
        [_i8(1, 4, 4, 1)],
        "has size 2",
    ),
    _wrong("GATHER", [_i8(2, 3, 4), _at_run_time([0, 3])], [_i8(2, 2, 4)], "holds the index 3", axis=1),
    _wrong("GATHER", [_i8(2, 3, 4), _at_run_time([0, -1])], [_i8(2, 2, 4)], "holds the index -1", axis=1),
    _wrong("GATHER_ND", [_i8(2, 3, 4), _at_run_time([[1, 3]])], [_i8(1, 4)], "holds the index 3"),
    _wrong("CUMSUM", [_i8(2, 3), _at_run_time(2)], [_i8(2, 3)], "holds the index 2"),
]


@pytest.mark.parametrize("case, says", WRONG)
def test_computed_parameters_that_do_not_fit_are_refused_in_invoke(case, says):
    got = oracle.run("engine", case.model(), case.input_samples(), case.output_count())
    assert got.refused == "invoke", got
    assert says in got.said
