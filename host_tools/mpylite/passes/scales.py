# SPDX-License-Identifier: MIT
"""Ranges to scales by TFLite's quantisation specification; which tensor shares whose is quantize's."""

import numpy as np

from ..graph import INTEGER_RANGES, Quant

# op -> (int8 scale, int8 zero point, int16 scale): outputs whose scale TFLite gives
FIXED = {
    "SOFTMAX": (1 / 256, -128, 1 / 32768),
    "LOGISTIC": (1 / 256, -128, 1 / 32768),
    "TANH": (1 / 128, 0, 1 / 32768),
    "L2_NORMALIZATION": (1 / 128, 0, 1 / 32768),
    "LOG_SOFTMAX": (16 / 256, 127, 16 / 65536),
}
SMALLEST = 1e-12  # below this a range is taken for zero
DEAD, LEAST = 1e-3, 1e-5  # the range of a tensor that is always zero, and the least of any other: kernels need
# the scales of an operator within a factor of about a million of one another


def fixed(op, dtype):
    small, zero_point, large = FIXED[op]
    return Quant(large, 0) if dtype == "int16" else Quant(small, zero_point)


def activation(low, high, dtype):
    """Asymmetric int8 or symmetric int16 of a range, which is widened to hold zero."""
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    if high - low < SMALLEST:
        low, high = 0.0, DEAD
    elif high - low < LEAST:
        low, high = low * LEAST / (high - low), high * LEAST / (high - low)
    if dtype == "int16":
        return Quant(max(-low, high) / 32767, 0)
    smallest, largest = INTEGER_RANGES["int8"]
    scale = np.float32((high - low) / (largest - smallest))
    zero_point = int(np.clip(round(smallest - low / float(scale)), smallest, largest))
    return Quant(scale, zero_point)


def weights(values, axis):
    """Symmetric int8 in [-127,127], one scale a slice of `axis`, or one for all where axis is None."""
    over = tuple(i for i in range(values.ndim) if i != axis)
    largest = np.abs(values).max(axis=over) if values.size else np.zeros(1)
    largest = np.where(largest < SMALLEST, 1.0, largest)
    return Quant(largest / 127, np.zeros(np.size(largest), np.int64), axis or 0)


def room_for_bias(weight_quant, input_quant, bias):
    """Widens weight scales where the bias, in steps of input times weight scale, would not fit in int32."""
    least = np.abs(bias) / (float(input_quant.scale[0]) * 2**30)
    if weight_quant.per_channel or least.size == 1:
        weight_quant.scale = np.maximum(weight_quant.scale, least.astype(np.float32))


def weight_values(values, quant):
    return np.clip(quant.quantize(values, "int8"), -127, 127).astype(np.int8)


def bias(input_quant, weight_quant):
    scale = input_quant.scale.astype(np.float32)[0] * weight_quant.scale
    return Quant(scale, np.zeros(scale.size, np.int64), 0)


def range_of(quant, dtype):
    """The real values that a quantisation can hold."""
    smallest, largest = INTEGER_RANGES[dtype]
    scale, zero_point = float(quant.scale[0]), int(quant.zero_point[0])
    return scale * (smallest - zero_point), scale * (largest - zero_point)
