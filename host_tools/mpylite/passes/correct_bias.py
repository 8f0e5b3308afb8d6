# SPDX-License-Identifier: MIT
"""mean_shift: what rounding the weights adds to the mean of each output channel; quantize takes it
from the bias where that helps.
"""

import numpy as np


def mean_shift(op, channel_mean, exact, weights):
    """(output channels,): the sum over taps of (rounded - exact weight) * mean input."""
    difference = weights.quant.dequantize(weights.data) - exact
    if op == "DEPTHWISE_CONV_2D":
        multiplier = exact.shape[3] // len(channel_mean)
        return (difference.sum((0, 1, 2)) * np.repeat(channel_mean, multiplier)).astype(np.float32)
    if op == "FULLY_CONNECTED":
        if exact.shape[1] % len(channel_mean):
            return np.zeros(len(exact), np.float32)
        return (difference @ np.tile(channel_mean, exact.shape[1] // len(channel_mean))).astype(np.float32)
    taps = difference.sum((1, 2))  # (o, c of one group)
    groups = len(channel_mean) // taps.shape[1]
    means = np.repeat(channel_mean.reshape(groups, -1), len(taps) // max(groups, 1), 0)
    return (taps * means).sum(1).astype(np.float32)
