# SPDX-License-Identifier: MIT
"""Recurrent layers and wrappers: LSTM as TFLite's own operator, GRU and SimpleRNN unrolled step by
step, Bidirectional, TimeDistributed.
"""

import numpy as np

from ...graph import Tensor
from . import LAYERS, Layer, Refused, layer, refusal
from .activations import activation


def _sequence(b, call, x):
    """The input in the order in which the layer reads it; refuses what has no meaning here."""
    if call.get("stateful"):
        raise Refused(call.name, "stateful=True", "needs stateful=False; feed whole sequences")
    if len(x.shape) != 3:
        raise Refused(call.name, f"input of rank {len(x.shape)}", "needs (time, features)")
    if not call.get("go_backwards"):
        return x
    return b.add("REVERSE_V2", [x, b.constant([1], f"{call.name}/axis", np.int32)], {}, f"{call.name}/backwards")


def _require(call, **wanted):
    for key, value in wanted.items():
        found = call.get(key, value)
        found = found["config"] if isinstance(found, dict) else found
        if found != value:
            raise Refused(call.name, f"{key} {found}", f"needs {value}")


@layer("LSTM")
def lstm(b, call, inputs):
    _require(call, activation="tanh", recurrent_activation="sigmoid")
    x = _sequence(b, call, inputs[0])
    arrays = call.weights.child("cell").arrays(3 if call["use_bias"] else 2)
    units = arrays[1].shape[0]
    bias = arrays[2] if call["use_bias"] else np.zeros(4 * units, np.float32)
    names = ("input", "forget", "cell", "output")

    def parts(values, kind):
        return [b.constant(v, f"{call.name}/{kind}_{n}") for v, n in zip(np.split(values, 4), names)]

    states = [Tensor(f"{call.name}/{n}_state", (1, units), "float32", is_variable=True) for n in ("hidden", "cell")]
    kernels, recurrents, biases = parts(arrays[0].T, "kernel"), parts(arrays[1].T, "recurrent"), parts(bias, "bias")
    ports = [x, *kernels, *recurrents, None, None, None, *biases, None, None, *states, None, None, None, None]
    options = {"fused_activation_function": "TANH", "cell_clip": 0.0, "proj_clip": 0.0, "time_major": False}
    y = b.add("UNIDIRECTIONAL_SEQUENCE_LSTM", ports, options, call.name)
    b.graph.notes.append(
        f"layer '{call.name}': keeps its state between invocations; call reset_all_variables() before each sequence"
    )
    if call.get("return_state"):
        last = last_step(b, y, f"{call.name}/state")
        return [y if call.get("return_sequences") else last, last]  # the cell is inside TFLite's operator
    return y if call.get("return_sequences") else last_step(b, y, call.name)


def last_step(b, y, name):
    steps, units = y.shape[1:]
    return b.strided_slice(y, (0, steps - 1, 0), (1, steps, units), (1, 1, 1), f"{name}/last", shrink=2)


def _dense(b, x, kernel, bias, name, keep=False):
    """kernel (in, out)"""
    bias = np.zeros(kernel.shape[1]) if bias is None else bias
    ports = [x, b.constant(kernel.T, f"{name}/kernel"), b.constant(bias, f"{name}/bias")]
    return b.add("FULLY_CONNECTED", ports, {"fused_activation_function": "NONE", "keep_num_dims": keep}, name)


def _unrolled(b, call, x, kernel, bias, step):
    """Projects all inputs at once, then `step(projected (1,k), hidden or None, name)` for each."""
    steps = x.shape[1]
    projected = _dense(b, x, kernel, bias, f"{call.name}/inputs", keep=True)
    pieces = b.add("UNPACK", [projected], {"axis": 1, "num": steps}, f"{call.name}/steps", count=steps)
    hidden, made = None, []
    for t, piece in enumerate(pieces):
        hidden = step(piece, hidden, f"{call.name}/{t}")
        made.append(hidden)
    if not call.get("return_sequences"):
        return hidden
    return b.add("PACK", made, {"axis": 1, "values_count": steps}, call.name)


@layer("SimpleRNN")
def simple_rnn(b, call, inputs):
    x = _sequence(b, call, inputs[0])
    arrays = call.weights.child("cell").arrays(3 if call["use_bias"] else 2)

    def step(projected, hidden, name):
        total = projected
        if hidden is not None:
            total = b.binary("ADD", projected, _dense(b, hidden, arrays[1], None, f"{name}/recurrent"), f"{name}/sum")
        return activation(b, total, call["activation"], f"{name}/hidden")

    return _unrolled(b, call, x, arrays[0], arrays[2] if call["use_bias"] else None, step)


@layer("GRU")
def gru(b, call, inputs):
    cell = _Gru(b, call)
    return _unrolled(b, call, _sequence(b, call, inputs[0]), cell.kernel, cell.outer_bias, cell.step)


