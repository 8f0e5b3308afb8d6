# SPDX-License-Identifier: MIT
"""What VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE and CALL_ONCE share: streaming graphs. No case stands here."""

from ..case import C, Case, T
from ._graph import Graph, i8

DTYPES = {"int8": (0.05, 3), "int16": (0.001, 0), "float32": (), "int32": ()}


def _tensor(shape, dtype):
    return T(shape, dtype, *DTYPES[dtype])


def _initial(shape, dtype, count=1, fill=None):
    """The subgraph that CALL_ONCE runs: every variable gets a constant."""
    g = Graph("init")
    for n in range(count):
        g.op("ASSIGN_VARIABLE", [g.handle(f"state{n}"), g.add(C(shape, dtype, *DTYPES[dtype], fill=fill))])
    return g.done([], [])


def accumulate(name, shape=(1, 4), dtype="int8", call_once=True, initial=None, samples=5, **kw):
    """y = state + x; state = y."""
    g = Graph()
    x = g.add(_tensor(shape, dtype))
    if call_once:
        g.op("CALL_ONCE", [], init_subgraph_index=1)
    h = g.handle("state0")
    old = g.op("READ_VARIABLE", [h], _tensor(shape, dtype))
    y = g.op("ADD", [old, x], _tensor(shape, dtype), fused_activation_function="NONE")
    g.op("ASSIGN_VARIABLE", [h, y])
    return Case(
        name,
        subgraphs=[g.done([x], [y])] + ([_initial(shape, dtype, fill=initial)] if call_once else []),
        samples=samples,
        **kw,
    )


def shift_register(name, steps=3, width=4, dtype="int8", samples=6, **kw):
    """The ring of streaming convolutions: read, append the new row, drop the oldest, write back."""
    g = Graph()
    x = g.add(_tensor((1, 1, width), dtype))
    g.op("CALL_ONCE", [], init_subgraph_index=1)
    h = g.handle("state0")
    old = g.op("READ_VARIABLE", [h], _tensor((1, steps, width), dtype))
    joined = g.op(
        "CONCATENATION", [old, x], _tensor((1, steps + 1, width), dtype), axis=1, fused_activation_function="NONE"
    )
    b, e, s = (g.add(C((3,), "int32", fill=v)) for v in ([0, 1, 0], [1, steps + 1, width], [1, 1, 1]))
    kept = g.op("STRIDED_SLICE", [joined, b, e, s], _tensor((1, steps, width), dtype))
    g.op("ASSIGN_VARIABLE", [h, kept])
    return Case(name, subgraphs=[g.done([x], [joined]), _initial((1, steps, width), dtype)], samples=samples, **kw)


def two_variables(name, same_handle_twice=False, samples=5, **kw):
    """Two states that swap their values; each is read before either is written."""
    g = Graph()
    x = g.add(i8())
    g.op("CALL_ONCE", [], init_subgraph_index=1)
    h0 = g.handle("state0")
    h1 = g.handle("state1")
    a = g.op("READ_VARIABLE", [h0], i8())
    b = g.op("READ_VARIABLE", [h1], i8())
    y = g.op("ADD", [a, x], i8(), fused_activation_function="NONE")
    g.op("ASSIGN_VARIABLE", [h1, y])
    again = g.handle("state0") if same_handle_twice else h0
    g.op("ASSIGN_VARIABLE", [again, b])
    after = g.op("READ_VARIABLE", [again], i8())
    return Case(name, subgraphs=[g.done([x], [y, after]), _initial((1, 4), "int8", 2)], samples=samples, **kw)


def variable_cases():
    for dtype in DTYPES:
        for n, shape in enumerate(((1, 4), (1,), (2, 3, 2))):
            yield accumulate(f"accumulate_{dtype}_{n}", shape, dtype)
            yield accumulate(f"accumulate_unset_{dtype}_{n}", shape, dtype, call_once=False)
    for steps in (1, 2, 5):
        for dtype in ("int8", "int16", "float32"):
            yield shift_register(f"shift_register_{dtype}_{steps}", steps, dtype=dtype)
    yield shift_register("shift_register_long", 7, 40, samples=12)
    yield two_variables("two_variables")
    yield two_variables("two_handles_of_one_variable", True)
    for initial in ("min", "max", "extreme"):
        yield accumulate(f"initial_{initial}", initial=initial)
