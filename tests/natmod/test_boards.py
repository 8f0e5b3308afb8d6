# SPDX-License-Identifier: MIT
"""The native modules on boards in QEMU, one for each instruction set: the API script says the same lines as in CPython,
and the sample models give TensorFlow Lite Micro's values, bit for bit."""

import subprocess
import sys

import pytest

from tests.engine.test_api import SCRIPT, folder  # noqa: F401  (a fixture)
from tests.natmod import boards

pytestmark = pytest.mark.slow
BUILDS = [(arch, one) for arch in boards.ARCHES for one in boards.sets(arch)]


@pytest.fixture(scope="module")
def models(folder):  # noqa: F811
    """The API script's files and the samples; what both should give."""
    expected = boards.samples(folder)
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout.splitlines(), expected


@pytest.mark.parametrize("arch, set_name", BUILDS)
def test_board(arch, set_name, models):
    reason = boards.missing(arch)
    if reason:
        pytest.skip(reason)
    boards.firmware(arch)
    files, lines, expected = models
    result = boards.run(arch, boards.build(arch, set_name), files, runs_script=set_name == "all")
    assert result.lines == (lines if set_name == "all" else [])
    for name, want in expected.items():
        assert (result.outputs[name] == want).all(), name
