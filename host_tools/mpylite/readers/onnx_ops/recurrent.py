# SPDX-License-Identifier: MIT
"""LSTM, GRU and RNN: as the Keras layers of the same weights."""

from ..keras_layers import Layer
from ..keras_layers import recurrent as keras
from ..onnx_values import Value
from . import Refused, operator


class _Given:
    """Weights in Keras's form, for a layer that asks its cell for them."""

    def __init__(self, arrays):
        self._arrays = arrays

    def child(self, attribute):
        return self

    def arrays(self, count):
        return self._arrays


def _gates(array, order, count):
    """ONNX's rows of gates (count*units, …) as Keras's columns, in Keras's order."""
    import numpy as np

    parts = np.split(array, count, 0)
    return np.concatenate([parts[i] for i in order], 0)


def _run(c, kind, order, extra):
    import numpy as np

    if any(c.has(i) and np.any(c.constant(i)) for i in (5, 6)) or c.has(4) or c.has(7):
        raise Refused("RNN_INPUTS", "needs zero initial states, no sequence lengths, no peepholes")
    if c.get("layout") or c.get("clip"):
        raise Refused("RNN_FORM", "needs layout 0 and no clip")
    if any(a.lower() not in ("sigmoid", "tanh") for a in c.get("activations") or []):
        raise Refused("RNN_ACTIVATIONS", "needs the default activations")
    weights, recurrent = c.constant(1), c.constant(2)
    directions, units, count = weights.shape[0], c.get("hidden_size"), len(order)
    bias = c.constant(3, np.zeros((directions, 2 * count * units), np.float32))
    x = c.value(0).arranged(c.b, (1, 0, 2)).tensor  # (n,t,features)
    sides, names = [], {"forward": [False], "reverse": [True], "bidirectional": [False, True]}
    for i, backwards in enumerate(names[c.get("direction", "forward")]):
        wb, rb = np.split(bias[i], 2)
        arrays = [_gates(weights[i], order, count).T, _gates(recurrent[i], order, count).T]
        arrays.append(extra(_gates(wb, order, count), _gates(rb, order, count)))
        config = {"use_bias": True, "return_sequences": True, "go_backwards": backwards, "activation": "tanh"}
        config |= {"recurrent_activation": "sigmoid", "reset_after": bool(c.get("linear_before_reset"))}
        layer = Layer(f"{c.name}/{i}" if directions > 1 else c.name, config, _Given(arrays))
        y = getattr(keras, kind)(c.b, layer, [x])
        last = keras.last_step(c.b, y, layer.name)
        if backwards:
            y = c.b.add(
                "REVERSE_V2", [y, c.b.constant([1], f"{layer.name}/axis", np.int32)], {}, f"{layer.name}/forwards"
            )
        sides.append((y, last))
    return _outputs(c, sides)


def _outputs(c, sides):
    """Y (t,directions,n,units) and Y_h (directions,n,units) as ONNX sees them."""
    wide = [c.b.reshape(y, (*y.shape[:2], 1, y.shape[2]), f"{y.name}/direction") for y, _ in sides]  # (n,t,d,units)
    tall = [
        c.b.reshape(last, (last.shape[0], 1, last.shape[1]), f"{last.name}/direction") for _, last in sides
    ]  # (n,d,units)
    plain = {"fused_activation_function": "NONE"}
    y = wide[0] if len(wide) == 1 else c.b.add("CONCATENATION", wide, {"axis": 2, **plain}, f"{c.name}/sides")
    last = tall[0] if len(tall) == 1 else c.b.add("CONCATENATION", tall, {"axis": 1, **plain}, f"{c.name}/last_sides")
    return [Value(y, (2, 0, 1, 3)), Value(last, (1, 0, 2)), None]


@operator("LSTM")
def lstm(c):
    """ONNX's gates: input, output, forget, cell; Keras's: input, forget, cell, output."""
    return _run(c, "lstm", (0, 2, 3, 1), lambda wb, rb: wb + rb)


@operator("RNN")
def rnn(c):
    return _run(c, "simple_rnn", (0,), lambda wb, rb: wb + rb)


@operator("GRU")
def gru(c):
    """ONNX's gates: update, reset, hidden, as Keras's."""
    import numpy as np

    after = bool(c.get("linear_before_reset"))
    return _run(c, "gru", (0, 1, 2), lambda wb, rb: np.stack([wb, rb]) if after else wb + rb)
