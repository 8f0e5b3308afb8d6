# SPDX-License-Identifier: MIT
"""Cases of ZEROS_LIKE: parameters only."""

from ._unary import SHAPES, unary

DTYPES = {"int8": (0.1, 3), "int32": None, "int64": None, "float32": None}


def cases():
    for dtype, q in DTYPES.items():
        for n, shape in enumerate(SHAPES):
            yield unary(f"{dtype}_{n}", shape, dtype, q, q)
