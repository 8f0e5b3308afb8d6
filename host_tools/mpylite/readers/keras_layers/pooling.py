# SPDX-License-Identifier: MIT
"""Pooling layers, local and global, in one and two dimensions."""

from . import LAYERS, channels_last
from .convolution import one_dimension, size_2d


def pool(op):
    def run(b, call, inputs, dimensions=2):
        channels_last(call)
        size = size_2d(call, "pool_size", dimensions, 2)
        strides = size_2d(call, "strides", dimensions) if call.get("strides") is not None else size
        options = {
            "padding": call["padding"].upper(),
            "filter_height": size[0],
            "filter_width": size[1],
            "stride_h": strides[0],
            "stride_w": strides[1],
            "fused_activation_function": "NONE",
        }
        return b.add(op, [inputs[0]], options, call.name)

    return run


def global_pool(op):
    def run(b, call, inputs):
        channels_last(call)
        x = inputs[0]
        return b.reduce(op, x, range(1, len(x.shape) - 1), call.get("keepdims", False), call.name)

    return run


for _kind, _op, _reduce in (("Max", "MAX_POOL_2D", "REDUCE_MAX"), ("Average", "AVERAGE_POOL_2D", "MEAN")):
    LAYERS[f"{_kind}Pooling2D"] = pool(_op)
    LAYERS[f"{_kind}Pooling1D"] = one_dimension(pool(_op))
    LAYERS[f"Global{_kind}Pooling2D"] = LAYERS[f"Global{_kind}Pooling1D"] = global_pool(_reduce)
