# SPDX-License-Identifier: MIT
"""Layers that reshape, cut, pad and resize."""

import numpy as np

from . import LAYERS, Refused, channels_last, layer, pair
from .convolution import as_1d, as_2d


@layer("Flatten")
def flatten(b, call, inputs):
    x = inputs[0]
    if call.get("data_format") == "channels_first" and len(x.shape) > 2:  # flattens as if channels came last
        x = b.transpose(x, (0, *range(2, len(x.shape)), 1), f"{call.name}/channels_last")
    return b.reshape(x, (x.shape[0], int(np.prod(x.shape[1:]))), call.name)


@layer("Reshape")
def reshape(b, call, inputs):
    return b.reshape(inputs[0], (inputs[0].shape[0], *call["target_shape"]), call.name)


@layer("Permute")
def permute(b, call, inputs):
    return b.transpose(inputs[0], (0, *call["dims"]), call.name)


@layer("RepeatVector")
def repeat_vector(b, call, inputs):
    x = b.reshape(inputs[0], (1, 1, inputs[0].shape[1]), f"{call.name}/row")
    return b.add("CONCATENATION", [x] * call["n"], {"axis": 1, "fused_activation_function": "NONE"}, call.name)


def amounts(value, dimensions):
    """Keras's padding or cropping as [(before, after)] an axis."""
    if isinstance(value, int):
        return [(value, value)] * dimensions
    value = list(value)
    if dimensions == 1:
        return [tuple(value)]
    return [pair(v) for v in value]


def zero_padding(dimensions):
    def run(b, call, inputs):
        channels_last(call)
        return b.pad(inputs[0], [(0, 0), *amounts(call["padding"], dimensions), (0, 0)], call.name)

    return run


def cropping(dimensions):
    def run(b, call, inputs):
        channels_last(call)
        shape = inputs[0].shape
        cuts = [(0, 0), *amounts(call["cropping"], dimensions), (0, 0)]
        ends = [n - after for n, (_, after) in zip(shape, cuts)]
        return b.strided_slice(inputs[0], [before for before, _ in cuts], ends, [1] * len(shape), call.name)

    return run


@layer("CenterCrop")
def center_crop(b, call, inputs):
    channels_last(call)
    shape, size = inputs[0].shape, (call["height"], call["width"])
    if size[0] > shape[1] or size[1] > shape[2]:
        raise Refused(call.name, f"crop {size} of a picture {shape[1:3]}", "needs a picture that is larger")
    first = [(n - s) // 2 for n, s in zip(shape[1:3], size)]
    ends = [f + s for f, s in zip(first, size)]
    return b.strided_slice(inputs[0], (0, *first, 0), (shape[0], *ends, shape[3]), (1, 1, 1, 1), call.name)


LAYERS["ZeroPadding1D"], LAYERS["ZeroPadding2D"] = zero_padding(1), zero_padding(2)
LAYERS["Cropping1D"], LAYERS["Cropping2D"] = cropping(1), cropping(2)


def resize(b, x, size, method, name):
    if method not in ("nearest", "bilinear"):
        raise Refused(name, f"interpolation {method}", "needs nearest or bilinear")
    op = "RESIZE_BILINEAR" if method == "bilinear" else "RESIZE_NEAREST_NEIGHBOR"
    return b.add(
        op, [x, b.constant(size, f"{name}/size", np.int32)], {"half_pixel_centers": True, "align_corners": False}, name
    )


@layer("UpSampling2D")
def up_sampling_2d(b, call, inputs):
    channels_last(call)
    size = pair(call["size"])
    shape = inputs[0].shape
    return resize(
        b, inputs[0], (shape[1] * size[0], shape[2] * size[1]), call.get("interpolation", "nearest"), call.name
    )


@layer("UpSampling1D")
def up_sampling_1d(b, call, inputs):
    x = as_2d(b, inputs[0], call.name)
    size = call["size"] if isinstance(call["size"], int) else call["size"][0]
    return as_1d(b, resize(b, x, (1, x.shape[2] * size), "nearest", call.name), call.name)


@layer("Resizing")
def resizing(b, call, inputs):
    channels_last(call)
    if call.get("crop_to_aspect_ratio") or call.get("pad_to_aspect_ratio") or call.get("antialias"):
        raise Refused(call.name, "Resizing with crop, pad or antialias", "needs the plain form")
    return resize(b, inputs[0], (call["height"], call["width"]), call.get("interpolation", "bilinear"), call.name)
