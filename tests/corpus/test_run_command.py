# SPDX-License-Identifier: MIT
"""`mpylite run` as a user calls it: recorded inputs in an .npz, outputs in another, in the engine and in MicroPython."""

import numpy as np
import pytest

from mpylite import cli

from . import goldens

MICROPYTHON_SAMPLES = 2
STEPS_OF_STATEFUL = 64


def _models():
    for key, entry in goldens.index().items():
        slow = entry["macs"] > 1_000_000 or key.startswith("tflm-seanet")
        yield pytest.param(key, id=key, marks=[pytest.mark.slow] if slow else [])


def _run(entry, samples, folder, machine):
    given, made = folder / "in.npz", folder / "out.npz"
    np.savez(given, **{f"in{i}": np.stack(column) for i, column in enumerate(zip(*samples))})
    command = ["run", str(goldens.CORPUS / entry["model"]), "--input", str(given), "--output", str(made), "--on", machine]
    assert cli.status(command) == 0
    with np.load(made) as arrays:
        return [arrays[f"out{i}"] for i in range(len(arrays.files))]


def _differing(outputs, group, key, count):
    """Values that differ from the recorded ones of the reference that counts."""
    sums = []
    for reference in goldens.references(key):
        if reference in group.recorded:
            recorded = [np.stack(column) for column in zip(*group.recorded[reference][:count])]
            sums.append(sum(int((a.reshape(-1) != b.reshape(-1)).sum()) for a, b in zip(outputs, recorded)))
    return min(sums)


@pytest.mark.parametrize("key", list(_models()))
def test_engine_gives_every_recorded_output(key, tmp_path):
    entry = goldens.index()[key]
    for group in goldens.groups(entry):
        if not group.fresh:
            outputs = _run(entry, group.samples, tmp_path, "engine")
            assert _differing(outputs, group, key, len(group.samples)) == 0, group.name


@pytest.mark.parametrize("key", list(_models()))
def test_micropython_gives_the_same(key, tmp_path):
    entry = goldens.index()[key]
    count = STEPS_OF_STATEFUL if entry["stateful"] else MICROPYTHON_SAMPLES
    for group in goldens.groups(entry):
        if not group.fresh:
            outputs = _run(entry, group.samples[:count], tmp_path, "micropython")
            assert _differing(outputs, group, key, count) == 0, group.name
