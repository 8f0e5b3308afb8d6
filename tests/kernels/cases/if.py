# SPDX-License-Identifier: MIT
"""Cases of IF: parameters only. Each runs both branches."""

from ..case import Case, T
from ._graph import Graph, i8


def _branch(name, operator, shape=(1, 4), **options):
    """(a, b) -> a operator b."""
    g = Graph(name)
    a, b = g.add(i8(shape)), g.add(i8(shape))
    return g.done([a, b], [g.op(operator, [a, b], i8(shape), **(options or dict(fused_activation_function="NONE")))])


def _pass_through(name, which):
    """(a, b) -> one of them, untouched."""
    g = Graph(name)
    both = [g.add(i8()), g.add(i8())]
    return g.done(both, [both[which]])


def _main(then, otherwise, shape=(1, 4), condition=None):
    g = Graph()
    c = g.add(T(condition or (1,), "bool", fill={0: "max", 1: "min"}))
    a, b = g.add(i8(shape)), g.add(i8(shape))
    y = g.op("IF", [c, a, b], i8(shape), then_subgraph_index=1, else_subgraph_index=2)
    return [g.done([c, a, b], [y]), then, otherwise]


def _two_outputs():
    g = Graph()
    c, a, b = g.add(T((1,), "bool", fill={0: "max", 1: "min"})), g.add(i8()), g.add(i8())
    y = g.op("IF", [c, a, b], i8(), i8(), then_subgraph_index=1, else_subgraph_index=2)
    branches = []
    for name, first, second in (("then", "ADD", "MUL"), ("else", "MUL", "SUB")):
        s = Graph(name)
        p, q = s.add(i8()), s.add(i8())
        branches.append(
            s.done([p, q], [s.op(o, [p, q], i8(), fused_activation_function="NONE") for o in (first, second)])
        )
    return [g.done([c, a, b], y), *branches]


def _after_and_before():
    """Operators around the IF share the arena with its branches."""
    g = Graph()
    c, a, b = g.add(T((1,), "bool", fill={0: "max", 1: "min"})), g.add(i8((1, 9))), g.add(i8((1, 9)))
    before = g.op("MUL", [a, b], i8((1, 9)), fused_activation_function="NONE")
    y = g.op("IF", [c, before, b], i8((1, 9)), then_subgraph_index=1, else_subgraph_index=2)
    after = g.op("ADD", [y, before], i8((1, 9)), fused_activation_function="NONE")
    return [g.done([c, a, b], [after, a]), _branch("then", "ADD", (1, 9)), _branch("else", "SUB", (1, 9))]


def _nested():
    """The then branch asks a second condition."""
    g = Graph()
    c, d, a, b = (
        g.add(T((1,), "bool", fill={0: "max", 1: "max", 2: "min"})),
        g.add(T((1,), "bool", fill={0: "max", 1: "min"})),
        g.add(i8()),
        g.add(i8()),
    )
    y = g.op("IF", [c, d, a, b], i8(), then_subgraph_index=1, else_subgraph_index=2)
    then = Graph("then")
    e, p, q = then.add(T((1,), "bool")), then.add(i8()), then.add(i8())
    inner = then.op("IF", [e, p, q], i8(), then_subgraph_index=3, else_subgraph_index=4)
    other = Graph("else")
    f, r, s = other.add(T((1,), "bool")), other.add(i8()), other.add(i8())
    z = other.op("MUL", [r, s], i8(), fused_activation_function="NONE")
    return [
        g.done([c, d, a, b], [y]),
        then.done([e, p, q], [inner]),
        other.done([f, r, s], [z]),
        _branch("add", "ADD"),
        _branch("sub", "SUB"),
    ]


def cases():
    for p, q in (("ADD", "MUL"), ("SUB", "ADD"), ("MUL", "SUB")):
        for shape in ((1, 4), (1,), (2, 3, 5)):
            yield Case(
                f"{p}_{q}_{'x'.join(map(str, shape))}",
                subgraphs=_main(_branch("then", p, shape), _branch("else", q, shape), shape),
                samples=4,
            )
    yield Case(
        "condition_scalar", subgraphs=_main(_branch("then", "ADD"), _branch("else", "SUB"), condition=()), samples=4
    )
    yield Case("pass_through", subgraphs=_main(_pass_through("then", 0), _pass_through("else", 1)), samples=4)
    yield Case("pass_through_or_add", subgraphs=_main(_pass_through("then", 1), _branch("else", "ADD")), samples=4)
    yield Case("two_outputs", subgraphs=_two_outputs(), samples=4)
    yield Case("operators_around", subgraphs=_after_and_before(), samples=4)
    yield Case("nested", subgraphs=_nested(), samples=6)
