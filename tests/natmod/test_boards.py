# SPDX-License-Identifier: MIT
"""The native modules on boards in QEMU, one for each instruction set: the API script says the same lines as in CPython,
and the sample models give TensorFlow Lite Micro's values, bit for bit."""

import subprocess
import sys

import pytest

from tests.engine.test_api import SCRIPT, folder  # noqa: F401  (a fixture)
from tests.natmod import boards

pytestmark = pytest.mark.slow
README = boards.TOP / "firmware/mpy/natmod/README.md"
FOLDERS = {"tiny": "tiny/", "fast": "fast/", "all": ""}
BUILDS = [(arch, one) for arch in boards.ARCHES for one in boards.sets(arch)]


@pytest.fixture(scope="module")
def models(folder):  # noqa: F811
    """The API script's files and the samples; what both should give."""
    expected = boards.samples(folder)
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout.splitlines(), expected


def told(arch, set_name):
    """The bytes that the modules' README tells of a set, or None where it tells none."""
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in README.read_text().splitlines() if line.startswith("|")]
    head = next(row for row in rows if row[0] == "" and "armv6m" in row)
    row = next(row for row in rows if row[0] == FOLDERS[set_name] + "mpylite.mpy")
    cell = dict(zip(head, row, strict=True)).get(arch, "")
    return int(cell.replace(",", "")) if cell else None


@pytest.mark.parametrize("arch, set_name", BUILDS)
def test_board(arch, set_name, models):
    reason = boards.missing(arch)
    if reason:
        pytest.skip(reason)
    boards.firmware(arch)
    files, lines, expected = models
    result = boards.run(arch, boards.build(arch, set_name), files, runs_script=set_name == "all")
    if told(arch, set_name):  # another compiler of a year gives some bytes more or less
        assert result.module_bytes == pytest.approx(told(arch, set_name), rel=0.02)
    assert result.lines == (lines if set_name == "all" else [])
    for name, want in expected.items():
        assert (result.outputs[name] == want).all(), name
