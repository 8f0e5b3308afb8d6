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


@operator("ReduceL2")
def reduce_l2(c):
    """sqrt(sum(x^2))"""
    value = c.value(0)
    axes, keep = _axes(c, value), bool(c.get("keepdims", 1))
    square = c.b.binary("MUL", value.tensor, value.tensor, f"{c.name}/square")
    total = c.b.reduce("SUM", square, sorted(value.axis(a) for a in axes), keep, f"{c.name}/sum")
    return Value(c.add("SQRT", [total]), value.perm if keep else without(value.perm, axes))


@operator("LpNormalization")
def lp_normalization(c):
    value = c.value(0)
    if c.get("p", 2) != 2 or value.axis(c.get("axis", -1)) != value.rank - 1:
        raise Refused("LP_NORMALIZATION", "needs p=2 and the axis that comes last on the board")
    return Value(c.add("L2_NORMALIZATION", [value.tensor], {"fused_activation_function": "NONE"}), value.perm)


@operator("CumSum")
def cum_sum(c):
    value = c.value(0)
    axis = c.b.constant(value.axis(int(np.ravel(c.constant(1))[0])), f"{c.name}/axis", np.int32)
    options = {"exclusive": bool(c.get("exclusive")), "reverse": bool(c.get("reverse"))}
    return Value(c.add("CUMSUM", [value.tensor, axis], options), value.perm)


def _arg(op):
    def run(c):
        value = c.value(0)
        if c.get("select_last_index"):
            raise Refused("SELECT_LAST_INDEX", "needs 0")
        axis = c.get("axis", 0) % value.rank
        axes = c.b.constant(value.axis(axis), f"{c.name}/axis", np.int32)
        y = c.add(op, [value.tensor, axes], {"output_type": 2}, dtype="int32")
        if c.get("keepdims", 1):
            shape = [1 if a == axis else n for a, n in zip(value.perm, value.tensor.shape)]
            return Value(c.b.reshape(y, shape, f"{c.name}/kept"), value.perm)
        return Value(y, without(value.perm, [axis]))

    return run


operator("ArgMax")(_arg("ARG_MAX"))
operator("ArgMin")(_arg("ARG_MIN"))
