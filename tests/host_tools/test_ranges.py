# SPDX-License-Identifier: MIT
"""Calibration's histogram and the methods that choose ranges from it."""

import importlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpylite.errors import UnsupportedError
from mpylite.graph import Graph, Node, Quant, Tensor
from mpylite.passes import ranges

quantize = importlib.import_module("mpylite.passes.quantize")


def seen(*parts):
    found = ranges.Range()
    for part in parts:
        found.update(np.asarray(part, np.float32).reshape(-1, 1))
    return found


PARTS = st.lists(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=30), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(PARTS)
def test_streaming_loses_no_value(parts):
    found, values = seen(*parts), np.float32(sum(parts, []))
    assert (found.low, found.high) == (values.min(), values.max())
    assert found.counts.sum() == len(values) and found.span >= np.abs(values).max()


def test_of_a_large_array_every_so_many_rows_are_counted():
    """The ends are exact, the histogram's shares nearly so."""
    values = np.random.default_rng(2).normal(0, 1, (200_000, 8)).astype(np.float32)
    values[12_345, 3] = 9.0
    found = ranges.Range()
    found.update(values)
    assert found.high == 9.0 and found.channel_peak[3] == 9.0
    assert found.counts.sum() == pytest.approx(values.size, rel=1e-4)
    assert found.counts[: ranges.BINS // 2].sum() == pytest.approx(values.size / 2, rel=5e-3)


@pytest.mark.parametrize("name", ranges.METHODS)
def test_every_method_stays_inside_what_was_seen(name):
    found = seen(np.random.default_rng(0).normal(1, 2, 5000))
    for dtype in ("int8", "int16"):
        low, high = ranges.METHODS[name](found, dtype)
        assert found.low <= low < high <= found.high + 1e-6


@pytest.mark.parametrize("name", ["percentile", "mse", "best"])
def test_an_outlier_is_clipped(name):
    """One value in 100,000 at 100 times the rest: clipping it must lower the true rounding error."""
    values = np.random.default_rng(1).normal(0, 1, 100_000).astype(np.float32)
    values[7] = 150.0
    low, high = ranges.METHODS[name](seen(values), "int8")
    scale = (high - low) / 255
    assert high < 140
    if name != "percentile":
        error = np.mean(
            (np.clip(np.round(values / scale), np.round(low / scale), np.round(high / scale)) * scale - values) ** 2
        )
        whole = (values.max() - values.min()) / 255
        assert error < np.mean((np.round(values / whole) * whole - values) ** 2)


def test_best_is_never_worse_than_minmax_by_its_own_measure():
    for seed in range(5):
        found = seen(np.random.default_rng(seed).standard_t(3, 3000))
        assert ranges.error(found, *ranges.best(found, "int8"), "int8") <= ranges.error(
            found, found.low, found.high, "int8"
        )


def test_ends_are_widened_but_where_values_pile_up():
    rng = np.random.default_rng(4)
    free = seen(rng.normal(0, 1, 5000))
    assert free.widened(free.low, free.high, 1.05) == (free.low * 1.05, free.high * 1.05)
    clipped = seen(np.clip(rng.normal(0, 4, 5000), -20, 6))
    assert clipped.widened(clipped.low, clipped.high, 1.05) == (clipped.low * 1.05, clipped.high)
    assert clipped.widened(-3.0, 3.0, 1.05) == (-3.0 * 1.05, 3.0 * 1.05)
    picture = seen(rng.integers(0, 256, 5000) / 255)
    assert picture.widened(picture.low, picture.high, 1.05) == (0, 1)


@pytest.mark.parametrize("zero_point", [0, -128])
def test_a_divisor_without_a_range_is_what_its_type_can_hold(zero_point):
    """As in a model that came with scales: nothing was calibrated."""
    x, y, out = (Tensor(name, (1, 4), "float32") for name in "xyo")
    y.quant = Quant(np.float32([0.1]), np.int64([zero_point]))
    graph = Graph("divides", [Node("DIV", [x, y], [out], {})], [x, y], [out], ["x", "y"], ["o"], {})
    with pytest.raises(UnsupportedError, match="DIVISOR_NEAR_ZERO"):
        quantize._check_divisors(graph, "int8")
