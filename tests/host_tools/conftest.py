# SPDX-License-Identifier: MIT
"""Fixtures of the host tools' tests: the digits model, its data, its int8 file."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = ROOT / "models" / "digits"
sys.path[:0] = [str(ROOT / "host_tools"), str(DIGITS)]


@pytest.fixture(scope="session")
def digits():
    """(path of the float model, held-out images, labels, Keras's own outputs for the first 64)."""
    import data
    import numpy as np

    images, labels = data.held_out()
    return DIGITS / "digits.keras", images, labels, np.load(DIGITS / "expected.npz")["out0"]


@pytest.fixture(scope="session")
def digits_int8(tmp_path_factory):
    """The Conversion of the digits model and the path of its file."""
    import data
    from mpylite import pipeline

    path = tmp_path_factory.mktemp("digits") / "digits.tflite"
    return pipeline.convert(DIGITS / "digits.keras", path, data.calibration), path


@pytest.fixture
def command():
    """Runs the command line; gives (exit status, stdout, stderr)."""
    import contextlib
    import io
    import os

    from mpylite import cli

    os.environ["MPYLITE_TRACEBACK"] = "1"
    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.status([str(a) for a in arguments])
        return status, out.getvalue(), err.getvalue()

    return run
