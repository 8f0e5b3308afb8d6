# SPDX-License-Identifier: MIT
"""Pooling layers, local and global, in one and two dimensions."""

from . import LAYERS, channels_last, layer
from .convolution import as_2d, one_dimension, padding_name, size_2d


def pool(op):
    def run(b, call, inputs, dimensions=2):
        channels_last(call)
        size = size_2d(call, "pool_size", dimensions, 2)
        strides = size_2d(call, "strides", dimensions) if call.get("strides") is not None else size
        options = {
            "padding": padding_name(call),
            "filter_height": size[0],
            "filter_width": size[1],
            "stride_h": strides[0],
            "stride_w": strides[1],
            "fused_activation_function": "NONE",
        }
        return b.add(op, [inputs[0]], options, call.name)

    return run


@layer("GlobalAveragePooling2D", "GlobalAveragePooling1D")
def global_average_pool(b, call, inputs):
    channels_last(call)
    x = inputs[0]
    return b.reduce("MEAN", x, range(1, len(x.shape) - 1), call.get("keepdims", False), call.name)


@layer("GlobalMaxPooling2D", "GlobalMaxPooling1D")
def global_max_pool(b, call, inputs):
    """One window over all: unlike REDUCE_MAX every runtime has it for int16 too."""
    channels_last(call)
    x = inputs[0] if len(inputs[0].shape) == 4 else as_2d(b, inputs[0], call.name)
    h, w, c = x.shape[1:]
    options = {"padding": "VALID", "filter_height": h, "filter_width": w, "stride_h": h, "stride_w": w}
    y = b.add("MAX_POOL_2D", [x], {**options, "fused_activation_function": "NONE"}, f"{call.name}/max")
    ones = (1,) * (len(inputs[0].shape) - 2) if call.get("keepdims", False) else ()
    return b.reshape(y, (x.shape[0], *ones, c), call.name)


for _kind, _op in (("Max", "MAX_POOL_2D"), ("Average", "AVERAGE_POOL_2D")):
    LAYERS[f"{_kind}Pooling2D"] = pool(_op)
    LAYERS[f"{_kind}Pooling1D"] = one_dimension(pool(_op))
