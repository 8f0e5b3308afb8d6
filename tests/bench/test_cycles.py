# SPDX-License-Identifier: MIT
"""Cycles of whole models in the RP2040 emulator: they repeat exactly, so they must not grow without cycles.json saying so.
`python -m tests.bench.test_cycles` writes that file anew."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from mpylite.interpreter import Interpreter
from tests.corpus import goldens

from .__main__ import MODELS, TOP, samples
from .bare import Chip, build
from .run import Model

KEPT = Path(__file__).with_name("cycles.json")
MAY_GROW = 1.01
needed = [
    pytest.mark.skipif(not goldens.present(), reason="corpus: found none; next step: MPYLITE_CORPUS="),
    pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="arm-none-eabi-gcc: found none"),
    pytest.mark.slow,
]
SETTINGS = ("fast", "small")
ALL = (*MODELS, "person_detect_int8", "micro_speech_quantized", "hello_world_int8")


def entry_of(name):
    return next(entry for key, entry in goldens.index().items() if key.split("/")[1] == name)


def count(elf, name, setting):
    """(cycles, arena bytes, records, wrong output bytes) of the first recorded sample."""
    entry = entry_of(name)
    model = Model(Chip(elf), (goldens.CORPUS / entry["model"]).read_bytes(), setting == "small")
    inputs, expected = samples(entry, 1)[0]
    ops, outputs = model.invoke(inputs, [np.asarray(e).nbytes for e in expected])
    wanted = [np.ascontiguousarray(e).tobytes() for e in expected]
    wrong = sum(a != b for got, want in zip(outputs, wanted, strict=True) for a, b in zip(got, want, strict=True))
    return sum(op.cycles for op in ops), model.arena_bytes, model.records, wrong


@pytest.fixture(scope="module")
def elf():
    pytest.importorskip("rp2040py", reason="rp2040py: found none, needs the emulator")
    return build(TOP, "armv6m", "-O2")


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", [pytest.param(name, marks=needed) for name in ALL])
def test_cycles_do_not_grow(elf, name, setting):
    kept = json.loads(KEPT.read_text())[name][setting]
    cycles, arena, records, wrong = count(elf, name, setting)
    assert wrong == 0, f"{name}: {wrong} output bytes differ from TensorFlow Lite Micro's"
    planned = Interpreter(str(goldens.CORPUS / entry_of(name)["model"]), kernels="armv6m", speed=setting)
    assert planned.arena_bytes == arena, "what the PC tells of the board's arena"
    for what, found in (("cycles", cycles), ("arena", arena), ("records", records)):
        most = kept[what] * MAY_GROW
        assert found <= most, f"{name} {setting}: found {found} {what}, needs {most:.0f} at most"


def write():
    elf = build(TOP, "armv6m", "-O2")
    table = {}
    for name in ALL:
        counted = {setting: count(elf, name, setting)[:3] for setting in SETTINGS}
        table[name] = {s: dict(zip(("cycles", "arena", "records"), c, strict=True)) for s, c in counted.items()}
    KEPT.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    write()
