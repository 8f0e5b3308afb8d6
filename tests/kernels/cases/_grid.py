# SPDX-License-Identifier: MIT
"""What several case files draw from: output sizes, scales, shapes to broadcast. No case stands here."""

from __future__ import annotations

import random
import zlib

import numpy as np

from ..case import C

ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
NO_BIAS = None


def draws(tag, count):
    """`count` seeded generators with their names: a case drawn from one stays the same when others are added."""
    return [(f"{tag}{n:03}", random.Random(zlib.crc32(f"{tag}{n}".encode()))) for n in range(count)]


def window(size, kernel, stride, padding, dilation=1):
    """Output size of one axis; 0 or less where the window does not fit."""
    reach = (kernel - 1) * dilation + 1
    return -(-size // stride) if padding == "SAME" else (size - reach + stride) // stride


def quant(rnd, dtype, low=0.004, high=0.2):
    """A scale and a zero point as a converter would write them."""
    scale = float(np.float32(rnd.uniform(low, high)))
    return scale, 0 if dtype == "int16" else rnd.randint(-128, 127)


def channel_scales(rnd, count, low=0.002, high=0.02):
    return [float(np.float32(rnd.uniform(low, high))) for _ in range(count)]


def bias(count, input_scale, weight_scales, dtype="int32", fill=None, of="int8"):
    """A bias whose scales are input scale times weight scale, in float32 as the converter does it; its values are as large
    as the sums of int8 or int16 products that it is added to, so that a wrong bias shows.
    """
    fill = fill or ((-20000, 20000) if of == "int8" else (-4000000, 4000000))
    scales = (np.float32(input_scale) * np.atleast_1d(weight_scales).astype(np.float32)).tolist()
    return C((count,), dtype, scales if len(scales) > 1 else scales[0], 0, fill)


def sum_scale(rnd, input_scale, weight_scale, terms, spread=(0.3, 3.0)):
    """An output scale with which a sum of `terms` random products uses the output's span, give or take `spread`."""
    return float(np.float32(input_scale * weight_scale * 74 * terms**0.5 * rnd.uniform(*spread)))


def spread_over_bound(act, input_scale, output_scale):
    """Both scales shrunk or grown so that the bound of RELU6 or RELU_N1_TO_1 cuts through the outputs, not beside them."""
    wanted = {"RELU6": 0.06, "RELU_N1_TO_1": 0.012}.get(act, output_scale)
    return float(np.float32(input_scale * wanted / output_scale)), float(np.float32(wanted))


# Pairs that broadcast, rank 1 to 5, odd and 1-sized.
BROADCASTS = [
    ((1,), (1,)),
    ((7,), (7,)),
    ((7,), (1,)),
    ((1,), (7,)),
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((2, 3), (2, 1)),
    ((1, 3), (2, 1)),
    ((3, 1, 5), (1, 4, 1)),
    ((2, 3, 4), (4,)),
    ((2, 3, 4), (3, 1)),
    ((1, 1, 1), (2, 3, 4)),
    ((2, 3, 4, 5), (2, 3, 4, 5)),
    ((1, 3, 5, 7), (1, 1, 1, 7)),
    ((1, 3, 5, 7), (7,)),
    ((1, 3, 5, 7), (1, 1, 1, 1)),
    ((2, 1, 3, 1), (1, 4, 1, 5)),
    ((5, 1, 1, 1), (1, 2, 3, 4)),
    ((1, 4, 1, 3), (2, 1, 5, 1)),
    ((3, 1, 4, 2), (1, 5, 1, 1)),
]
BROADCASTS_RANK5 = [
    ((2, 3, 2, 3, 2), (2, 3, 2, 3, 2)),
    ((2, 3, 2, 3, 2), (1,)),
    ((2, 3, 2, 3, 4), (1, 1, 2, 1, 4)),
    ((2, 1, 2, 1, 3), (1, 3, 1, 2, 1)),
    ((1, 2, 1, 3, 1), (3, 1, 2, 1, 4)),
    ((3, 2, 1, 2, 5), (2, 4, 1, 5)),
]


def broadcast(a, b):
    return tuple(np.broadcast_shapes(a, b))


def rounding_edges(rnd, span, top):
    """Scales of input, weights and output, and sums on both sides of the points where the output, from -top to top, steps
    from one number to the next, as far out as `span`: a multiplier that is off in its last bits moves some of them."""
    x, w = (float(np.float32(rnd.uniform(0.01, 0.02))) for _ in range(2))
    y = float(np.float32(x * w * span / top * rnd.uniform(0.6, 0.99)))
    steps = [int((k + 0.5) * y / (x * w)) for k in np.linspace(-top, top - 1, 120).astype(int)]
    return x, w, y, [step + side for step in steps for side in (-1, 0, 1, 2)]
