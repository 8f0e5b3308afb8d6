# SPDX-License-Identifier: MIT
"""`make bench BOARD=RPI_PICO`, the firmware's table: what it prints, that it is near what is kept, and that a model without
room is said to have none."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

PORT = Path(__file__).resolve().parents[2] / "firmware" / "ports" / "rp2040"
ROWS = ("reset to prompt", "digits: load", "digits: one inference")
NEAR = 0.03


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(PORT), *sys.path])
    spec = importlib.util.spec_from_file_location("bench", PORT / "bench.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "MODELS", ())
    return module


def test_what_is_printed(bench, runtime, tmp_path, monkeypatch, capsys):
    kept_cycles = bench.kept.cycles("RPI_PICO-runtime")
    monkeypatch.setattr(bench.kept, "FILE", tmp_path / "firmware.json")
    bench.kept.save("RPI_PICO-runtime", {"bytes": 7, "cycles": {ROWS[2]: 500_000}})
    bench.main(True, "RPI_PICO", tmp_path, runtime.folder)
    found = bench.kept.cycles("RPI_PICO-runtime")
    printed = dict(re.findall(r"^([a-z: ]+?)  +(\d.*)$", capsys.readouterr().out, re.MULTILINE))
    assert tuple(printed) == tuple(found) == ROWS
    for title, cycles in found.items():
        assert printed[title].split()[:2] == [f"{cycles / 1e6:.3f}", f"{cycles / 125e3:.2f}"]
        assert abs(cycles / kept_cycles[title] - 1) < NEAR, f"{title}: found {cycles}, kept {kept_cycles[title]}; next step: make bench BOARD=RPI_PICO SAVE=1"
    assert printed[ROWS[2]].endswith(f"{found[ROWS[2]] / 500_000 - 1:+.1%}") and len(printed[ROWS[1]].split()) == 2
    assert bench.kept.load()["RPI_PICO-runtime"]["bytes"] == 7


def test_no_room(bench, runtime, monkeypatch):
    monkeypatch.setattr(bench, "LOAD", bench.LOAD.replace("allocate_tensors()", "allocate_tensors(arena_bytes=1000000)"))
    assert bench.model_cycles("RPI_PICO", runtime.folder, bench.digits()) == (None, None)
    monkeypatch.setattr(bench, "LOAD", "print('~')\nnothing")
    with pytest.raises(bench.BoardError, match="NameError"):
        bench.model_cycles("RPI_PICO", runtime.folder, bench.digits())
    assert bench.cells(None, None, 5).split() == ["no", "room"]
