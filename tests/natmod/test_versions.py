# SPDX-License-Identifier: MIT
"""Modules as they are shipped, on boards with another MicroPython than the one whose headers they were built with (and on a
PC with PyPI's, newer still: test_boards.py)."""

import pytest

from tests.natmod import boards

VERSION = "1.26.1"
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("arch, set_name", [("armv6m", "fast"), ("rv32imc", "tiny")])
def test_other_micropython(arch, set_name, tmp_path):
    if reason := boards.missing(arch) or boards.source_missing(VERSION):
        pytest.skip(reason)
    boards.firmware(arch, VERSION)
    expected = boards.samples(tmp_path)
    result = boards.run(arch, boards.build(arch, set_name), tmp_path, runs_script=False, version=VERSION)
    for name, want in expected.items():
        assert (result.outputs[name] == want).all(), name
