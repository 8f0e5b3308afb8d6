# SPDX-License-Identifier: MIT
"""The kernels of x86-64 against the portable ones, bit for bit, over random layers: each instruction set that this
processor has, in a library of its own. What it lacks is skipped, by name."""

import platform
import subprocess
from pathlib import Path

import numpy as np
import pytest

from mpylite.interpreter import HOST, SPEEDS, Interpreter
from mpylite.simulator import engine
from tests.fuzz import build as fuzz
from tests.house.sources import TOP
from tests.turns import turn

from .layers import FAMILIES, WIDE

SETS = {"none": (0, ()), "avx2": (1, ("avx2",)), "vnni": (2, ("avx512_vnni", "avx512bw", "avx512vl", "avx512dq"))}
LAYERS = 25  # of one test
LEAST_TAKEN = {"conv": 1, "depthwise": 1, "dense": 0.9, "add": 0.5}  # share that must not be left to strips
BUILT = TOP / "build" / "inner"

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason=f"x86-64: found {platform.machine()}")


def build(name, *settings):
    """A library of the engine as engine.mk builds it, in a folder of its own."""
    folder = BUILT / name
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "_engine.so"
    make = ["make", "-s", "-f", "host_tools/engine.mk", f"BUILD={folder}", f"LIBRARY={library}", *settings]
    with turn(f"inner-{name}"):
        subprocess.run(make, cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    return engine.opened(library)


@pytest.fixture(scope="module")
def portable():
    return build("portable", "INNER=portable")


def lacking(set_name):
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return [flag for flag in SETS[set_name][1] if flag not in flags.split()]


@pytest.fixture(scope="module", params=SETS)
def kernels(request):
    """(name, library) of the kernels with one instruction set."""
    if lacking(request.param):
        pytest.skip(f"{request.param}: this processor has no {', '.join(lacking(request.param))}")
    return request.param, build(request.param, "INNER=x86", f"X86={SETS[request.param][0]}")


def run(monkeypatch, library, model, inputs, speed):
    """(output, arena_bytes) of a model in one library, twice: what is kept must not change."""
    monkeypatch.setattr(engine, "library", lambda kernels="": library)
    machine = Interpreter(model, speed=speed)
    machine.allocate_tensors()
    for _ in range(2):
        for detail, value in zip(machine.get_input_details(), inputs, strict=True):
            machine.set_tensor(detail["index"], value)
        machine.invoke()
    return machine.get_tensor(machine.get_output_details()[0]["index"]), machine.arena_bytes


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", FAMILIES)
def test_equals_portable(monkeypatch, portable, kernels, family, seed):
    """Odd seeds with wide layers; the arena of other speeds is the portable kernels'."""
    name, library = kernels
    make = (FAMILIES, WIDE)[seed % 2][family]
    rnd, taken = np.random.default_rng([seed, *family.encode()]), 0
    for i in range(LAYERS):
        case = make(rnd, f"{family}-{seed}-{i}")
        model, inputs = case.model(), case.input_samples()[0]
        want, planned = run(monkeypatch, portable, model, inputs, "fast")
        for speed in (*SPEEDS, HOST):
            got, arena_bytes = run(monkeypatch, library, model, inputs, speed)
            assert np.array_equal(got, want), f"{case}, {speed}: {np.sum(got != want)} of {want.size} differ"
            assert arena_bytes == planned or speed == HOST, f"{case}, {speed}: found an arena of {arena_bytes}, needs {planned}"
        taken += arena_bytes > planned
    least = 0 if name == "none" else LAYERS * LEAST_TAKEN.get(family, 0)
    assert taken >= least, f"{family}: found {taken} layers of {LAYERS} done at once"
    assert name != "none" or taken == 0


@pytest.mark.slow
@pytest.mark.parametrize("set_name", ["avx2", "vnni"])
def test_stays_inside_its_memory(set_name, tmp_path):
    """The same layers under ASan and UBSan, with the arena as large as it says and not a byte more."""
    if lacking(set_name):
        pytest.skip(f"{set_name}: this processor has no {', '.join(lacking(set_name))}")
    program, models = tmp_path / "exact_memory", []
    more = ["kernels/inner/x86*.c", "tests/inner/exact_memory.c"]
    sources = [file for pattern in (*fuzz.SOURCES, *more) for file in sorted(TOP.glob(pattern))]
    macros = ["-DINNER_LAYERS=1", f"-DINNER_X86={SETS[set_name][0]}"]
    sanitizers = [f"-fsanitize={fuzz.SANITIZERS}", "-fno-sanitize-recover=all"]
    subprocess.run(["cc", *fuzz.FLAGS, *sanitizers, *macros, *sources, "-o", program], cwd=TOP, check=True)
    for family, seed in ((family, seed) for family in FAMILIES for seed in range(2)):
        rnd = np.random.default_rng([seed, *family.encode()])
        for i in range(LAYERS):
            models.append(tmp_path / f"{family}-{seed}-{i}.tflite")
            models[-1].write_bytes((FAMILIES, WIDE)[seed][family](rnd, models[-1].stem).model())
    done = subprocess.run([program, *models], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == f"{len(models)} run\n"
