# SPDX-License-Identifier: MIT
"""Cycles of whole models in the RP2040 emulator: they repeat exactly, so they must not grow without cycles.json saying so.
`python -m tests.bench.test_cycles` writes that file anew."""

import json
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mpylite import Interpreter
from tests.corpus import goldens

from . import subjects
from .bare import Chip, build
from .run import Model

KEPT = Path(__file__).with_name("cycles.json")
MAY_GROW = 1.01
no_compiler = pytest.mark.skipif(not shutil.which("arm-none-eabi-gcc"), reason="arm-none-eabi-gcc: found none; next step: apt-get install gcc-arm-none-eabi")
no_corpus = pytest.mark.skipif(not goldens.present(), reason="corpus: found none; next step: MPYLITE_CORPUS=")
SETTINGS = ("fast", "small")
COLUMNS = ("cycles", "load", "arena", "records")
LOADED_IN_A_TENTH = "vww_mobilenetv1_025_96_int8"


@cache
def subject(name):
    (key,) = subjects.keys([name])
    return subjects.load(key)


def count(elf, name, setting):
    """What cycles.json keeps, and wrong output bytes, of the first recorded sample."""
    content, ((inputs, expected),) = subject(name)
    model = Model(Chip(elf), content, setting == "small")
    ops, outputs = model.invoke(inputs, [np.asarray(e).nbytes for e in expected])
    wanted = [np.ascontiguousarray(e).tobytes() for e in expected]
    wrong = sum(a != b for got, want in zip(outputs, wanted, strict=True) for a, b in zip(got, want, strict=True))
    counted = (sum(op.cycles for op in ops), model.load_cycles, model.arena_bytes, model.records)
    return dict(zip(COLUMNS, counted, strict=True)), wrong


@pytest.fixture(scope="module")
def elf():
    pytest.importorskip("rp2040py", reason="rp2040py: found none, needs the emulator; next step: pip install 'mpylite[dev]'")
    return build(subjects.ROOT, "armv6m", "-O2")


def _parameter(name):
    return pytest.param(name, marks=[pytest.mark.slow, no_compiler, *([] if name == "digits" else [no_corpus])])


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", [_parameter(name) for name in subjects.GATED])
def test_cycles_do_not_grow(elf, name, setting):
    kept = json.loads(KEPT.read_text())[name][setting]
    counted, wrong = count(elf, name, setting)
    assert wrong == 0, f"{name}: {wrong} output bytes differ from TensorFlow Lite Micro's"
    planned = Interpreter(model_content=subject(name)[0], kernels="armv6m", speed=setting)
    assert planned.arena_bytes == counted["arena"], "what the PC tells of the board's arena"
    for what, found in counted.items():
        most = kept[what] * MAY_GROW
        assert found <= most, f"{name} {setting}: found {found} {what}, needs {most:.0f} at most"
    if name == LOADED_IN_A_TENTH:
        assert counted["load"] * 10 < counted["cycles"], "loading takes less than a tenth of an inference"


def write():
    elf = build(subjects.ROOT, "armv6m", "-O2")
    table = {name: {setting: count(elf, name, setting)[0] for setting in SETTINGS} for name in subjects.GATED}
    KEPT.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    write()
