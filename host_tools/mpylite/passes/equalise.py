# SPDX-License-Identifier: MIT
"""equalise: evens out the channels between two layers (cross-layer equalisation), which the float model
does not notice and one scale for all channels does. Needs the ranges of calibrate, and leaves none.

relu(s x) = s relu(x) for s > 0: channel c of the first layer is divided by s[c], what reads it multiplied.
"""

import numpy as np

OUTPUT_AXIS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 0}
LINEAR = ("NONE", "RELU")
LEAST = 1 / 64  # no channel is raised by more than this, so that noise of nearly dead ones stays small


def equalise(graph, settings):
    users = graph.consumers()
    for first in graph.nodes:
        if first.op not in OUTPUT_AXIS or first.options.get("fused_activation_function", "NONE") not in LINEAR:
            continue
        readers = users.get(id(first.output), ())
        if len(readers) == 1 and not graph.is_output(first.output) and _fits(first, readers[0], users):
            _even_out(first, readers[0])
    for tensor in graph.tensors():
        tensor.range = None
    return graph


def _fits(first, second, users):
    """Both have constant weights of their own, and the second reads the first's channels one by one."""
    channels = first.output.shape[-1]
    if second.op not in OUTPUT_AXIS or second.inputs[0] is not first.output or first.output.quant is not None:
        return False
    own = [t for t in (*first.inputs[1:3], second.inputs[1]) if t is not None]
    if not all(t.is_constant and len(users[id(t)]) == 1 and t.quant is None for t in own):
        return False
    if second.op == "DEPTHWISE_CONV_2D":
        return second.inputs[1].shape[3] == channels
    return second.inputs[1].shape[-1] == channels  # CONV_2D without groups, FULLY_CONNECTED on the channels alone


def _even_out(first, second):
    seen = first.output.range
    if seen is None or seen.channel_peak is None or seen.channel_peak.max() <= 0:
        return
    share = seen.channel_peak / seen.channel_peak.max()
    # A depthwise layer has a scale a channel and takes all of it; another has its own weights to keep even.
    power = 1.0 if second.op == "DEPTHWISE_CONV_2D" else 0.5
    factor = np.maximum(share, LEAST) ** power
    factor[share == 0] = 1.0
    weights, bias, after = first.inputs[1], first.inputs[2] if len(first.inputs) > 2 else None, second.inputs[1]
    shape = [1] * weights.data.ndim
    shape[OUTPUT_AXIS[first.op]] = -1
    weights.data = (weights.data / factor.reshape(shape)).astype(np.float32)
    if bias is not None:
        bias.data = (bias.data / factor).astype(np.float32)
    after.data = (after.data * factor).astype(np.float32)