class _Gru:
    """One GRU layer's weights, and its step; Keras's order of gates: update z, reset r, candidate h."""

    def __init__(self, b, call):
        arrays = call.weights.child("cell").arrays(3 if call["use_bias"] else 2)
        self.b, self.call, self.kernel = b, call, arrays[0]
        self.units, self.after = arrays[1].shape[0], call.get("reset_after", True)
        self.gate_kernel, self.candidate_kernel = np.split(arrays[1], [2 * self.units], 1)
        bias = arrays[2] if call["use_bias"] else None
        self.outer_bias = bias[0] if bias is not None and self.after else bias
        self.gate_bias = self.candidate_bias = None
        if bias is not None and self.after:
            self.gate_bias, self.candidate_bias = np.split(bias[1], [2 * self.units])

    def step(self, projected, hidden, name):
        x_gates, x_candidate = self._split(projected, (2 * self.units, self.units), f"{name}/split_input")
        return (
            self._first(x_gates, x_candidate, name)
            if hidden is None
            else self._next(x_gates, x_candidate, hidden, name)
        )

    def _next(self, x_gates, x_candidate, hidden, name):
        b = self.b
        h_gates = _dense(b, hidden, self.gate_kernel, self.gate_bias, f"{name}/recurrent")
        z, r = self._gates(b.binary("ADD", x_gates, h_gates, f"{name}/sum"), name)
        part = hidden if self.after else b.binary("MUL", r, hidden, f"{name}/reset")
        part = _dense(b, part, self.candidate_kernel, self.candidate_bias, f"{name}/candidate_recurrent")
        if self.after:
            part = b.binary("MUL", r, part, f"{name}/reset")
        candidate = self._candidate(b.binary("ADD", x_candidate, part, f"{name}/candidate_sum"), name)
        keep = b.binary("MUL", z, b.binary("SUB", hidden, candidate, f"{name}/difference"), f"{name}/keep")
        return b.binary("ADD", candidate, keep, f"{name}/hidden")

    def _first(self, x_gates, x_candidate, name):
        """The step from hidden state zero, where only biases are left of the recurrent part."""
        b = self.b
        if self.gate_bias is not None:
            x_gates = b.shifted(x_gates, self.gate_bias, f"{name}/sum")
        z, r = self._gates(x_gates, name)
        if self.candidate_bias is not None:
            part = b.scaled(r, self.candidate_bias, f"{name}/reset")
            x_candidate = b.binary("ADD", x_candidate, part, f"{name}/candidate_sum")
        candidate = self._candidate(x_candidate, name)
        return b.binary("SUB", candidate, b.binary("MUL", z, candidate, f"{name}/keep"), f"{name}/hidden")

    def _gates(self, value, name):
        both = activation(self.b, value, self.call["recurrent_activation"], f"{name}/gates")
        return self._split(both, (self.units, self.units), f"{name}/split_gates")

    def _candidate(self, value, name):
        return activation(self.b, value, self.call["activation"], f"{name}/candidate")

    def _split(self, value, sizes, name):
        b = self.b
        ports = [value, b.constant(sizes, f"{name}/sizes", np.int32), b.constant(1, f"{name}/axis", np.int32)]
        return b.add("SPLIT_V", ports, {"num_splits": len(sizes)}, name, count=len(sizes))


def _inner(b, call, config, weights, name, inputs):
    kind = config["class_name"]
    if kind in ("Sequential", "Functional", "Model"):
        return b.nested(config, weights, inputs)[0][1]
    if kind not in LAYERS:
        raise Refused(name, f"{kind} layer inside", refusal(kind, name).advice)
    result = LAYERS[kind](b, Layer(name, config["config"], weights), inputs)
    return result[0] if isinstance(result, list) else result


CELLS = {"LSTMCell": "LSTM", "GRUCell": "GRU", "SimpleRNNCell": "SimpleRNN"}


@layer("RNN")
def rnn(b, call, inputs):
    """A layer of one of Keras's own cells."""
    cell = call["cell"]
    kind = CELLS.get(cell["class_name"])
    if kind is None:
        raise Refused(call.name, f"RNN of {cell['class_name']}", f"needs one of {', '.join(CELLS)}")
    settings = {**cell["config"], **{k: v for k, v in call.config.items() if k not in ("cell", "name", "dtype")}}
    return LAYERS[kind](b, Layer(call.name, settings, call.weights), inputs)


@layer("Bidirectional")
def bidirectional(b, call, inputs):
    mode = call.get("merge_mode", "concat")
    forward_config, sequences = call["layer"], call["layer"]["config"].get("return_sequences")
    backward = call.get("backward_layer")
    if backward is None:
        settings = {**forward_config["config"], "go_backwards": not forward_config["config"].get("go_backwards")}
        backward = {"class_name": forward_config["class_name"], "config": settings}
    y = [
        _inner(b, call, forward_config, call.weights.child("forward_layer"), f"{call.name}/forward", inputs),
        _inner(b, call, backward, call.weights.child("backward_layer"), f"{call.name}/backward", inputs),
    ]
    if sequences:
        y[1] = b.add("REVERSE_V2", [y[1], b.constant([1], f"{call.name}/axis", np.int32)], {}, f"{call.name}/forwards")
    if mode in (None, "none"):
        return y
    if mode == "concat":
        return b.add("CONCATENATION", y, {"axis": len(y[0].shape) - 1, "fused_activation_function": "NONE"}, call.name)
    if mode not in ("sum", "mul", "ave"):
        raise Refused(call.name, f"merge_mode {mode}", "needs concat, sum, mul or ave")
    joined = b.binary("MUL" if mode == "mul" else "ADD", *y, call.name)
    return b.scaled(joined, 0.5, f"{call.name}/half") if mode == "ave" else joined


@layer("TimeDistributed")
def time_distributed(b, call, inputs):
    """The steps become the batch of the inner layer."""
    x = inputs[0]
    steps = b.reshape(x, x.shape[1:], f"{call.name}/steps")
    y = _inner(
        b, call, call["layer"], call.weights.child("layer"), f"{call.name}/{call['layer']['config']['name']}", [steps]
    )
    return b.reshape(y, (1, *y.shape), call.name)
