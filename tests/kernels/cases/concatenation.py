# SPDX-License-Identifier: MIT
"""Cases of CONCATENATION: parameters only."""

from ..case import C, Case, T

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "int64": (), "float32": (), "bool": ()}
SHAPES = ((5,), (2, 3), (1, 1), (2, 3, 4), (1, 4, 5, 3), (2, 1, 3, 2), (1, 1, 1, 1))


def _case(name, shapes, axis, dtype="int8", q=(0.1, 3), constants=(), act="NONE", inputs_q=None, **kw):
    rank = len(shapes[0])
    out = list(shapes[0])
    out[axis % rank] = sum(s[axis % rank] for s in shapes)
    inputs = [(C if n in constants else T)(s, dtype, *((inputs_q or {}).get(n, q))) for n, s in enumerate(shapes)]
    return Case(name, inputs, [T(out, dtype, *q)], dict(axis=axis, fused_activation_function=act), samples=1, **kw)


def _sized(shape, axis, size):
    return tuple(size if i == axis % len(shape) else s for i, s in enumerate(shape))


def cases():
    for dtype, q in DTYPES.items():
        for shape in SHAPES:
            for axis in range(-len(shape), len(shape)):
                for sizes in ((1, 2), (3, 1, 4)) if dtype == "int8" else ((2, 3),):
                    yield _case(
                        f"{dtype}_{'x'.join(map(str, shape))}_axis{axis}_{'_'.join(map(str, sizes))}",
                        [_sized(shape, axis, n) for n in sizes],
                        axis,
                        dtype,
                        q,
                    )
    yield _case("one_input", [(2, 3)], 1)
    yield _case("ten_inputs", [(1, n + 1) for n in range(10)], -1)
    yield _case("constant_first", [(2, 3), (2, 4)], 1, constants=(0,))
    yield _case("constant_last", [(2, 3), (2, 4)], 0 - 1, constants=(1,))
    yield _case("rank5", [(2, 1, 3, 2, 2), (2, 1, 3, 2, 5)], 4)
    yield _case("rank5_middle", [(2, 1, 3, 2, 2), (2, 4, 3, 2, 2)], 1)
    t = T((2, 3), "int8", 0.1, 3)
    yield Case("one_tensor_twice", [t, t], [T((4, 3), "int8", 0.1, 3)], dict(axis=0, fused_activation_function="NONE"))
