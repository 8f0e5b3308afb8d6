# SPDX-License-Identifier: MIT
"""Range: what calibration saw of one tensor, as a streaming histogram; METHODS choose the part of it
that the integers will cover.
"""

from dataclasses import dataclass, field

import numpy as np

BINS = 2048
MOST_COUNTED = 1 << 19  # values of one array that its histogram counts, about
WALL_COUNT, WALL_SHARE = 8, 1e-4  # values in the outermost bin that make an end a wall


@dataclass
class Range:
    """Smallest and largest value, a histogram over a growing symmetric span, the peak of each channel."""

    low: float = np.inf
    high: float = -np.inf
    span: float = 0.0
    counts: np.ndarray = field(default_factory=lambda: np.zeros(BINS, np.int64))
    channel_peak: np.ndarray | None = None

    def update(self, values):
        """Ends and peaks of all values; of a large array every so many rows for the histogram."""
        rows = values.reshape(-1, values.shape[-1]) if values.ndim else values.reshape(1, 1)
        lows, highs = rows.min(0), rows.max(0)
        low, high = float(lows.min()), float(highs.max())
        self.low, self.high = min(self.low, low), max(self.high, high)
        if not np.isfinite([low, high]).all():
            return
        self._widen(max(-low, high))
        step = rows.size // MOST_COUNTED | 1  # odd, so as not to keep to one column of a picture
        flat = rows[::step].reshape(-1)
        bins = np.clip((flat * (0.5 / self.span) * BINS + BINS / 2).astype(np.int32), 0, BINS - 1)
        self.counts += step * np.bincount(bins, minlength=BINS)
        peak = np.maximum(highs, -lows)
        self.channel_peak = peak if self.channel_peak is None else np.maximum(self.channel_peak, peak)

    def _widen(self, largest):
        """Doubles the span until it holds `largest`, joining bins so that no count is lost."""
        if self.span == 0.0:
            self.span = max(largest, 1e-12)
        while largest > self.span:
            quarter = BINS // 4
            joined = self.counts.reshape(-1, 2).sum(1)
            self.counts = np.zeros(BINS, np.int64)
            self.counts[quarter : quarter + BINS // 2] = joined
            self.span *= 2

    def centres(self):
        return (np.arange(BINS) + 0.5) * (2 * self.span / BINS) - self.span

    def widened(self, low, high, factor):
        """The ends taken wider, as other data may reach further; an end that is a wall (many values lie at it, as
        after RELU6 or in a picture's white) stays."""
        if factor == 1.0:
            return low, high
        ends, total = [], self.counts.sum()
        for end, extreme in ((low, self.low), (high, self.high)):
            at = int(np.clip(extreme * (0.5 / self.span) * BINS + BINS / 2, 0, BINS - 1)) if self.span else 0
            wall = end == extreme and self.counts[at] > max(WALL_COUNT, WALL_SHARE * total)
            ends.append(end if wall else end * factor)
        return tuple(ends)

    def merged(self, other):
        """What calibration would have seen of both tensors together."""
        both = Range(min(self.low, other.low), max(self.high, other.high))
        both.span = max(self.span, other.span)
        for one in (self, other):
            if one.counts.sum():
                places = np.clip(((one.centres() + both.span) * (BINS / (2 * both.span))).astype(int), 0, BINS - 1)
                both.counts += np.bincount(places, one.counts, BINS).astype(np.int64)
        return both


def minmax(seen, dtype):
    return seen.low, seen.high


def percentile(seen, dtype, share=0.9999):
    """The ends that leave out (1 - share) of the values, half at each side."""
    total = seen.counts.sum()
    if not total:
        return seen.low, seen.high
    sums, width = np.cumsum(seen.counts), 2 * seen.span / BINS
    first = int(np.searchsorted(sums, total * (1 - share) / 2, "right"))
    last = int(np.searchsorted(sums, total * (1 + share) / 2, "left"))
    low = max(seen.low, first * width - seen.span)
    return low, min(seen.high, (last + 1) * width - seen.span)


def error(seen, low, high, dtype):
    """Mean square error of the histogram's values when [low, high] is quantised: clipping and rounding."""
    steps = 65535 if dtype == "int16" else 255
    if dtype == "int16":
        high = max(-low, high)
        low = -high
    low, high = min(low, 0.0), max(high, 0.0)
    values, counts = seen.centres(), seen.counts
    outside = np.maximum(values - high, 0) + np.maximum(low - values, 0)
    inside = outside == 0
    rounding = ((high - low) / steps) ** 2 / 12
    return float((counts * np.where(inside, rounding, outside**2)).sum() / max(counts.sum(), 1))


def mse(seen, dtype):
    """The ends with the least mean square error, each side shrunk in steps of 2 %."""
    best, ends = error(seen, seen.low, seen.high, dtype), (seen.low, seen.high)
    for share in np.arange(0.3, 1.0, 0.02):
        for low, high in (
            (seen.low * share, seen.high * share),
            (seen.low, seen.high * share),
            (seen.low * share, seen.high),
        ):
            found = error(seen, low, high, dtype)
            if found < best:
                best, ends = found, (low, high)
    return ends


def entropy(seen, dtype):
    """The symmetric clipping of the histogram whose quantised form diverges least from it (Kullback-Leibler)."""
    total = seen.counts.sum()
    levels, best, ends = 128, np.inf, (seen.low, seen.high)
    half = seen.counts[BINS // 2 :] + seen.counts[: BINS // 2][::-1]
    if not total or dtype == "int16":
        return ends
    for stop in range(levels, BINS // 2 + 1, 16):
        kept = half[:stop].astype(np.float64)
        kept[-1] += half[stop:].sum()
        groups = np.minimum((np.arange(stop) * levels) // stop, levels - 1)
        filled = half[:stop] > 0
        sums = np.bincount(groups, half[:stop], levels)
        sizes = np.bincount(groups, filled, levels)
        coarse = np.where(filled, (sums / np.maximum(sizes, 1))[groups], 0)
        p, q = kept / total, coarse / max(coarse.sum(), 1)
        mask = p > 0
        divergence = float((p[mask] * np.log(p[mask] / np.maximum(q[mask], 1e-9))).sum())
        if divergence < best:
            limit = stop * (2 * seen.span / BINS)
            best, ends = divergence, (max(seen.low, -limit), min(seen.high, limit))
    return ends


def best(seen, dtype):
    """Of all methods the one whose ends give the least mean square error on what calibration saw."""
    choices = [method(seen, dtype) for method in (minmax, percentile, mse)]
    return min(choices, key=lambda ends: error(seen, *ends, dtype))


METHODS = {"minmax": minmax, "percentile": percentile, "mse": mse, "entropy": entropy, "best": best}
