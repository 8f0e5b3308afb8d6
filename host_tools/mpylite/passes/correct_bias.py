# SPDX-License-Identifier: MIT
"""correct_bias: takes from each bias what rounding adds to the mean of its channel: rounding of the weights, and that of
the activations before, which is no noise where much of a picture is alike. Needs settings.aims.

The corrections follow the data: each layer is measured behind those that were corrected before it.
"""

from dataclasses import dataclass

import numpy as np

from .. import float_run, ops
from ..rounded_run import Rounded

BIAS_AT = {"CONV_2D": 2, "DEPTHWISE_CONV_2D": 2, "FULLY_CONNECTED": 2, "TRANSPOSE_CONV": 3}


@dataclass
class Aims:
    """The float graph's outputs on `samples`, and for each layer with weights the mean of its channels before the
    activation, in the order of nodes."""

    samples: list
    outputs: list
    means: list


def aims(graph, samples):
    """None of the means where samples cannot run together: a layer must be seen with all of them at once."""
    means = []

    def compute(node, arrays):
        if ops.rule(node.op) != "weights":
            return float_run.results(node, arrays)
        values, activated = float_run.before_activation(node, arrays)
        means.append(_channel_mean(values))
        return [activated(values)]

    outputs = float_run.run(graph, samples, compute=compute)
    return Aims(samples, outputs, means if float_run.separable(graph) else None)


def correct_bias(graph, settings):
    if settings.aims is None or settings.aims.means is None:
        return graph
    rounded = Rounded(graph)
    aim = {id(n): (own, mean) for n, own, mean in zip(_layers(rounded), _layers(graph), settings.aims.means)}

    def compute(node, arrays):
        if id(node) not in aim:
            return float_run.results(node, arrays)
        own, mean = aim[id(node)]
        values, activated = float_run.before_activation(node, arrays)
        return [activated(values + _moved(own, mean - _channel_mean(values)))]

    rounded.run(settings.aims.samples, compute)
    return graph


def _layers(graph):
    return [n for n in graph.nodes if ops.rule(n.op) == "weights"]


def _channel_mean(values):
    return values.reshape(-1, values.shape[-1]).mean(0, dtype=np.float64)


def _moved(node, amount):
    """Adds `amount` to the layer's integer bias; what was added, in whole steps of the bias."""
    at = BIAS_AT[node.op]
    bias = node.inputs[at] if len(node.inputs) > at else None
    if bias is None or bias.quant is None:
        return np.float32(0)
    before = bias.quant.dequantize(bias.data)
    bias.data = bias.quant.quantize(before + amount, bias.dtype)
    return bias.quant.dequantize(bias.data) - before
