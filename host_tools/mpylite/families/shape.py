# SPDX-License-Identifier: MIT
"""Operators that move values without computing: shapes and float arithmetic."""

import numpy as np

from . import operator
from .activation import as_input, fused


def ints(tensor):
    return [int(n) for n in np.atleast_1d(tensor.data)]


def keeps_batch(node):
    return node.inputs[0].shape[:1] == (1,) and node.output.shape[:1] == (1,)


def loses_batch(node):
    return not keeps_batch(node)


def with_samples(node, x):
    return (len(x), *node.output.shape[1:]) if keeps_batch(node) and len(x) else node.output.shape


def reshape_shapes(node):
    target = list(node.options["new_shape"]) if "new_shape" in node.options else ints(node.inputs[1])
    total = int(np.prod(node.inputs[0].shape, dtype=np.int64))
    if -1 in target:
        rest = int(np.prod([n for n in target if n != -1], dtype=np.int64))
        target[target.index(-1)] = total // max(rest, 1)
    return [tuple(target)]


@operator("RESHAPE", "same", reshape_shapes, moves_batch=loses_batch, data_inputs=(0,))
def reshape(node, arrays):
    return arrays[0].reshape(with_samples(node, arrays[0]))


def squeeze_shapes(node):
    shape, dims = node.inputs[0].shape, node.options.get("squeeze_dims") or ()
    drop = {d % len(shape) for d in dims} or {i for i, n in enumerate(shape) if n == 1}
    return [tuple(n for i, n in enumerate(shape) if i not in drop)]


@operator("SQUEEZE", "same", squeeze_shapes, moves_batch=loses_batch, data_inputs=(0,))
def squeeze(node, arrays):
    return arrays[0].reshape(with_samples(node, arrays[0]))


def expand_dims_shapes(node):
    axis = ints(node.inputs[1])[0]
    shape = list(node.inputs[0].shape)
    shape.insert(axis % (len(shape) + 1), 1)
    return [tuple(shape)]


@operator("EXPAND_DIMS", "same", expand_dims_shapes, moves_batch=loses_batch, data_inputs=(0,))
def expand_dims(node, arrays):
    return arrays[0].reshape(with_samples(node, arrays[0]))


def transpose_shapes(node):
    return [tuple(node.inputs[0].shape[i] for i in ints(node.inputs[1]))]


@operator("TRANSPOSE", "same", transpose_shapes, moves_batch=lambda n: ints(n.inputs[1])[0] != 0, data_inputs=(0,))
def transpose(node, arrays):
    return arrays[0].transpose(ints(node.inputs[1]))


def pad_shapes(node):
    return [tuple(n + int(a) + int(b) for n, (a, b) in zip(node.inputs[0].shape, node.inputs[1].data))]


def pads_batch(node):
    return bool(np.any(node.inputs[1].data[0]))


@operator("PAD", "same", pad_shapes, moves_batch=pads_batch, data_inputs=(0,))
def pad(node, arrays):
    return np.pad(arrays[0], node.inputs[1].data)


@operator("PADV2", "same", pad_shapes, moves_batch=pads_batch, data_inputs=(0, 2))
def padv2(node, arrays):
    return np.pad(arrays[0], node.inputs[1].data, constant_values=float(np.ravel(arrays[2])[0]))


@operator("MIRROR_PAD", "same", pad_shapes, moves_batch=pads_batch, data_inputs=(0,))
def mirror_pad(node, arrays):
    mode = "reflect" if node.options.get("mode", 0) == 0 else "symmetric"
    return np.pad(arrays[0], node.inputs[1].data, mode=mode)


def concatenation_shapes(node):
    first = list(node.inputs[0].shape)
    axis = node.options["axis"] % len(first)
    first[axis] = sum(t.shape[axis] for t in node.inputs)
    return [tuple(first)]


def along_batch(node):
    return node.options["axis"] % len(node.inputs[0].shape) == 0


@operator("CONCATENATION", "same", concatenation_shapes, moves_batch=along_batch)
def concatenation(node, arrays):
    samples = max(len(a) for a in arrays)
    arrays = [np.repeat(a, samples, 0) if len(a) == 1 and not along_batch(node) else a for a in arrays]
    return fused(node, np.concatenate(arrays, node.options["axis"]))


def pack_shapes(node):
    shape = list(node.inputs[0].shape)
    shape.insert(node.options.get("axis", 0) % (len(shape) + 1), len(node.inputs))
    return [tuple(shape)]


