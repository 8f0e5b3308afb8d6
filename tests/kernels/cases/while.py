# SPDX-License-Identifier: MIT
"""Cases of WHILE: parameters only. Rounds are counted by an int32; zero rounds included."""

from ..case import Case, T
from ._graph import Graph, constant, i8


def _below(limit, tensors):
    """counter < limit, with the loop's other values carried along."""
    g = Graph("condition")
    inputs = [g.add(t) for t in tensors]
    c = g.op("LESS", [inputs[0], g.add(constant([limit]))], T((1,), "bool"))
    return g.done(inputs, [c])


def _loop(name, limit, shape=(1, 4), operator="ADD", start=(0, 6), samples=4, **kw):
    """while counter < limit: counter += 1; value = value operator step, with step carried untouched."""

    def tensors():
        return [T((1,), "int32"), i8(shape), i8(shape)]

    body = Graph("body")
    n, value, step = (body.add(t) for t in tensors())
    more = body.op("ADD", [n, body.add(constant([1]))], T((1,), "int32"), fused_activation_function="NONE")
    new = body.op(operator, [value, step], i8(shape), fused_activation_function="NONE")
    g = Graph()
    inputs = [g.add(T((1,), "int32", fill=start)), g.add(i8(shape)), g.add(i8(shape))]
    outs = g.op("WHILE", inputs, *tensors(), cond_subgraph_index=1, body_subgraph_index=2)
    return Case(
        name,
        subgraphs=[g.done(inputs, outs), _below(limit, tensors()), body.done([n, value, step], [more, new, step])],
        samples=samples,
        **kw,
    )


def _swap(name):
    """Two values change places each round: the body's outputs must not overwrite its inputs."""

    def tensors():
        return [T((1,), "int32"), i8(), i8()]

    body = Graph("body")
    n, a, b = (body.add(t) for t in tensors())
    more = body.op("ADD", [n, body.add(constant([1]))], T((1,), "int32"), fused_activation_function="NONE")
    g = Graph()
    inputs = [g.add(T((1,), "int32", fill={0: [3], 1: [0], 2: [5], 3: [1]})), g.add(i8()), g.add(i8())]
    outs = g.op("WHILE", inputs, *tensors(), cond_subgraph_index=1, body_subgraph_index=2)
    return Case(
        name, subgraphs=[g.done(inputs, outs), _below(4, tensors()), body.done([n, a, b], [more, b, a])], samples=6
    )


def _around(name):
    """Operators before and after the loop use the arena too."""
    case = _loop(name, 3, (1, 9))
    g = Graph()
    n, a, b = g.add(T((1,), "int32", fill=(0, 3))), g.add(i8((1, 9))), g.add(i8((1, 9)))
    before = g.op("MUL", [a, b], i8((1, 9)), fused_activation_function="NONE")
    outs = g.op(
        "WHILE", [n, before, b], T((1,), "int32"), i8((1, 9)), i8((1, 9)), cond_subgraph_index=1, body_subgraph_index=2
    )
    after = g.op("SUB", [outs[1], before], i8((1, 9)), fused_activation_function="NONE")
    case.subgraphs[0] = g.done([n, a, b], [after, outs[0]])
    return case


def cases():
    for operator in ("ADD", "SUB", "MUL"):
        for limit in (0, 1, 5):
            yield _loop(f"{operator}_below_{limit}", limit, operator=operator)
    for shape in ((1,), (2, 3, 5)):
        yield _loop(f"shape_{'x'.join(map(str, shape))}", 3, shape)
    yield _loop("many_rounds", 200, start=(0, 10), samples=2)
    yield _swap("swap")
    yield _around("operators_around")
