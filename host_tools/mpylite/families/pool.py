# SPDX-License-Identifier: MIT
"""MAX_POOL_2D, AVERAGE_POOL_2D, L2_POOL_2D: shapes and float arithmetic."""

import numpy as np

from . import operator
from .activation import fused
from .conv import output_size, taps


def pool_shapes(node):
    n, h, w, c = node.inputs[0].shape
    o = node.options
    return [
        (
            n,
            output_size(h, o["filter_height"], o["stride_h"], 1, o["padding"]),
            output_size(w, o["filter_width"], o["stride_w"], 1, o["padding"]),
            c,
        )
    ]


def _kernel(node):
    return node.options["filter_height"], node.options["filter_width"]


def _options(node):
    return {key: node.options[key] for key in ("stride_h", "stride_w", "padding")}


@operator("MAX_POOL_2D", "same", pool_shapes)
def max_pool_2d(node, arrays):
    views = [v for _, _, v in taps(arrays[0], _kernel(node), _options(node), -np.inf)]
    y = views[0]
    for view in views[1:]:
        y = np.maximum(y, view)
    return fused(node, y)


def _mean(node, x):
    """Mean over the part of each window that lies inside the input."""
    ones = np.ones((1, *x.shape[1:3], 1), x.dtype)
    total = sum(v for _, _, v in taps(x, _kernel(node), _options(node)))
    return total / sum(v for _, _, v in taps(ones, _kernel(node), _options(node)))


@operator("AVERAGE_POOL_2D", "same", pool_shapes)
def average_pool_2d(node, arrays):
    return fused(node, _mean(node, arrays[0]))


@operator("L2_POOL_2D", "free", pool_shapes)
def l2_pool_2d(node, arrays):
    return fused(node, np.sqrt(_mean(node, arrays[0] ** 2)))
