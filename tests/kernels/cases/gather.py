# SPDX-License-Identifier: MIT
"""Cases of GATHER: parameters only. Constant indices, indices fed at run time, and wrong ones."""

from ..case import C, Case, T
from ._grid import draws

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": (), "int64": (), "bool": ()}
ONLY_LITERT = dict(reference="litert", why="TFLM gathers int8 and float32 only")


def _case(name, shape, axis, index_shape, batch=0, dtype="int8", index_dtype="int32", fed=True, fill=None, **kw):
    q = DTYPES[dtype]
    a = axis % len(shape)
    out = shape[:a] + index_shape[batch:] + shape[a + 1 :]
    indices = (T if fed else C)(index_shape, index_dtype, fill=fill or (0, shape[a] - 1))
    return Case(name, [T(shape, dtype, *q), indices], [T(out, dtype, *q)], dict(axis=axis, batch_dims=batch), **kw)


def cases():
    for n, (name, r) in enumerate(draws("drawn", 100)):
        shape = tuple(r.randint(1, 6) for _ in range(r.choice((1, 2, 3, 4))))
        axis = r.randrange(len(shape))
        index_shape = r.choice(((), (1,), (4,), (2, 3), (1, 5)))
        dtype = list(DTYPES)[n % len(DTYPES)] if n % 2 else "int8"
        kw = {} if dtype in ("int8", "float32") else ONLY_LITERT
        yield _case(
            f"{name}_{dtype}",
            shape,
            axis - len(shape) if n % 3 == 0 else axis,
            index_shape,
            dtype=dtype,
            fed=n % 4 != 0,
            **kw,
        )
    for n, (shape, axis, index_shape, batch) in enumerate(
        (
            ((2, 5), 1, (2, 3), 1),
            ((2, 4, 3), 1, (2, 2), 1),
            ((2, 3, 5), 2, (2, 3, 4), 2),
            ((2, 4, 3), 2, (2, 2), 1),
            ((2, 3, 5), -1, (2, 3, 4), 2),
            ((2, 4, 3), 1, (2,), 1),
        )
    ):
        yield _case(f"batch_{n}", shape, axis, index_shape, batch)
    yield _case(
        "i64_indices",
        (5, 3),
        0,
        (4,),
        index_dtype="int64",
        reference="litert",
        why="TFLM takes int32 indices only",
    )
    yield _case(
        "i16_indices",
        (5, 3),
        0,
        (4,),
        index_dtype="int16",
        reference="litert_or_refused",
        why="TFLM takes int32 indices only",
    )
    yield _case("wrong_beyond", (5, 3), 0, (2,), fill=[0, 5], reference="refused", why="index 5 of 5 (LiteRT)")
    yield _case("wrong_negative", (5, 3), 0, (2,), fill=[0, -1], reference="refused", why="index -1 (LiteRT)")
