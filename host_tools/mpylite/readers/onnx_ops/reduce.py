# SPDX-License-Identifier: MIT
"""Reductions over axes; ARG_MAX and ARG_MIN."""

import numpy as np

from ..onnx_values import Value
from . import Refused, operator


def without(perm, axes):
    """The order of the axes that are left when ONNX's `axes` go."""
    kept = [a for a in perm if a not in axes]
    return tuple(sorted(kept).index(a) for a in kept)


def _axes(c, value):
    axes = c.constant(1) if c.has(1) else c.get("axes")
    if axes is None or len(np.ravel(axes)) == 0:
        return list(range(value.rank))
    return [int(a) % value.rank for a in np.ravel(axes)]


def _reduce(op):
    def run(c):
        value = c.value(0)
        axes, keep = _axes(c, value), bool(c.get("keepdims", 1))
        if 0 in axes and value.shape[0] == 1 and len(axes) < value.rank:
            axes = [a for a in axes if a] if keep else axes
        y = c.b.reduce(op, value.tensor, sorted(value.axis(a) for a in axes), keep, c.name)
        return Value(y, value.perm if keep else without(value.perm, axes))

    return run


for _name, _op in (
    ("ReduceMean", "MEAN"),
    ("ReduceSum", "SUM"),
    ("ReduceMax", "REDUCE_MAX"),
    ("ReduceMin", "REDUCE_MIN"),
):
    operator(_name)(_reduce(_op))


def _arg(op):
    def run(c):
        value = c.value(0)
        if c.get("select_last_index"):
            raise Refused("SELECT_LAST_INDEX", "needs 0")
        axis = c.get("axis", 0) % value.rank
        axes = c.b.constant(value.axis(axis), f"{c.name}/axis", np.int32)
        y = c.add(op, [value.tensor, axes], {"output_type": 2}, dtype="int32")
        perm = without(value.perm, [axis])
        if c.get("keepdims", 1):
            raise Refused("ARG_KEEPDIMS", "needs keepdims=0")
        return Value(y, perm)

    return run


operator("ArgMax")(_arg("ARG_MAX"))
operator("ArgMin")(_arg("ARG_MIN"))
