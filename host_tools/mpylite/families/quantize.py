# SPDX-License-Identifier: MIT
"""QUANTIZE, DEQUANTIZE, CAST: in the float graph the first two change nothing."""

import numpy as np

from . import operator
from .activation import as_input


@operator("QUANTIZE", "free", as_input)
def quantize(node, arrays):
    return arrays[0]


@operator("DEQUANTIZE", "free", as_input)
def dequantize(node, arrays):
    return np.asarray(arrays[0], np.float32)


@operator("CAST", "integer", as_input)
def cast(node, arrays):
    return np.asarray(arrays[0]).astype(node.output.dtype)
