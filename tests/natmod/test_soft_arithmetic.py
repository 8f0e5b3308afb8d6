# SPDX-License-Identifier: MIT
"""The native module's arithmetic for cores without an FPU or a divider, against the PC's, bit for bit."""

import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest

SOURCES = Path(__file__).resolve().parents[2] / "firmware/mpy/natmod"
BINARY = {"soft_add": np.add, "soft_sub": np.subtract, "soft_mul": np.multiply, "soft_div": np.divide}
LOOP = """
#define LOOP(name, x_t, y_t, r_t, call) \\
    void name(const x_t *a, const y_t *b, r_t *r, unsigned n) { for (unsigned i = 0; i < n; i++) r[i] = call; }
LOOP(all_soft_add, float, float, float, soft_add(a[i], b[i]))
LOOP(all_soft_sub, float, float, float, soft_sub(a[i], b[i]))
LOOP(all_soft_mul, float, float, float, soft_mul(a[i], b[i]))
LOOP(all_soft_div, float, float, float, soft_div(a[i], b[i]))
LOOP(all_compare, float, float, int, compare(a[i], b[i], b[i] != b[i] ? 5 : 7))
LOOP(all_from_int, int, int, float, soft_from_int(a[i]))
LOOP(all_from_int64, int64_t, int64_t, float, __floatdisf(a[i]))
LOOP(all_from_uint, unsigned, int, float, soft_from_uint(a[i]))
LOOP(all_to_int, float, int, int, soft_to_int(a[i]))
LOOP(all_extend, float, float, double, soft_extend(a[i]))
LOOP(all_to_uint, float, int, unsigned, soft_to_uint(a[i]))
LOOP(all_quotient, int, int, int, __aeabi_idiv(a[i], b[i]))
LOOP(all_rest, int, int, int, (int)(__aeabi_idivmod(a[i], b[i]) >> 32))
LOOP(all_uquotient, unsigned, unsigned, unsigned, __aeabi_uidiv(a[i], b[i]))
LOOP(all_urest, unsigned, unsigned, unsigned, (unsigned)(__aeabi_uidivmod(a[i], b[i]) >> 32))
"""
EDGES = np.array(
    [0, 1, 2, 0x7FFFFF, 0x800000, 0x800001, 0xFFFFFF, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x40490FDB, 0x34000000]
    + [
        0x7F7FFFFF,
        0x7F800000,
        0x7FC00000,
        0x00400000,
        0x1F800000,
        0x5F800000,
        0x4EFFFFFF,
        0x4F000000,
        0x4F7FFFFF,
        0x4F800000,
    ],
    np.uint32,
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("soft")
    code = f'#define SOFT_FLOAT_TEST 1\n#define __ARM_ARCH_6M__ 1\n#include "{SOURCES}/soft_float.c"\n#include "{SOURCES}/int_divide.c"\n'
    (folder / "loop.c").write_text(code + LOOP)
    subprocess.run(["gcc", "-O1", "-w", "-shared", "-fPIC", "-o", folder / "loop.so", folder / "loop.c"], check=True)
    return ctypes.CDLL(str(folder / "loop.so"))


def run(library, name, a, b, dtype):
    result = np.empty(a.size, dtype)
    arrays = [np.ascontiguousarray(array) for array in (a, b)]
    getattr(library, "all_" + name)(
        *(array.ctypes.data_as(ctypes.c_void_p) for array in (*arrays, result)), ctypes.c_uint(a.size)
    )
    return result


def assert_same(library, a, b):
    """a and b as bits: every function of two floats."""
    a, b = (np.ascontiguousarray(x, np.uint32).view(np.float32) for x in (a, b))
    for name, reference in BINARY.items():
        with np.errstate(all="ignore"):
            want = reference(a, b)
        got = run(library, name, a, b, np.float32)
        same = (got.view(np.uint32) == want.view(np.uint32)) | (np.isnan(got) & np.isnan(want))
        worst = np.flatnonzero(~same)[:3]
        assert same.all(), [(name, a[i], b[i], got[i], want[i]) for i in worst]
    order = np.where(np.isnan(b), 5, np.where(np.isnan(a), 7, np.where(a < b, -1, (a > b).astype(int))))
    assert (run(library, "compare", a, b, np.int32) == order).all()


def test_edges(library):
    edges = np.concatenate([EDGES, EDGES | np.uint32(0x80000000)])
    a, b = np.meshgrid(edges, edges)
    assert_same(library, a.ravel(), b.ravel())


@pytest.mark.parametrize("exponents", [(0, 256), (120, 136), (0, 3), (60, 68), (126, 128)])
def test_random(library, exponents):
    random = np.random.default_rng(exponents[1])
    a, b = (
        (random.integers(*exponents, 300_000, np.uint32) << np.uint32(23))
        | random.integers(0, 1 << 23, 300_000, np.uint32)
        for _ in range(2)
    )
    assert_same(library, a | (random.integers(0, 2, a.size, np.uint32) << np.uint32(31)), b)


def test_small_integers_and_ties(library):
    a, b = np.meshgrid(np.arange(1, 600, dtype=np.float32), np.arange(1, 600, dtype=np.float32))
    assert_same(library, a.ravel().view(np.uint32), b.ravel().view(np.uint32))


def integers(dtype):
    random = np.random.default_rng(7)
    bits = random.integers(0, 1 << 32, 200_000, np.uint32) >> random.integers(0, 32, 200_000, np.uint32)
    edges = np.array(
        [0, 1, 2, 3, 7, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0x1000001, 0x1FFFFFF, 0x7FFFFFBF], np.uint32
    )
    return np.concatenate([bits, edges, np.uint32(0) - bits]).view(dtype)


def test_integers_become_floats(library):
    for name, dtype in (("from_int", np.int32), ("from_uint", np.uint32)):
        numbers = integers(dtype)
        assert (run(library, name, numbers, numbers, np.float32) == numbers.astype(np.float32)).all(), name


def test_wide_integers_become_floats(library):
    numbers = (integers(np.int32).astype(np.int64) << 31) ^ integers(np.int64)[0]
    numbers = np.concatenate(
        [numbers, integers(np.int64), [0, 1 << 24, (1 << 24) + 1, (1 << 40) + (1 << 16), -(1 << 63), (1 << 63) - 1]]
    )
    assert (run(library, "from_int64", numbers, numbers, np.float32) == numbers.astype(np.float32)).all()


def test_floats_become_integers(library):
    values = np.concatenate(
        [
            integers(np.uint32).view(np.float32),
            EDGES.view(np.float32),
            integers(np.int32).astype(np.float32),
            [0.99, -0.99, -1.5, 1e9, -1e9],
        ]
    ).astype(np.float32)
    for name, dtype in (("to_int", np.int32), ("to_uint", np.uint32)):
        limits = np.iinfo(dtype)
        want = np.clip(np.trunc(np.nan_to_num(values, nan=0.0).astype(np.float64)), limits.min, limits.max).astype(
            dtype
        )
        assert (run(library, name, values, values, dtype) == want).all(), name


def test_floats_become_doubles(library):
    bits = np.concatenate([integers(np.uint32), EDGES, np.arange(1, 0x800000, 4099, np.uint32), EDGES | np.uint32(0x80000000)])
    values = bits.view(np.float32)
    values = values[~np.isnan(values)]
    wide = run(library, "extend", values, values, np.float64)
    assert (wide.view(np.uint64) == values.astype(np.float64).view(np.uint64)).all()
    assert np.isnan(run(library, "extend", np.float32([np.nan]), np.float32([np.nan]), np.float64)).all()


def test_integer_division(library):
    for suffix, dtype in (("", np.int32), ("u", np.uint32)):
        a = integers(dtype)
        b = np.random.default_rng(3).permutation(a)
        wide_a, wide_b = a.astype(np.int64), np.where(b == 0, 1, b).astype(np.int64)
        quotient = np.sign(wide_a) * np.sign(wide_b) * (abs(wide_a) // abs(wide_b))
        b = wide_b.astype(dtype)
        assert (run(library, suffix + "quotient", a, b, dtype) == quotient.astype(dtype)).all()
        assert (run(library, suffix + "rest", a, b, dtype) == (wide_a - quotient * wide_b).astype(dtype)).all()


STEPS = """
#define LOOP(name, x_t, y_t, r_t, call) \\
    void name(const x_t *a, const y_t *b, r_t *r, unsigned n) { for (unsigned i = 0; i < n; i++) r[i] = call; }
LOOP(all_from_real, float, float, int, steps_from_real(a[i], b[i]))
LOOP(all_to_real, int, float, float, steps_to_real(a[i], b[i]))
"""


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """kernels/steps.c as it is for processors without float instructions."""
    folder = tmp_path_factory.mktemp("steps")
    kernels = SOURCES.parents[2] / "kernels"
    code = f'#define STEPS_BY_INTEGERS 1\n#include "{kernels}/requant.c"\n#include "{kernels}/steps.c"\n'
    (folder / "loop.c").write_text(code + STEPS)
    subprocess.run(["gcc", "-O1", "-w", "-shared", "-fPIC", "-o", folder / "loop.so", folder / "loop.c"], check=True)
    return ctypes.CDLL(str(folder / "loop.so"))


def some_scales(random, n):
    """Positive finite numbers, subnormal ones too, and many that scales may be."""
    bits = np.concatenate([random.integers(1, 0x7F800000, n), random.integers(0x37800000, 0x42000000, n), EDGES[1:18]])
    return bits[bits < 0x7F800000].astype(np.uint32).view(np.float32)


def test_quotients_by_integers(steps):
    random = np.random.default_rng(7)
    scale = np.concatenate([some_scales(random, 100000)] * 2)
    value = random.integers(0, 1 << 32, scale.size, np.uint32).view(np.float32).copy()
    near = scale.size // 2
    with np.errstate(all="ignore"):
        halves = random.integers(-600, 600, near).astype(np.float32) * np.float32(0.5)
        value[:near] = halves * scale[:near]  # half way between two steps, or next to it
        value[:near].view(np.uint32)[::3] += 1
        value[: EDGES.size] = EDGES.view(np.float32)
        quotient = (value / scale).astype(np.float64)
        want = np.clip(np.trunc(np.abs(quotient) + 0.5), 0, 1 << 30) * np.sign(quotient)
    want = np.where(np.isnan(quotient), 0, want).astype(np.int64)
    got = run(steps, "from_real", value, scale, np.int32)
    wrong = np.flatnonzero(got != want)[:3]
    assert not wrong.size, [(value[i], scale[i], got[i], want[i]) for i in wrong]


def test_products_by_integers(steps):
    random = np.random.default_rng(8)
    scale = some_scales(random, 200000)
    number = random.integers(-(1 << 17) + 1, 1 << 17, scale.size).astype(np.int32)
    number[::2] = random.integers(-255, 256, number[::2].size)
    with np.errstate(all="ignore"):
        want = number.astype(np.float32) * scale
    got = run(steps, "to_real", number, scale, np.float32)
    wrong = np.flatnonzero((got.view(np.uint32) != want.view(np.uint32)) & (number != 0))[:3]
    assert not wrong.size, [(number[i], scale[i], got[i], want[i]) for i in wrong]
    assert (got[number == 0] == 0).all()
