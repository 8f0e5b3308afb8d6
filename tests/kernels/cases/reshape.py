# SPDX-License-Identifier: MIT
"""Cases of RESHAPE: parameters only. The shape comes from the second input, the option, or both."""

import numpy as np

from ..case import Case, T, V
from ._graph import Graph, constant, i8

SHAPES = [
    ((1, 2, 3, 4), (24,)),
    ((24,), (1, 2, 3, 4)),
    ((2, 12), (4, 6)),
    ((1,), (1, 1, 1, 1)),
    ((1, 1), (1,)),
    ((2, 3, 4), (2, 12)),
    ((5, 7), (7, 5)),
    ((1, 3, 1, 5), (3, 5)),
    ((2, 3), (3, 1, 2, 1, 1)),
    ((1, 1, 1, 64), (1, 64)),
]
DTYPES = ("int8", "int16", "int32", "float32", "uint8", "bool", "int64")


def _case(name, dtype, a, b, wanted, how="input", **kw):
    scale = (0.1, 3) if dtype == "int8" else (0.001, 0) if dtype == "int16" else ()
    inputs = [T(a, dtype, *scale)] + ([V(np.array(wanted, "int32"))] if how != "option" else [])
    options = dict(new_shape=list(wanted)) if how != "input" else {}
    return Case(name, inputs, [T(b, dtype, *scale)], options, samples=1, **kw)


def _computed(name, a, b, keep):
    """The converter's Flatten: SHAPE, the batch cut out of it, PACK with the rest, RESHAPE; resolved when prepared."""
    g = Graph()
    x = g.add(i8(a))
    shape = g.op("SHAPE", [x], T((len(a),), "int32"), out_type="INT32")
    cut = [g.add(constant([n])) for n in (0, 1, 1)]
    batch = g.op("STRIDED_SLICE", [shape, *cut], T((), "int32"), shrink_axis_mask=1)
    rest = [g.add(constant(n)) for n in keep]
    wanted = g.op("PACK", [batch, *rest], T((len(rest) + 1,), "int32"), values_count=len(rest) + 1, axis=0)
    return Case(name, subgraphs=[g.done([x], [g.op("RESHAPE", [x, wanted], i8(b))])])


def cases():
    yield _computed("computed_flatten", (2, 3, 4, 5), (2, 60), (60,))
    yield _computed("computed_minus_one", (2, 3, 4, 5), (2, 60), (-1,))
    yield _computed("computed_rank3", (3, 2, 4), (3, 4, 2), (4, 2))
    yield _computed("computed_batch_one", (1, 7), (1, 7, 1, 1), (7, 1, 1))
    for dtype in DTYPES:
        for n, (a, b) in enumerate(SHAPES):
            yield _case(
                f"{dtype}_{'x'.join(map(str, a))}_to_{'x'.join(map(str, b))}",
                dtype,
                a,
                b,
                b,
                ("input", "option", "both")[n % 3],
            )
    for n, (a, b) in enumerate(SHAPES):
        if len(b) > 1 or n == 0:
            for axis in range(len(b)):
                wanted = list(b)
                wanted[axis] = -1
                yield _case(f"minus_one_{n}_axis{axis}", "int8", a, b, wanted, ("input", "option", "both")[axis % 3])
    for name, wanted in (
        ("product_too_large", (5, 5)),
        ("product_too_small", (5, 2)),
        ("two_minus_ones", (-1, -1)),
        ("minus_one_does_not_divide", (7, -1)),
    ):
        yield _case(
            f"wrong_{name}",
            "int8",
            (4, 6),
            (4, 6),
            wanted,
            reference="refused",
            why="the element counts do not agree (LiteRT; TFLM looks at the output tensor's shape alone)",
        )
