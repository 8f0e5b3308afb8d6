# SPDX-License-Identifier: MIT
"""UNIDIRECTIONAL_SEQUENCE_LSTM without peephole, projection or layer norm: shape, float arithmetic."""

import numpy as np

from . import operator
from .activation import sigmoid

INPUT_WEIGHTS, RECURRENT_WEIGHTS, BIASES = (1, 2, 3, 4), (5, 6, 7, 8), (12, 13, 14, 15)  # input forget cell output


def lstm_shapes(node):
    return [(*node.inputs[0].shape[:2], node.inputs[2].shape[0])]


def lstm_macs(node):
    units, width = node.inputs[2].shape
    return 4 * units * (width + units) * int(np.prod(node.inputs[0].shape[:2]))


@operator("UNIDIRECTIONAL_SEQUENCE_LSTM", "lstm", lstm_shapes, lstm_macs, data_inputs=(0,), states=(19,))
def unidirectional_sequence_lstm(node, arrays):
    """[outputs (n,t,units), cell states (t,n,units)]."""
    x = np.swapaxes(arrays[0], 0, 1) if node.options.get("time_major") else arrays[0]
    units = arrays[2].shape[0]
    hidden = np.zeros((len(x), units), x.dtype)
    cell, cells, steps = np.zeros_like(hidden), [], []
    projected = [x @ arrays[w].T + arrays[b] for w, b in zip(INPUT_WEIGHTS, BIASES)]
    recurrent = np.concatenate([arrays[r] for r in RECURRENT_WEIGHTS], 0).T
    for t in range(x.shape[1]):
        i, f, g, o = (p[:, t] + r for p, r in zip(projected, np.split(hidden @ recurrent, 4, 1)))
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        hidden = sigmoid(o) * np.tanh(cell)
        cells.append(cell)
        steps.append(hidden)
    y = np.stack(steps, 1)
    return [np.swapaxes(y, 0, 1) if node.options.get("time_major") else y, np.stack(cells)]
