# SPDX-License-Identifier: MIT
"""Elementwise operators of one or more inputs, with ONNX's broadcasting."""

import numpy as np

from ..onnx_values import Value, constant_like
from . import Refused, operator


def joined(c, a, b, op, name):
    """a op b, where each is a Value or an array."""
    builder, swap = c.b, False
    if isinstance(a, np.ndarray):
        if op in ("SUB",):
            a = Value.of_constant(builder, np.broadcast_to(a, np.broadcast_shapes(a.shape, b.shape)), name)
        else:
            a, b, swap = b, a, True
    a = a.unflattened(builder)
    options = {} if op in ("MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE") else {"fused_activation_function": "NONE"}
    if isinstance(b, np.ndarray):
        if max(b.ndim, a.rank) > a.rank and int(np.prod(b.shape[: b.ndim - a.rank])) > 1:
            raise Refused("BROADCAST", f"constant of rank {b.ndim} on a value of rank {a.rank}")
        if np.broadcast_shapes(b.shape[-a.rank :], a.shape) != a.shape:
            a = a.ordered(builder)
        operands = [a.tensor, constant_like(builder, b, a, f"{name}/operand")]
        return Value(builder.add(op, operands, options, name), a.perm)
    b = b.unflattened(builder)
    if a.rank == b.rank:
        b = b.arranged(builder, a.perm)
    else:
        a, b = a.ordered(builder), b.ordered(builder)
    y = builder.add(op, [b.tensor, a.tensor] if swap else [a.tensor, b.tensor], options, name)
    return Value(y, a.perm if a.rank >= b.rank else b.perm)


def _variadic(op):
    def run(c):
        result = c.inputs[0]
        for i, other in enumerate(c.inputs[1:]):
            name = c.name if i == len(c.inputs) - 2 else f"{c.name}/part"
            both = isinstance(result, np.ndarray) and isinstance(other, np.ndarray)
            if both:
                result = {"ADD": np.add, "MAXIMUM": np.maximum, "MINIMUM": np.minimum}[op](result, other)
            else:
                result = joined(c, result, other, op, name)
        return result

    return run


def _binary(op):
    return lambda c: joined(c, c.inputs[0], c.inputs[1], op, c.name)


def _unary(op):
    def run(c):
        value = c.value(0)
        return Value(c.add(op, [value.tensor]), value.perm)

    return run


for _name, _op in (("Add", "ADD"), ("Sub", "SUB"), ("Mul", "MUL")):
    operator(_name)(_binary(_op))
for _name, _op in (("Sum", "ADD"), ("Max", "MAXIMUM"), ("Min", "MINIMUM")):
    operator(_name)(_variadic(_op))
for _name in ("Abs", "Neg", "Sqrt", "Exp", "Log", "Ceil", "Floor", "Round", "Sin", "Cos", "Sign"):
    operator(_name)(_unary(_name.upper()))


def _curve(c, value, name, suffix="", **options):
    return Value(c.add("CURVE", [value.tensor], {"curve": name, **options}, suffix), value.perm)


@operator("Mean")
def mean(c):
    total = _variadic("ADD")(c)
    return Value(c.b.scaled(total.tensor, 1 / len(c.inputs), f"{c.name}/mean"), total.perm)


@operator("Div")
def div(c):
    divisor = c.inputs[1]
    if isinstance(divisor, np.ndarray) and not np.all(divisor):
        raise Refused("DIVISION_BY_ZERO", "the constant divisor holds zero")
    if isinstance(c.inputs[0], np.ndarray):
        return joined(c, c.inputs[0], _curve(c, divisor.unflattened(c.b), "reciprocal", "/inverse"), "MUL", c.name)
    return joined(c, c.inputs[0], divisor, "DIV", c.name)


@operator("Pow")
def power(c):
    exponent = np.ravel(c.constant(1))
    value = c.value(0)
    if exponent.size != 1:
        raise Refused("POW", "needs one constant exponent")
    if exponent[0] not in (0.5, 1, 2, 3):
        return _curve(c, value, "power", alpha=float(exponent[0]))
    if exponent[0] == 1:
        return value
    if exponent[0] == 0.5:
        return Value(c.add("SQRT", [value.tensor]), value.perm)
    y = c.b.binary("MUL", value.tensor, value.tensor, c.name)
    return Value(y if exponent[0] == 2 else c.b.binary("MUL", y, value.tensor, f"{c.name}/cube"), value.perm)


@operator("Reciprocal")
def reciprocal(c):
    value = c.value(0)
    producer = next((n for n in c.b.graph.nodes if any(t is value.tensor for t in n.outputs)), None)
    if producer is None or producer.op != "SQRT":
        return _curve(c, value, "reciprocal")
    return Value(c.add("RSQRT", [producer.inputs[0]]), value.perm)
