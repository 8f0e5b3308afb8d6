# SPDX-License-Identifier: MIT
"""Subgraphs and resource variables where the file is hostile or odd: recursion, endless loops, missing subgraphs,
variables of two sizes; and what a reset means."""

import numpy as np
import pytest

from mpylite import Interpreter
from tests.kernels.model_builder import Operator, Subgraph, Tensor, build


def byte(data=None):
    return Tensor((1,), "int8", 0.1, 0, data=None if data is None else np.array([data], "int8"))


def flag(value=None):
    return Tensor((1,), "bool", data=None if value is None else np.array([value]))


def branch(to, otherwise):
    """A subgraph of one IF on a constant: input 0 goes through the chosen subgraph."""
    options = dict(then_subgraph_index=to, else_subgraph_index=otherwise)
    return Subgraph([byte(), flag(True), byte()], [Operator("IF", [1, 0], [2], options)], [0], [2])


def leaf():
    """Adds the input to itself."""
    return Subgraph([byte(), byte()], [Operator("ADD", [0, 0], [1], {})], [0], [1])


def answer(subgraphs, x=3):
    model = Interpreter(build(subgraphs))
    model.allocate_tensors()
    model.set_tensor(0, np.array([x], np.int8))
    model.invoke()
    return int(model.get_tensor(model.get_output_details()[0]["index"])[0])


def test_branches_nest():
    assert answer([branch(1, 2), branch(2, 2), leaf()]) == 6


@pytest.mark.parametrize("to", [0, 1])
def test_recursion_is_refused(to):
    with pytest.raises(ValueError, match="IF: subgraphs call one another deeper than 4; flatten the model"):
        Interpreter(build([branch(1, 1), branch(to, 2), leaf()]))


def test_deep_nesting_is_refused():
    chain = [branch(i + 1, i + 1) for i in range(6)]
    with pytest.raises(ValueError, match="deeper than 4"):
        Interpreter(build([*chain, leaf()]))


def test_nesting_counts_levels_that_were_prepared_before():
    """Subgraph 1 is three levels deep by itself; calling it two levels further down is too deep."""
    subgraphs = [branch(5, 1), branch(2, 2), branch(3, 3), branch(4, 4), leaf(), branch(6, 6), branch(1, 1)]
    with pytest.raises(ValueError, match="deeper than 4"):
        Interpreter(build(subgraphs))


def test_missing_subgraph_is_refused():
    with pytest.raises(ValueError, match="IF: names subgraph 7, the model has 2"):
        Interpreter(build([branch(7, 1), leaf()]))


def loop(condition, body):
    """A subgraph of one WHILE."""
    options = dict(cond_subgraph_index=condition, body_subgraph_index=body)
    return Subgraph([byte(), byte()], [Operator("WHILE", [0], [1], options)], [0], [1])


def always():
    return Subgraph([byte(), flag(True)], [], [0], [1])


def below_100():
    return Subgraph([byte(), byte(100), flag()], [Operator("LESS", [0, 1], [2], {})], [0], [2])


def plus_1():
    return Subgraph([byte(), byte(1), byte()], [Operator("ADD", [0, 1], [2], {})], [0], [2])


@pytest.mark.parametrize(
    "subgraphs",
    [
        pytest.param([loop(1, 2), always(), leaf()], id="one"),
        pytest.param([loop(1, 2), always(), loop(3, 4), below_100(), plus_1()], id="around a loop that ends"),
        pytest.param([loop(1, 2), always(), branch(3, 3), leaf()], id="around a branch"),
    ],
)
def test_endless_loop_ends_with_an_error(subgraphs):
    with pytest.raises(RuntimeError, match="WHILE: subgraphs ran 131072 times without end"):
        answer(subgraphs)


def test_turns_are_counted_for_each_invocation():
    model = Interpreter(build([loop(1, 2), below_100(), plus_1()]))
    model.allocate_tensors()
    for _ in range(131072 // (2 * 228) + 1):  # of 228 turns, from -128 to 100
        model.set_tensor(0, np.array([-128], np.int8))
        model.invoke()
    assert int(model.get_tensor(model.get_output_details()[0]["index"])[0]) == 100


def counter(initial, read_size=1):
    """CALL_ONCE sets a variable; each invocation adds the input to it."""
    names = dict(container="", shared_name="count")
    resource = Tensor((1,), "resource")
    setup = Subgraph(
        [resource, byte(initial)],
        [Operator("VAR_HANDLE", [], [0], names), Operator("ASSIGN_VARIABLE", [0, 1], [], {})],
        [],
        [],
    )
    value = Tensor((read_size,), "int8", 0.1, 0)
    main = Subgraph(
        [byte(), resource, value, Tensor((read_size,), "int8", 0.1, 0)],
        [
            Operator("CALL_ONCE", [], [], dict(init_subgraph_index=1)),
            Operator("VAR_HANDLE", [], [1], names),
            Operator("READ_VARIABLE", [1], [2], {}),
            Operator("ADD", [0, 2], [3], {}),
            Operator("ASSIGN_VARIABLE", [1, 3], [], {}),
        ],
        [0],
        [3],
    )
    return build([main, setup])


def test_reset_starts_like_a_new_interpreter():
    model = Interpreter(counter(initial=5))
    model.allocate_tensors()

    def step():
        model.set_tensor(0, np.array([1], np.int8))
        model.invoke()
        return int(model.get_tensor(3)[0])

    assert [step(), step(), step()] == [6, 7, 8]
    model.reset_all_variables()
    assert [step(), step()] == [6, 7]


def test_variable_of_two_sizes_is_refused():
    with pytest.raises(ValueError, match="READ_VARIABLE: resource variable 0 is read before it is written, or with another size"):
        Interpreter(counter(initial=5, read_size=3))
