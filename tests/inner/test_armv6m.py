# SPDX-License-Identifier: MIT
"""The Cortex-M0+ kernels in the RP2040 emulator against the portable ones on the PC, bit for bit, over random layers."""

import shutil

import numpy as np
import pytest

from mpylite.errors import ModelError
from tests.bench import subjects
from tests.bench.bare import Chip, build
from tests.bench.run import Model
from tests.house.sources import TOP

from . import machines
from .layers import FAMILIES, expected

pytest.importorskip("rp2040py", reason="rp2040py: found none, needs the emulator; next step: make deps")
pytestmark = pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="arm-none-eabi-gcc: found none")

LAYERS = 20  # of one test
LEAST_TAKEN = {"strips": 0, "small": 0, "conv": 0.5, "depthwise": 0.5, "dense": 0.3, "rows": 0.5, "add": 0.5, "pool": 0}  # share that must not be left to strips


@pytest.fixture(scope="module")
def chip():
    return Chip(build(TOP, "armv6m", "-O2"))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", FAMILIES)
def test_equals_portable(chip, family, seed):
    """Odd seeds with little scratch: more blocks, and nothing kept."""
    rnd = np.random.default_rng([seed, *family.encode()])
    taken = 0
    for i in range(LAYERS):
        case = FAMILIES[family](rnd, f"{family}-{seed}-{i}")
        model, inputs = case.model(), case.input_samples()[0]
        want, arena_bytes = expected(model, inputs)
        board = Model(chip, model, small=seed % 2 == 1)
        _, (got,) = board.invoke(inputs, [want.nbytes])
        got = np.frombuffer(got, want.dtype).reshape(want.shape)
        assert np.array_equal(got, want), f"{case}: {np.sum(got != want)} of {want.size} differ"
        taken += board.arena_bytes > arena_bytes
    assert taken >= LAYERS * LEAST_TAKEN[family], f"{family}: found {taken} layers of {LAYERS} done at once"


@pytest.mark.slow
@pytest.mark.skipif(machines.missing("armv6m") is not None, reason=f"armv6m: {machines.missing('armv6m')}")
@pytest.mark.parametrize("scratch_bytes", (machines.FAST, machines.SMALL), ids=("fast", "small"))
def test_equals_portable_while_interrupted(scratch_bytes):
    """In QEMU, a second opinion on the core's flags, while a timer interrupts every thousand instructions."""
    rnd = np.random.default_rng(scratch_bytes)
    cases = [FAMILIES[family](rnd, f"{family}-{i}") for family in FAMILIES for i in range(LAYERS)]
    wanted, questions = [], []
    for case in cases:
        model, inputs = case.model(), case.input_samples()[0]
        wanted.append(expected(model, inputs)[0])
        questions.append((model, inputs, wanted[-1].nbytes, scratch_bytes))
    answers = machines.ask("armv6m", machines.build("armv6m"), questions)
    for case, want, answer in zip(cases, wanted, answers, strict=True):
        assert answer.status == 0, f"{case}: status {answer.status}"
        got = np.frombuffer(answer.output, want.dtype).reshape(want.shape)
        assert np.array_equal(got, want), f"{case}: {np.sum(got != want)} of {want.size} differ"
    interrupts = sum(answer.instructions for answer in answers)  # what this machine counts
    assert interrupts > 10 * len(cases), f"found {interrupts} interrupts"


@pytest.mark.slow
@pytest.mark.skipif(machines.missing("armv6m") is not None, reason=f"armv6m: {machines.missing('armv6m')}")
def test_models_in_qemu():
    """Every model: unlike the RP2040 emulator this machine stops at a word read from an odd address, as the core does."""
    names, wanted, questions = [], [], []
    for key in subjects.keys():
        model, ((inputs, _),) = subjects.load(key)
        try:
            want, _ = expected(model, inputs)
        except ModelError:  # float or hybrid models are refused
            continue
        names.append(key)
        wanted.append(want)
        questions += [(model, inputs, want.nbytes, scratch_bytes) for scratch_bytes in (machines.FAST, machines.SMALL)]
    answers = machines.ask("armv6m", machines.build("armv6m"), questions)
    for i, answer in enumerate(answers):
        assert answer.status == 0 and answer.output == wanted[i // 2].tobytes(), f"{names[i // 2]}: status {answer.status}"
