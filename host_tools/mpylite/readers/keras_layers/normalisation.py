# SPDX-License-Identifier: MIT
"""Normalisation and rescaling layers."""

import numpy as np

from ...errors import ModelError
from . import Refused, layer


def last_axis(call, x, key="axis"):
    axis = call.get(key, -1)
    axis = axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis
    if axis not in (-1, len(x.shape) - 1):
        raise Refused(call.name, f"axis {axis}", "needs the last axis (channels_last)")


@layer("BatchNormalization", "BatchNormalizationV1", "SyncBatchNormalization")
def batch_normalization(b, call, inputs):
    """gamma (x - mean) / sqrt(variance + epsilon) + beta, as one MUL and one ADD."""
    last_axis(call, inputs[0])
    arrays = call.weights.arrays(2 + bool(call["scale"]) + bool(call["center"]))
    mean, variance = arrays[-2:]
    gamma = arrays[0] if call["scale"] else np.ones_like(mean)
    beta = arrays[int(bool(call["scale"]))] if call["center"] else np.zeros_like(mean)
    if not (variance + call["epsilon"] > 0).all():
        raise ModelError(f"layer '{call.name}': the variance of a channel is below 0; train or save the model again")
    factor = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + call["epsilon"])
    return b.shifted(b.scaled(inputs[0], factor, f"{call.name}/scale"), beta - mean * factor, call.name)


@layer("LayerNormalization")
def layer_normalization(b, call, inputs):
    x, name = inputs[0], call.name
    axis = call.get("axis", -1)
    axis = sorted(n % len(x.shape) for n in (axis if isinstance(axis, (list, tuple)) else [axis]))
    if axis != list(range(axis[0], len(x.shape))) or axis[0] == 0:
        raise Refused(name, f"axis {call.get('axis')}", "needs the last axes")
    arrays = call.weights.arrays((0, 1, 2))
    y = b.standardised(x, axis, call["epsilon"], name)
    if call.get("scale", True):
        y = b.scaled(y, arrays[0], f"{name}/gamma")
    return b.shifted(y, arrays[-1], name) if call.get("center", True) else y


@layer("UnitNormalization")
def unit_normalization(b, call, inputs):
    last_axis(call, inputs[0])
    return b.add("L2_NORMALIZATION", [inputs[0]], {"fused_activation_function": "NONE"}, call.name)


@layer("Rescaling")
def rescaling(b, call, inputs):
    y = b.scaled(inputs[0], _numbers(call["scale"]), f"{call.name}/scale")
    return b.shifted(y, _numbers(call.get("offset", 0.0)), call.name)


def _numbers(value):
    if isinstance(value, dict):
        value = value["config"]["value"] if isinstance(value.get("config"), dict) else value["config"]
    return np.asarray(value, np.float32)


@layer("Normalization")
def normalization(b, call, inputs):
    if call.get("mean") is not None:
        mean, variance = _numbers(call["mean"]), _numbers(call["variance"])
    else:
        arrays = call.weights.arrays((2, 3))
        mean, variance = arrays[0], arrays[1]
        last_axis(call, inputs[0])
    deviation = np.maximum(np.sqrt(variance), 1e-7)
    if call.get("invert"):
        return b.shifted(b.scaled(inputs[0], deviation.ravel(), f"{call.name}/scale"), mean.ravel(), call.name)
    return b.shifted(
        b.scaled(inputs[0], (1 / deviation).ravel(), f"{call.name}/scale"), (-mean / deviation).ravel(), call.name
    )
