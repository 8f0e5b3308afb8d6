# SPDX-License-Identifier: MIT
"""Cases of SPLIT: parameters only."""

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": ()}
SHAPES = ((6,), (4, 6), (2, 6, 4), (1, 4, 6, 2), (2, 2, 4, 6))


def cases():
    for dtype, q in DTYPES.items():
        for shape in SHAPES:
            for axis in range(-len(shape), len(shape)):
                for parts in (1, 2, 3):
                    if shape[axis] % parts == 0:
                        out = tuple(n // parts if i == axis % len(shape) else n for i, n in enumerate(shape))
                        yield Case(
                            f"{dtype}_{'x'.join(map(str, shape))}_axis{axis}_in{parts}",
                            [V(axis), T(shape, dtype, *q)],
                            [T(out, dtype, *q) for _ in range(parts)],
                            dict(num_splits=parts),
                            samples=1,
                        )
    yield Case(
        "rank5",
        [V(3), T((2, 1, 2, 6, 3), "int8", 0.1, 3)],
        [T((2, 1, 2, 3, 3), "int8", 0.1, 3) for _ in range(2)],
        dict(num_splits=2),
    )
    yield Case(
        "axis_as_list",
        [V([1]), T((2, 6), "int8", 0.1, 3)],
        [T((2, 3), "int8", 0.1, 3) for _ in range(2)],
        dict(num_splits=2),
    )