@operator(
    "PACK", "same", pack_shapes, moves_batch=lambda n: n.options.get("axis", 0) % (len(n.inputs[0].shape) + 1) == 0
)
def pack(node, arrays):
    return np.stack(arrays, node.options.get("axis", 0) % (len(node.inputs[0].shape) + 1))


def unpack_shapes(node):
    shape = list(node.inputs[0].shape)
    del shape[node.options.get("axis", 0) % len(shape)]
    return [tuple(shape)] * node.options["num"]


@operator("UNPACK", "same", unpack_shapes, moves_batch=lambda n: n.options.get("axis", 0) % len(n.inputs[0].shape) == 0)
def unpack(node, arrays):
    axis = node.options.get("axis", 0) % len(node.inputs[0].shape)
    return [np.take(arrays[0], i, axis) for i in range(node.options["num"])]


def split_shapes(node):
    shape = list(node.inputs[1].shape)
    axis = ints(node.inputs[0])[0] % len(shape)
    shape[axis] //= node.options["num_splits"]
    return [tuple(shape)] * node.options["num_splits"]


@operator(
    "SPLIT",
    "same",
    split_shapes,
    moves_batch=lambda n: ints(n.inputs[0])[0] % len(n.inputs[1].shape) == 0,
    data_inputs=(1,),
)
def split(node, arrays):
    return np.split(arrays[1], node.options["num_splits"], ints(node.inputs[0])[0])


def split_v_shapes(node):
    shape, axis = list(node.inputs[0].shape), ints(node.inputs[2])[0] % len(node.inputs[0].shape)
    sizes = ints(node.inputs[1])
    sizes = [shape[axis] - sum(n for n in sizes if n >= 0) if s < 0 else s for s in sizes]
    return [tuple(shape[:axis] + [s] + shape[axis + 1 :]) for s in sizes]


@operator(
    "SPLIT_V",
    "same",
    split_v_shapes,
    moves_batch=lambda n: ints(n.inputs[2])[0] % len(n.inputs[0].shape) == 0,
    data_inputs=(0,),
)
def split_v(node, arrays):
    axis = ints(node.inputs[2])[0] % len(node.inputs[0].shape)
    ends = np.cumsum([t.shape[axis] for t in node.outputs])[:-1]
    return np.split(arrays[0], ends, axis)


def slice_shapes(node):
    begins, sizes = ints(node.inputs[1]), ints(node.inputs[2])
    return [tuple(n - b if s == -1 else s for n, b, s in zip(node.inputs[0].shape, begins, sizes))]


@operator("SLICE", "same", slice_shapes, moves_batch=loses_batch, data_inputs=(0,))
def slice_(node, arrays):
    x = arrays[0]
    begins, sizes = ints(node.inputs[1]), node.output.shape
    picks = [slice(b, b + s) for b, s in zip(begins, sizes)]
    if keeps_batch(node):
        picks[0] = slice(None)
    return x[tuple(picks)]


def _strided_index(node):
    """numpy's index that means what the begins, ends, strides and masks mean."""
    o = node.options
    begins, ends, strides = (ints(t) for t in node.inputs[1:4])
    index = []
    for i, (begin, end, stride) in enumerate(zip(begins, ends, strides)):
        bit = 1 << i
        if o.get("ellipsis_mask", 0) & bit:
            index.append(Ellipsis)
        elif o.get("new_axis_mask", 0) & bit:
            index.append(np.newaxis)
        elif o.get("shrink_axis_mask", 0) & bit:
            index.append(begin)
        else:
            first = None if o.get("begin_mask", 0) & bit else begin
            last = None if o.get("end_mask", 0) & bit else end
            index.append(slice(first, last, stride))
    return tuple(index)


def strided_slice_shapes(node):
    return [np.broadcast_to(np.int8(0), node.inputs[0].shape)[_strided_index(node)].shape]


@operator("STRIDED_SLICE", "same", strided_slice_shapes, moves_batch=loses_batch, data_inputs=(0,))
def strided_slice(node, arrays):
    index = _strided_index(node)
    if keeps_batch(node) and isinstance(index[0], slice):
        index = (slice(None), *index[1:])
    return arrays[0][index]


def gather_shapes(node):
    x, indices = node.inputs[0].shape, node.inputs[1].shape
    axis, batch = node.options.get("axis", 0) % len(x), node.options.get("batch_dims", 0)
    return [(*x[:axis], *indices[batch:], *x[axis + 1 :])]


