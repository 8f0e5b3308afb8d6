# SPDX-License-Identifier: MIT
"""The build whose failures are raised where they are found ends like the one that gives statuses: the same failure with the
same numbers, or the same outputs, arena and records, for sound and for damaged models."""

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.engine import models
from tests.kernels.case import case_files, load, rows

TOP = Path(__file__).resolve().parents[2]
SOURCES = ("kernels/*.c", "kernels/inner/portable.c", "firmware/engine/*.c", "tests/engine/raising.c")


class End(ctypes.Structure):
    """Status, whether it was found while the model ran, bytes of arena and records, a sum of the outputs; the sentence."""

    _fields_ = [("values", ctypes.c_int32 * 5), ("text", ctypes.c_char * 200)]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raising")
    sources = [str(path) for pattern in SOURCES for path in sorted(TOP.glob(pattern))]
    flags = ["-std=c99", "-O0", "-fPIC", "-shared", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror", "-Ikernels", "-Ifirmware/engine"]
    running = []
    for raises in (0, 1):
        command = ["cc", *flags, f"-DMPYLITE_RAISES={raises}", *sources, "-o", str(folder / f"{raises}.so")]
        running.append(subprocess.Popen(command, cwd=TOP))
    assert [one.wait() for one in running] == [0, 0]
    return [ctypes.CDLL(str(folder / f"{raises}.so")) for raises in (0, 1)]


def ends(libraries, content):
    data = np.frombuffer(content + bytes(8), np.uint8).copy()
    for library in libraries:
        end = End()
        library.attempt(data.ctypes.data_as(ctypes.c_void_p), ctypes.c_uint32(len(content)), ctypes.byref(end))
        yield [*end.values, end.text]


def some_models(every):
    """One of so many of the kernels' cases, and a whole network."""
    known = set(rows())
    cases = [case for operator in case_files() if operator in known for case in load(operator)]
    yield models.classifier()
    yield from (case.model() for case in cases[::every])


def test_models_end_alike(libraries):
    good = 0
    for content in some_models(25):
        by_status, by_raise = ends(libraries, content)
        assert by_status == by_raise
        good += by_status[0] == 0
    assert good > 100


def test_damaged_models_end_alike(libraries):
    random = np.random.default_rng(6)
    statuses = set()
    for content in some_models(40):
        for _ in range(8):
            damaged = bytearray(content)
            for at in random.integers(0, len(content), random.integers(1, 6)):
                damaged[at] = random.choice((0, 1, 255, random.integers(256)))
            by_status, by_raise = ends(libraries, bytes(damaged))
            assert by_status == by_raise, bytes(damaged).hex()
            statuses.add(by_status[0])
    assert len(statuses) > 12, "the damage did not reach many checks"
