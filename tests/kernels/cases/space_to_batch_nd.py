# SPDX-License-Identifier: MIT
"""Cases of SPACE_TO_BATCH_ND: parameters only."""

import numpy as np

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "float32": (), "int16": (0.001, 0), "int32": ()}
SHAPES = (
    ((1, 4, 4, 3), (2, 2), ((0, 0), (0, 0))),
    ((1, 5, 3, 1), (2, 2), ((1, 0), (0, 1))),
    ((2, 4, 6, 2), (2, 3), ((0, 0), (2, 1))),
    ((1, 2, 2, 1), (2, 2), ((0, 0), (0, 0))),
    ((2, 5, 1, 3), (2, 1), ((1, 2), (0, 0))),
    ((1, 7, 5, 2), (3, 3), ((1, 1), (0, 1))),
    ((1, 3, 3, 2), (1, 1), ((0, 0), (0, 0))),
    ((2, 4, 2), (2,), ((1, 1),)),
    ((1, 12, 5), (3,), ((0, 0),)),
)


def cases():
    for dtype, q in DTYPES.items():
        only_litert = (
            dict(reference="litert", why="TFLM moves int8 and float32 only")
            if dtype in ("int16", "int32")
            else {}
        )
        for n, (shape, block, pads) in enumerate(SHAPES):
            for zp in (-128, 3) if dtype == "int8" else (0,):
                kw = only_litert
                if dtype == "int8" and any(a or b for a, b in pads):
                    kw = dict(
                        reference="litert",
                        why="TFLM leaves the padding value unset and pads with 0, not with the zero point",
                    )
                qq = (q[0], zp) if q else ()
                out = (
                    shape[0] * int(np.prod(block)),
                    *((s + a + b) // k for s, k, (a, b) in zip(shape[1:-1], block, pads, strict=True)),
                    shape[-1],
                )
                yield Case(
                    f"{dtype}_{n}_zp{zp}",
                    [T(shape, dtype, *qq), V(np.array(block)), V(np.array(pads))],
                    [T(out, dtype, *qq)],
                    samples=1,
                    **kw,
                )