def gathers_batch(node):
    """A look-up in a constant table keeps the indices' batch."""
    if node.inputs[0].is_constant and len(node.inputs[0].shape) == 1 and node.inputs[1].shape[:1] == (1,):
        return False
    return node.options.get("axis", 0) % len(node.inputs[0].shape) == 0 or not node.inputs[1].is_constant


@operator("GATHER", "same", gather_shapes, moves_batch=gathers_batch, data_inputs=(0,))
def gather(node, arrays):
    return np.take(arrays[0], np.asarray(arrays[1]).astype(np.int64), node.options.get("axis", 0))


@operator("REVERSE_V2", "same", as_input, moves_batch=lambda n: 0 in ints(n.inputs[1]), data_inputs=(0,))
def reverse_v2(node, arrays):
    return np.flip(arrays[0], ints(node.inputs[1]))


def tile_shapes(node):
    return [tuple(n * m for n, m in zip(node.inputs[0].shape, ints(node.inputs[1])))]


@operator("TILE", "same", tile_shapes, moves_batch=lambda n: ints(n.inputs[1])[0] != 1, data_inputs=(0,))
def tile(node, arrays):
    return np.tile(arrays[0], ints(node.inputs[1]))


def broadcast_to_shapes(node):
    return [tuple(ints(node.inputs[1]))]


@operator("BROADCAST_TO", "same", broadcast_to_shapes, moves_batch=loses_batch, data_inputs=(0,))
def broadcast_to(node, arrays):
    return np.broadcast_to(arrays[0], with_samples(node, arrays[0]))


def resize_shapes(node):
    n, _, _, c = node.inputs[0].shape
    h, w = ints(node.inputs[1])
    return [(n, h, w, c)]


def _source(size, out, options):
    """Where each output row or column lies in the input, as TFLite's resizers count."""
    if options.get("align_corners") and out > 1:
        return np.arange(out) * ((size - 1) / (out - 1)), size
    if options.get("half_pixel_centers"):
        return (np.arange(out) + 0.5) * (size / out) - 0.5, size
    return np.arange(out) * (size / out), size


def _linear(x, out, axis, options):
    where, size = _source(x.shape[axis], out, options)
    where = np.clip(where, 0, size - 1)
    low = np.floor(where).astype(int)
    high = np.minimum(low + 1, size - 1)
    shape = [1] * x.ndim
    shape[axis] = -1
    part = (where - low).astype(x.dtype).reshape(shape)
    return np.take(x, low, axis) * (1 - part) + np.take(x, high, axis) * part


@operator("RESIZE_BILINEAR", "same", resize_shapes, data_inputs=(0,))
def resize_bilinear(node, arrays):
    h, w = ints(node.inputs[1])
    return _linear(_linear(arrays[0], h, 1, node.options), w, 2, node.options)


def _nearest(size, out, options):
    where, _ = _source(size, out, options)
    if options.get("half_pixel_centers"):
        where = where + 0.5
    where = np.floor(where + 0.5) if options.get("align_corners") else np.floor(where + 1e-6)
    return np.clip(where.astype(int), 0, size - 1)


@operator("RESIZE_NEAREST_NEIGHBOR", "same", resize_shapes, data_inputs=(0,))
def resize_nearest_neighbor(node, arrays):
    h, w = ints(node.inputs[1])
    x = np.take(arrays[0], _nearest(arrays[0].shape[1], h, node.options), 1)
    return np.take(x, _nearest(arrays[0].shape[2], w, node.options), 2)


def depth_to_space_shapes(node):
    n, h, w, c = node.inputs[0].shape
    b = node.options["block_size"]
    return [(n, h * b, w * b, c // (b * b))]


@operator("DEPTH_TO_SPACE", "same", depth_to_space_shapes)
def depth_to_space(node, arrays):
    n, (_, h, w, c), b = len(arrays[0]), node.inputs[0].shape, node.options["block_size"]
    x = arrays[0].reshape(n, h, w, b, b, c // (b * b)).transpose(0, 1, 3, 2, 4, 5)
    return x.reshape(n, h * b, w * b, -1)


def space_to_depth_shapes(node):
    n, h, w, c = node.inputs[0].shape
    b = node.options["block_size"]
    return [(n, h // b, w // b, c * b * b)]


@operator("SPACE_TO_DEPTH", "same", space_to_depth_shapes)
def space_to_depth(node, arrays):
    n, (_, h, w, c), b = len(arrays[0]), node.inputs[0].shape, node.options["block_size"]
    x = arrays[0].reshape(n, h // b, b, w // b, b, c).transpose(0, 1, 3, 2, 4, 5)
    return x.reshape(n, h // b, w // b, -1)
