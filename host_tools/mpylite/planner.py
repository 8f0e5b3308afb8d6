# SPDX-License-Identifier: MIT
"""Lifetimes to arena offsets: Plan. Owns the placing; how offsets are stored is the writer's.

Offsets never alias two tensors that live at once, so that TensorFlow Lite Micro may obey them too.
"""

from dataclasses import dataclass, field

from .graph import Graph

ALIGNMENT = 16


@dataclass
class Plan:
    """arena_bytes of all planned tensors; rows say where each lies and how long it lives."""

    arena_bytes: int
    rows: list = field(default_factory=list)  # Row, by offset
    lower_bound: int = 0
    _offsets: dict = field(default_factory=dict)

    def offset(self, tensor):
        """The byte offset, or -1 for what is placed at run time or not in the arena."""
        return self._offsets.get(id(tensor), -1)


@dataclass
class Row:
    tensor: object
    first: int
    last: int
    size: int
    offset: int = -1


def aligned(size):
    return -(-size // ALIGNMENT) * ALIGNMENT


def lifetimes(graph: Graph):
    """A Row for each tensor that needs arena memory; times are operator indices."""
    rows = {}
    for tensor in graph.inputs:
        rows[id(tensor)] = Row(tensor, 0, 0, aligned(tensor.nbytes))
    for time, node in enumerate(graph.nodes):
        for tensor in node.outputs:
            if not tensor.is_variable:
                rows[id(tensor)] = Row(tensor, time, time, aligned(tensor.nbytes))
        for tensor in node.inputs:
            if tensor is not None and id(tensor) in rows:
                rows[id(tensor)].last = time
    for tensor in graph.outputs:
        if id(tensor) in rows:
            rows[id(tensor)].last = max(len(graph.nodes) - 1, 0)
    return [row for row in rows.values() if row.size]


def plan(graph: Graph):
    """The smallest of several greedy placements; stops early at the lower bound."""
    rows = lifetimes(graph)
    bound = _lower_bound(rows)
    best = None
    for order in _orders(rows):
        offsets, size = _place(order)
        if best is None or size < best[1]:
            best = (offsets, size)
        if size == bound:
            break
    if best is None:
        return Plan(0)
    if best[1] > bound and len(rows) <= 200:
        best = _improve(rows, best, bound)
    for row in rows:
        row.offset = best[0][id(row)]
    rows.sort(key=lambda r: (r.offset, r.first))
    return Plan(best[1], rows, bound, {id(r.tensor): r.offset for r in rows})


def _lower_bound(rows):
    """The most bytes that live at one time; no plan can need less."""
    return max((sum(r.size for r in rows if r.first <= t <= r.last) for t in {r.first for r in rows}), default=0)


def _orders(rows):
    yield sorted(rows, key=lambda r: (-r.size, r.first))
    yield sorted(rows, key=lambda r: (-r.size * (r.last - r.first + 1), r.first))
    yield sorted(rows, key=lambda r: (-(r.last - r.first), -r.size, r.first))
    yield sorted(rows, key=lambda r: (r.first, -r.size))
    pressure = {
        id(r): max(sum(o.size for o in rows if o.first <= t <= o.last) for t in range(r.first, r.last + 1))
        for r in rows[:400]
    }
    yield sorted(rows, key=lambda r: (-pressure.get(id(r), 0), -r.size, r.first))


def _place(order):
    """Each row at the lowest offset free for its whole life, in the given order."""
    offsets, placed, size = {}, [], 0
    for row in order:
        busy = sorted(
            (offsets[id(o)], offsets[id(o)] + o.size) for o in placed if o.first <= row.last and row.first <= o.last
        )
        offset = 0
        for start, end in busy:
            if start - offset >= row.size:
                break
            offset = max(offset, end)
        offsets[id(row)] = offset
        placed.append(row)
        size = max(size, offset + row.size)
    return offsets, size


def _improve(rows, best, bound):
    """Moves the rows that reach the top earlier in the order, a bounded number of times."""
    order = sorted(rows, key=lambda r: (-r.size, r.first))
    for _ in range(min(4 * len(rows), 200)):
        offsets, size = _place(order)
        if size < best[1]:
            best = (offsets, size)
        if size == bound:
            break
        top = next(i for i, r in enumerate(order) if offsets[id(r)] + r.size == size)
        if top == 0:
            break
        order.insert(max(top - 1 - top // 2, 0), order.pop(top))
    return best
