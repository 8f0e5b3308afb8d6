# SPDX-License-Identifier: MIT
"""The planner: no two tensors that live at once overlap; the stored plan is the one made."""

import numpy as np
import tflite
from hypothesis import given, settings
from hypothesis import strategies as st
from mpylite import planner
from mpylite.graph import Graph, Node, Tensor


def graph_of(shape):
    """A graph from [(size, inputs by distance)]: node i reads tensors made a few steps before."""
    first = Tensor("in", (shape[0][0],), "int8")
    graph, made = Graph(inputs=[first]), [first]
    for i, (size, distances) in enumerate(shape):
        sources = [made[max(len(made) - d, 0)] for d in distances]
        made.append(Tensor(f"t{i}", (size,), "int8"))
        graph.nodes.append(Node("ADD", sources, [made[-1]]))
    graph.outputs = [made[-1]]
    return graph.check()


SHAPES = st.lists(
    st.tuples(st.integers(1, 5000), st.lists(st.integers(1, 6), min_size=1, max_size=3)), min_size=1, max_size=25
)


@settings(max_examples=100, deadline=None)
@given(SHAPES)
def test_live_tensors_never_overlap(shape):
    plan = planner.plan(graph_of(shape))
    for i, a in enumerate(plan.rows):
        assert a.offset % 16 == 0 and a.offset + a.tensor.nbytes <= plan.arena_bytes
        for b in plan.rows[i + 1 :]:
            if a.first <= b.last and b.first <= a.last:
                assert a.offset + a.size <= b.offset or b.offset + b.size <= a.offset
    assert plan.arena_bytes >= plan.lower_bound


def test_chain_needs_only_two_neighbours():
    plan = planner.plan(graph_of([(1024, [1])] * 12))
    assert plan.arena_bytes == 2048


def test_plan_is_stored_as_tflite_micro_reads_it(digits_int8):
    made, _ = digits_int8
    model = tflite.Model.GetRootAs(made.content)
    entries = {model.Metadata(i).Name(): model.Metadata(i).Buffer() for i in range(model.MetadataLength())}
    numbers = np.frombuffer(model.Buffers(entries[b"OfflineMemoryAllocation"]).DataAsNumpy().tobytes(), "<i4")
    tensors = made.graph.tensors()
    assert list(numbers[:3]) == [1, 0, model.Subgraphs(0).TensorsLength()]
    assert list(numbers[3:]) == [made.plan.offset(t) for t in tensors]
    assert all((n == -1) == t.is_constant for n, t in zip(numbers[3:], tensors))
