# SPDX-License-Identifier: MIT
"""The native modules on boards in QEMU, one for each instruction set: the API script says the same lines as in CPython,
and the sample models give TensorFlow Lite Micro's values, bit for bit."""

import subprocess
import sys

import pytest

from tests.engine.test_api import SCRIPT, folder  # noqa: F401  (a fixture)
from tests.natmod import boards

pytestmark = pytest.mark.slow
VARIANTS = {"int8": (f"{boards.TINY},{boards.MORE}", "int8"), "all": ("", "")}


@pytest.fixture(scope="module")
def models(folder):  # noqa: F811
    """The API script's files and the samples; what both should give."""
    expected = boards.samples(folder)
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout.splitlines(), expected


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("arch", boards.ARCHES)
def test_board(arch, variant, models):
    reason = boards.missing(arch)
    if reason:
        pytest.skip(reason)
    boards.firmware(arch)
    files, lines, expected = models
    result = boards.run(arch, boards.build(arch, *VARIANTS[variant]), files)
    assert result.lines == lines
    for name, want in expected.items():
        assert (result.outputs[name] == want).all(), name
