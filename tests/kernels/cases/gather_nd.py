# SPDX-License-Identifier: MIT
"""Cases of GATHER_ND: parameters only."""

import numpy as np

from ..case import Case, T, V
from ._grid import draws

DTYPES = {"int8": (0.1, 3), "float32": (), "int16": (0.001, 0), "int32": (), "int64": ()}


def _case(name, shape, indices, dtype="int8", fed=False, **kw):
    q = DTYPES[dtype]
    indices = np.array(indices, "int32")
    out = (*indices.shape[:-1], *shape[indices.shape[-1] :])
    given = T(indices.shape, "int32", fill=indices) if fed else V(indices)
    return Case(name, [T(shape, dtype, *q), given], [T(out, dtype, *q)], **kw)


def cases():
    for n, (name, r) in enumerate(draws("drawn", 70)):
        shape = tuple(r.randint(1, 5) for _ in range(r.choice((1, 2, 3, 4))))
        depth = r.randint(1, len(shape))
        lead = r.choice(((1,), (3,), (2, 2)))
        rows = [[r.randrange(shape[k]) for k in range(depth)] for _ in range(int(np.prod(lead)))]
        dtype = list(DTYPES)[n % len(DTYPES)] if n % 2 else "int8"
        kw = (
            {}
            if dtype in ("int8", "float32")
            else dict(reference="litert", why="TFLM gathers int8 and float32 only")
        )
        yield _case(f"{name}_{dtype}", shape, np.array(rows).reshape(*lead, depth), dtype, n % 3 == 0, **kw)
    yield _case("wrong_beyond", (2, 3), [[1, 3]], fed=True, reference="refused", why="index 3 of 3")
    yield _case("wrong_negative", (2, 3), [[-1, 0]], fed=True, reference="refused", why="index -1")
