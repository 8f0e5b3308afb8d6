# SPDX-License-Identifier: MIT
"""Cases of PADV2: parameters only."""

import numpy as np

from ..case import C, Case, T, V
from ._pad import PADDINGS, RANK5, label, padded


def _case(name, shape, pads, dtype="int8", q=(0.1, 3), fed=False, **kw):
    q = q if dtype in ("int8", "int16") else ()
    value = (T if fed else C)((), dtype, *q) if not fed else T((1,), dtype, *q)
    return Case(name, [T(shape, dtype, *q), V(np.array(pads)), value], [T(padded(shape, pads), dtype, *q)], **kw)


def cases():
    for shape, pads in PADDINGS:
        for dtype in ("int8", "int16", "int32", "float32"):
            yield _case(
                f"{dtype}_{label(shape, pads)}", shape, pads, dtype, (0.1, 3) if dtype == "int8" else (0.001, 0)
            )
        yield _case(f"fed_{label(shape, pads)}", shape, pads, fed=True)
    for shape, pads in RANK5:
        yield _case(f"rank5_{label(shape, pads)}", shape, pads)
