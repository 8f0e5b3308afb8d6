# SPDX-License-Identifier: MIT
"""quantize_lstm: what quantize does to one UNIDIRECTIONAL_SEQUENCE_LSTM: weights per tensor, cell
state int16 with a power of two as scale, hidden state as the output.
"""

import math

import numpy as np

from ..families.lstm import BIASES, INPUT_WEIGHTS, RECURRENT_WEIGHTS
from ..graph import Quant, Tensor
from . import scales

HIDDEN_STATE, CELL_STATE = 18, 19
CELL_MARGIN = 1.25  # the cell may grow a little past what calibration saw; a power of two follows anyway


def quantize_lstm(node, settings):
    x, y = node.inputs[0], node.output
    hidden, cell = node.inputs[HIDDEN_STATE], node.inputs[CELL_STATE]
    hidden.quant = Quant(y.quant.scale, y.quant.zero_point)
    hidden.dtype = settings.activation_type
    for at in (*INPUT_WEIGHTS, *RECURRENT_WEIGHTS):
        weights = node.inputs[at]
        weights.quant = scales.weights(weights.data, None)
        weights.data, weights.dtype = scales.weight_values(weights.data, weights.quant), "int8"
    for at, to in zip(BIASES, INPUT_WEIGHTS):
        bias = node.inputs[at]
        bias.quant = scales.bias(x.quant, node.inputs[to].quant)
        bias.dtype = "int64" if settings.int16 else "int32"
        bias.data = bias.quant.quantize(bias.data, bias.dtype)
    power = math.ceil(math.log2(max(_largest_cell(cell) * CELL_MARGIN, 1.0)))
    cell.quant, cell.dtype = Quant(2.0 ** (power - 15), 0), "int16"
    names = ("input", "forget", "cell", "output")
    node.intermediates = [Tensor(f"{node.name}/input_to_{n}_intermediate", (0,), "float32") for n in names]
    effective = Tensor(f"{node.name}/effective_hidden_scale", (0,), settings.activation_type)
    effective.quant = Quant(y.quant.scale, y.quant.zero_point)
    node.intermediates.append(effective)


def _largest_cell(cell):
    return 0.0 if cell.range is None else float(np.max(np.abs([cell.range.low, cell.range.high])))
