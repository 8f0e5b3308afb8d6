# SPDX-License-Identifier: MIT
"""Cases of PAD: parameters only."""

import numpy as np

from ..case import Case, T, V
from ._pad import PADDINGS, RANK5, label, padded


def _case(name, shape, paddings, dtype="int8", q=(0.1, 3), wide="int32", **kw):
    q = q if dtype in ("int8", "int16", "uint8") else ()
    return Case(
        name,
        [T(shape, dtype, *q), V(np.array(paddings, wide))],
        [T(padded(shape, paddings), dtype, *q)],
        samples=1,
        **kw,
    )


def cases():
    for shape, paddings in PADDINGS:
        for zp in (-128, 3, 127):
            yield _case(f"i8_{label(shape, paddings)}_zp{zp}", shape, paddings, q=(0.1, zp))
        yield _case(f"i16_{label(shape, paddings)}", shape, paddings, "int16", (0.001, 0))
        yield _case(f"i32_{label(shape, paddings)}", shape, paddings, "int32")
        yield _case(f"f32_{label(shape, paddings)}", shape, paddings, "float32")
    for shape, paddings in RANK5:
        yield _case(f"i8_rank5_{label(shape, paddings)}", shape, paddings)
    for shape, paddings in PADDINGS[:6]:
        yield _case(f"i64_paddings_{label(shape, paddings)}", shape, paddings, wide="int64")
