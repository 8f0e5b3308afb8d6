# SPDX-License-Identifier: MIT
"""The kernels of Cortex-M4, RISC-V and Xtensa in QEMU against the portable ones on the PC, bit for bit, over random layers;
and how many instructions they take."""

import json
import subprocess
from functools import partial

import numpy as np
import pytest

from mpylite import Interpreter
from tests.bench import subjects
from tests.fuzz import build as fuzz

from . import counts, layers, machines

pytestmark = pytest.mark.slow
LAYERS = 40  # of one test
FAMILIES = layers.FAMILIES | {"wide": partial(layers.conv, wide=True)}
LEAST_TAKEN = {"strips": 0, "small": 0, "conv": 0.8, "wide": 0.7, "depthwise": 0.7, "dense": 0.9, "rows": 0.5, "add": 0}  # share that must not be left to strips (pairs of weights -128 are)
MAY_GROW = 1.01


@pytest.fixture(params=machines.ARCHES, scope="module")
def arch(request):
    if why := machines.missing(request.param):
        pytest.skip(f"{request.param}: {why}")
    return request.param


@pytest.mark.parametrize("scratch_bytes", (machines.FAST, machines.SMALL), ids=("fast", "small"))
@pytest.mark.parametrize("family", LEAST_TAKEN)
def test_equals_portable(arch, family, scratch_bytes):
    rnd = np.random.default_rng([scratch_bytes, *family.encode()])
    cases = [FAMILIES[family](rnd, f"{family}-{scratch_bytes}-{i}") for i in range(LAYERS)]
    wanted, questions = [], []
    for case in cases:
        model, inputs = case.model(), case.input_samples()[0]
        wanted.append(layers.expected(model, inputs))
        questions.append((model, inputs, wanted[-1][0].nbytes, scratch_bytes))
    taken = 0
    for case, (want, arena_bytes), answer in zip(
        cases, wanted, machines.ask(arch, machines.build(arch), questions), strict=True
    ):
        assert answer.status == 0, f"{case}: status {answer.status}"
        got = np.frombuffer(answer.output, want.dtype).reshape(want.shape)
        assert np.array_equal(got, want), f"{case}: {np.sum(got != want)} of {want.size} differ"
        planned = Interpreter(case.model(), kernels=arch, speed="fast" if scratch_bytes == machines.FAST else "small")
        assert planned.arena_bytes == answer.arena_bytes, f"{case}: what the PC tells of the arena"
        taken += answer.arena_bytes > arena_bytes
    assert taken >= LAYERS * LEAST_TAKEN[family], f"{family}: found {taken} layers of {LAYERS} done at once"


@pytest.mark.skipif(not subjects.keys(subjects.MLPERF), reason="corpus: found none; next step: MPYLITE_CORPUS=")
def test_models_with_little_scratch(arch):
    """With much of it they are counted below."""
    models = [(key, *subjects.load(key)) for key in subjects.keys((*subjects.MLPERF, "person_detect_int8"))]
    questions = [(model, samples[0][0], samples[0][1][0].nbytes, machines.SMALL) for _, model, samples in models]
    for (key, _, samples), answer in zip(models, machines.ask(arch, machines.build(arch), questions), strict=True):
        assert answer.status == 0, f"{key}: status {answer.status}"
        assert answer.output == np.ascontiguousarray(samples[0][1][0]).tobytes(), f"{key}: not TensorFlow Lite Micro's output"


def test_instructions_do_not_grow(arch):
    kept = json.loads(counts.KEPT.read_text())[arch]
    for name, found in counts.count(arch).items():
        most = kept[name] * MAY_GROW
        assert found <= most, f"{arch}, {name}: found {found} instructions, needs {most:.0f} at most"


@pytest.mark.parametrize("arch", ("rv32", "xtensa"))
def test_stays_in_its_memory(arch, tmp_path):
    """Their C (with C in place of single instructions) under ASan and UBSan on the PC, in exactly the arena that it asks for."""
    program, models = tmp_path / "exact_memory", []
    more = [f"kernels/inner/{arch}*.c", "kernels/inner/layers*.c", "tests/inner/exact_memory.c"]
    sources = [file for pattern in (*fuzz.SOURCES, *more) for file in sorted(machines.TOP.glob(pattern))]
    flags = [f"-fsanitize={fuzz.SANITIZERS}", "-fno-sanitize-recover=all", "-DINNER_LAYERS=1"]
    subprocess.run(["cc", *fuzz.FLAGS, *flags, *sources, "-o", program], cwd=machines.TOP, check=True)
    for family in ("conv", "depthwise", "dense", "wide"):
        rnd = np.random.default_rng([9, *family.encode()])
        for i in range(LAYERS):
            models.append(tmp_path / f"{family}-{i}.tflite")
            models[-1].write_bytes(FAMILIES[family](rnd, models[-1].stem).model())
    done = subprocess.run([program, *models], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == f"{len(models)} run\n"
