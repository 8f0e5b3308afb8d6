# SPDX-License-Identifier: MIT
"""QuantizeLinear and DequantizeLinear: the scales of a QDQ model, taken over exactly."""

import numpy as np

from ...graph import Quant, Tensor
from ..onnx_values import Value
from . import Refused, operator


def _parameters(c):
    scale = np.ravel(c.constant(1)).astype(np.float32)
    zero = c.constant(2, np.zeros(1, np.uint8 if c.attributes.get("output_dtype", 2) == 2 else np.int8))
    shift = 128 if zero.dtype == np.uint8 else 0
    if zero.dtype not in (np.int8, np.uint8, np.int32, np.int16):
        raise Refused(f"QDQ_{zero.dtype}".upper(), "needs int8 or uint8")
    return scale, np.ravel(zero).astype(np.int64) - shift, shift


@operator("QuantizeLinear")
def quantize_linear(c):
    """The value keeps its tensor, which from now on has a scale that calibration does not choose."""
    value = c.inputs[0]
    scale, zero_point, _ = _parameters(c)
    if scale.size != 1:
        raise Refused("QDQ_PER_CHANNEL", "activations need one scale")
    tensor, quant = value.tensor, Quant(scale, zero_point)
    if tensor.quant is not None and not tensor.quant.same_as(quant):
        tensor = c.b.add("QUANTIZE", [tensor], {}, c.name)
        value = Value(tensor, value.perm, value.flat)
    tensor.quant = quant
    return value


@operator("DequantizeLinear")
def dequantize_linear(c):
    found = c.inputs[0]
    if isinstance(found, Value):
        return found
    scale, zero_point, shift = _parameters(c)
    axis = c.get("axis", 1) % max(found.ndim, 1) if found.ndim else 0
    shape = [1] * found.ndim
    if scale.size > 1:
        shape[axis] = -1
    stored = found.astype(np.int64) - (shift if found.dtype == np.uint8 else 0)
    real = (
        (stored - zero_point.reshape(shape if scale.size > 1 else (1,) * found.ndim))
        * scale.reshape(shape if scale.size > 1 else (1,) * found.ndim)
    ).astype(np.float32)
    symmetric = (
        found.dtype in (np.int8, np.uint8) and not zero_point.any() and (found.size == 0 or stored.min() >= -127)
    )
    quant = Quant(scale, zero_point, axis) if symmetric else None
    tensor = Tensor(c.b.unique(c.name), real.shape, "float32", real, quant)
    return Value.plain(tensor)
