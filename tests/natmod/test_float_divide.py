# SPDX-License-Identifier: MIT
"""The native module's float division against the PC's FPU, bit for bit."""
import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "firmware/mpy/natmod/float_divide.c"
LOOP = """
void divide_all(const float *a, const float *b, float *q, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        q[i] = float_divide(a[i], b[i]);
    }
}
"""
EDGES = np.array(
    [0, 1, 2, 0x7FFFFF, 0x800000, 0x800001, 0xFFFFFF, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x40490FDB]
    + [0x7F7FFFFF, 0x7F800000, 0x7FC00000, 0x00400000, 0x1F800000, 0x5F800000],
    np.uint32,
)


@pytest.fixture(scope="module")
def divide(tmp_path_factory):
    folder = tmp_path_factory.mktemp("divide")
    (folder / "loop.c").write_text(f'#define FLOAT_DIVIDE float_divide\n#include "{SOURCE}"\n{LOOP}')
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", folder / "loop.so", folder / "loop.c"], check=True)
    function = ctypes.CDLL(str(folder / "loop.so")).divide_all

    def run(a, b):
        q = np.empty_like(a)
        function(*(array.ctypes.data_as(ctypes.c_void_p) for array in (a, b, q)), ctypes.c_uint(a.size))
        return q

    return run


def assert_same(divide, a, b):
    a, b = (np.ascontiguousarray(x, np.uint32).view(np.float32) for x in (a, b))
    with np.errstate(all="ignore"):
        want = a / b
    got = divide(a, b)
    same = (got.view(np.uint32) == want.view(np.uint32)) | (np.isnan(got) & np.isnan(want))
    worst = np.flatnonzero(~same)[:3]
    assert same.all(), [(a[i], b[i], got[i], want[i]) for i in worst]


def test_edges(divide):
    edges = np.concatenate([EDGES, EDGES | np.uint32(0x80000000)])
    a, b = np.meshgrid(edges, edges)
    assert_same(divide, a.ravel(), b.ravel())


@pytest.mark.parametrize("exponents", [(0, 256), (120, 136), (0, 3), (60, 68)])
def test_random(divide, exponents):
    random = np.random.default_rng(exponents[1])
    a, b = (
        (random.integers(*exponents, 400_000, np.uint32) << np.uint32(23)) | random.integers(0, 1 << 23, 400_000, np.uint32)
        for _ in range(2)
    )
    assert_same(divide, a | (random.integers(0, 2, a.size, np.uint32) << np.uint32(31)), b)


def test_small_integers_and_ties(divide):
    a, b = np.meshgrid(np.arange(1, 600, dtype=np.float32), np.arange(1, 600, dtype=np.float32))
    assert_same(divide, a.ravel().view(np.uint32), b.ravel().view(np.uint32))
