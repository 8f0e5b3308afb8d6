# SPDX-License-Identifier: MIT
"""LAYERS: Keras layer class name -> function that adds its operators; one row a layer.

Owns the table, the layer call handed to each row, and refusals; the rows stand in the family files.
"""

from dataclasses import dataclass, field

from ...errors import Reason

LAYERS = {}


class Refused(Exception):
    def __init__(self, where, code, advice):
        self.reason = Reason(f"layer '{where}'", code, advice)


@dataclass
class Layer:
    """One layer call: its name, configuration, weights, and the call's own options."""

    name: str
    config: dict
    weights: object
    options: dict = field(default_factory=dict)

    def __getitem__(self, key):
        return self.config[key]

    def get(self, key, default=None):
        return self.config.get(key, default)


def layer(*names):
    def declare(function):
        for name in names:
            LAYERS[name] = function
        return function

    return declare


NO_OPERATOR = {
    "Embedding": "needs integer input; feed the vectors instead",
    "Masking": "masks have no meaning in TFLite; pad and train without masks",
    "Lambda": "holds Python code, which is never run; replace it by layers",
    "MultiHeadAttention": "is not supported yet; build it from Dense and Dot layers",
}


def refusal(kind, name):
    return Reason(
        f"layer '{name}'", f"{kind} layer", NO_OPERATOR.get(kind, "is not supported; replace it by layers that are")
    )


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def channels_last(call):
    if call.get("data_format", "channels_last") == "channels_first":
        raise Refused(call.name, "data_format channels_first", "needs channels_last; rebuild the model with it")


from . import activations, convolution, identity, merging, normalisation, operations, pooling, recurrent, shapes  # noqa: E402,F401
