# SPDX-License-Identifier: MIT
"""Operators that move values: shapes, cutting, joining, padding, resizing."""

import numpy as np

from ..onnx_values import NHWC, Value
from . import Refused, operator


@operator("Identity", "Dropout", "Cast")
def identity(c):
    return [c.inputs[0]] * c.outputs


def reshaped(c, value, target):
    """A flattened image keeps its order until someone needs ONNX's."""
    target = tuple(int(n) for n in target)
    if -1 in target:
        rest = int(np.prod([n for n in target if n != -1]))
        target = tuple(int(np.prod(value.shape)) // rest if n == -1 else n for n in target)
    if value.flat is not None and target == value.shape:
        return value
    value = value.unflattened(c.b)
    keep = value.tensor.quant
    image = value.rank in (3, 4) and value.perm == NHWC[value.rank]
    if image and len(target) == 2 and target[0] == value.shape[0]:
        h, w, channels = (1, *value.tensor.shape[1:])[-3:]
        y = c.b.reshape(value.tensor, target, c.name)
        y.quant = keep
        return Value(y, (0, 1), None if h * w == 1 or channels == 1 else (h, w, channels))
    ordered = value.ordered(c.b).tensor
    y = c.b.reshape(ordered, target, c.name)
    y.quant = keep
    return Value.plain(y)


@operator("Flatten")
def flatten(c):
    value, axis = c.inputs[0], c.get("axis", 1)
    first = int(np.prod(value.shape[: axis % value.rank if axis < 0 else axis], dtype=np.int64))
    return reshaped(c, value, (first, -1))


@operator("Reshape")
def reshape(c):
    value, target = c.inputs[0], [int(n) for n in c.constant(1)]
    if not c.get("allowzero"):
        target = [value.shape[i] if n == 0 else n for i, n in enumerate(target)]
    if target and target[0] == -1 and int(np.prod(value.shape)) == int(np.prod([n for n in target[1:]])):
        target[0] = 1
    return reshaped(c, value, target)


@operator("Transpose")
def transpose(c):
    value = c.value(0)
    order = list(c.get("perm") or range(value.rank)[::-1])
    return Value(value.tensor, tuple(order.index(axis) for axis in value.perm))


def _axes(c, rank):
    axes = c.constant(1) if c.has(1) else c.get("axes")
    return None if axes is None else sorted(int(a) % rank for a in np.ravel(axes))


@operator("Squeeze")
def squeeze(c):
    value = c.value(0)
    axes = _axes(c, value.rank)
    axes = [i for i, n in enumerate(value.shape) if n == 1] if axes is None else axes
    kept = [a for a in value.perm if a not in axes]
    y = c.b.reshape(value.tensor, [value.shape[a] for a in kept], c.name)
    y.quant = value.tensor.quant
    return Value(y, tuple(sorted(kept).index(a) for a in kept))


@operator("Unsqueeze")
def unsqueeze(c):
    value = c.value(0)
    axes = _axes(c, value.rank + len(np.ravel(c.constant(1) if c.has(1) else c.get("axes"))))
    rank = value.rank + len(axes)
    olds = [i for i in range(rank) if i not in axes]
    perm = [olds[a] for a in value.perm]
    shape = list(value.tensor.shape)
    for axis in axes:  # a new axis goes right before the axis that follows it, or to the end
        at = next((i for i, a in enumerate(perm) if a > axis), len(perm))
        perm.insert(at, axis)
        shape.insert(at, 1)
    y = c.b.reshape(value.tensor, shape, c.name)
    y.quant = value.tensor.quant
    return Value(y, tuple(perm))


@operator("Concat")
def concat(c):
    values = [c.value(i) for i in range(len(c.inputs))]
    lead = next(v for v, given in zip(values, c.inputs) if isinstance(given, Value))
    values = [v.arranged(c.b, lead.perm) for v in values]
    options = {"axis": lead.axis(c.get("axis")), "fused_activation_function": "NONE"}
    return Value(c.add("CONCATENATION", [v.tensor for v in values], options), lead.perm)


@operator("Split")
def split(c):
    value = c.value(0)
    axis = value.axis(c.get("axis", 0))
    size = value.tensor.shape[axis]
    sizes = c.constant(1) if c.has(1) else c.get("split")
    if sizes is None:
        part = -(-size // c.outputs)
        sizes = [min(part, size - i * part) for i in range(c.outputs)]
    ports = [
        value.tensor,
        c.b.constant(sizes, f"{c.name}/sizes", np.int32),
        c.b.constant(axis, f"{c.name}/axis", np.int32),
    ]
    return [Value(y, value.perm) for y in c.add("SPLIT_V", ports, {"num_splits": c.outputs}, count=c.outputs)]


@operator("Slice")
def slice_(c):
    value = c.value(0)
    starts, ends = np.ravel(c.constant(1)), np.ravel(c.constant(2))
    axes = np.ravel(c.constant(3, np.arange(len(starts))))
    steps = np.ravel(c.constant(4, np.ones(len(starts), np.int64)))
    rank, shape = value.rank, value.tensor.shape
    begins, stops, strides, end_mask = [0] * rank, list(shape), [1] * rank, 0
    for start, end, axis, step in zip(starts, ends, axes, steps):
        at = value.axis(int(axis))
        first, last, step = slice(int(start), int(end), int(step)).indices(shape[at])
        begins[at], strides[at] = first, step
        stops[at] = max(last, 0) if last >= 0 else 0
        end_mask |= (last < 0) << at
    ports = [
        c.b.constant(v, f"{c.name}/{n}", np.int32) for v, n in ((begins, "begin"), (stops, "end"), (strides, "strides"))
    ]
    return Value(c.add("STRIDED_SLICE", [value.tensor, *ports], {"end_mask": end_mask}), value.perm)


@operator("Gather")
def gather(c):
    value, indices, axis = c.value(0), c.constant(1), c.get("axis", 0) % c.value(0).rank
    at = value.axis(axis)
    indices = np.where(indices < 0, indices + value.shape[axis], indices).astype(np.int32)
    if indices.ndim > 1:
        raise Refused("GATHER_RANK", "needs indices of rank 0 or 1")
    y = c.add("GATHER", [value.tensor, c.b.constant(indices, f"{c.name}/indices", np.int32)], {"axis": at})
    kept = value.perm if indices.ndim else tuple(a for a in value.perm if a != axis)
    return Value(y, tuple(sorted(kept).index(a) for a in kept))


@operator("Pad")
def pad(c):
    value = c.value(0)
    pads = np.ravel(c.constant(1) if c.has(1) else c.get("pads"))
    axes = np.ravel(c.constant(3, np.arange(value.rank)))
    amounts, n = [(0, 0)] * value.rank, len(axes)
    for i, axis in enumerate(axes):
        amounts[value.axis(int(axis))] = (int(pads[i]), int(pads[i + n]))
    mode = c.get("mode", "constant")
    if any(min(a) < 0 for a in amounts) or mode not in ("constant", "reflect"):
        raise Refused("PAD_FORM", "needs amounts of 0 or more and mode constant or reflect")
    if mode == "reflect":
        paddings = c.b.constant(amounts, f"{c.name}/paddings", np.int32)
        return Value(c.add("MIRROR_PAD", [value.tensor, paddings], {"mode": 0}), value.perm)
    fill = float(np.ravel(c.constant(2, c.get("value", 0.0)))[0])
    y = c.b.pad(value.tensor, amounts, c.name, fill)
    y.quant = value.tensor.quant
    return Value(y, value.perm)


@operator("Resize", "Upsample")
def resize(c):
    value = c.value(0)
    if value.rank not in (3, 4):
        raise Refused(f"RANK_{value.rank}", "needs pictures or rows")
    image = value.channels_last(c.b).tensor
    spatial = value.rank - 2
    if c.has(3):
        size = [int(n) for n in c.constant(3)[-spatial:]]
    else:
        scales = c.constant(2 if c.has(2) else 1)
        size = [int(np.floor(n * s)) for n, s in zip(image.shape[1:-1], scales[-spatial:])]
    mode = c.get("mode", "nearest")
    if spatial == 2:
        return Value(_resized(c, image, size, mode), NHWC[4])
    row = c.b.reshape(image, (image.shape[0], 1, *image.shape[1:]), f"{c.name}/as_2d")
    wide = _resized(c, row, [1, *size], mode)
    return Value(c.b.reshape(wide, (wide.shape[0], *wide.shape[2:]), f"{c.name}/as_1d"), NHWC[3])


def _resized(c, image, size, mode):
    where = c.get("coordinate_transformation_mode", "half_pixel")
    if mode not in ("nearest", "linear"):
        raise Refused(f"RESIZE_{mode.upper()}", "needs nearest or linear")
    whole = all(s % n == 0 for s, n in zip(size, image.shape[1:3]))
    options = {
        "align_corners": where == "align_corners",
        "half_pixel_centers": where in ("half_pixel", "pytorch_half_pixel"),
    }
    if mode == "nearest" and where in ("half_pixel", "asymmetric", "pytorch_half_pixel") and whole:
        options = {"align_corners": False, "half_pixel_centers": False}  # all mean the same for whole factors
    elif mode == "nearest" and where == "asymmetric" and c.get("nearest_mode") == "floor":
        options = {"align_corners": False, "half_pixel_centers": False}
    elif mode == "nearest":
        raise Refused("RESIZE_NEAREST", "needs a whole factor, or asymmetric with nearest_mode floor")
    elif where not in ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"):
        raise Refused(f"RESIZE_{where.upper()}", "needs half_pixel, align_corners or asymmetric")
    op = "RESIZE_BILINEAR" if mode == "linear" else "RESIZE_NEAREST_NEIGHBOR"
    return c.add(op, [image, c.b.constant(size, f"{c.name}/size", np.int32)], options)


MOST_REPEATS = 255  # inputs of one operator that a board holds


@operator("Expand")
def expand(c):
    value = c.value(0).ordered(c.b)
    target = np.broadcast_shapes(value.shape, tuple(int(n) for n in c.constant(1)))
    if target == value.shape:
        return value
    return Value.plain(c.add("BROADCAST_TO", [value.tensor, c.b.constant(target, f"{c.name}/shape", np.int32)]))


@operator("Tile")
def tile(c):
    """As a concatenation for each axis that repeats."""
    value, y = c.value(0), c.value(0).tensor
    for axis, count in enumerate(int(n) for n in c.constant(1)):
        if count > MOST_REPEATS:
            raise Refused("TILE_REPEATS", f"needs at most {MOST_REPEATS} repeats of an axis")
        if count > 1:
            y = c.add(
                "CONCATENATION",
                [y] * count,
                {"axis": value.axis(axis), "fused_activation_function": "NONE"},
                f"/{axis}",
            )
    return Value(y, value.perm)


@operator("DepthToSpace")
def depth_to_space(c):
    value = c.value(0)
    x, block = value.channels_last(c.b).tensor, c.get("blocksize")
    if c.get("mode", "DCR") == "CRD":
        count = x.shape[3] // (block * block)
        order = [o * block * block + k for k in range(block * block) for o in range(count)]
        x = c.add("GATHER", [x, c.b.constant(order, f"{c.name}/order", np.int32)], {"axis": 3}, "/crd")
    return Value(c.add("DEPTH_TO_SPACE", [x], {"block_size": block}), NHWC[4])


@operator("SpaceToDepth")
def space_to_depth(c):
    value = c.value(0)
    x = value.channels_last(c.b).tensor
    return Value(c.add("SPACE_TO_DEPTH", [x], {"block_size": c.get("blocksize")}), NHWC[4])
