# SPDX-License-Identifier: MIT
"""Cases of LOGICAL_NOT: parameters only."""

from ._unary import SHAPES, unary


def cases():
    for n, shape in enumerate((*SHAPES, (64,), (5, 1, 1))):
        yield unary(f"shape_{n}", shape, "bool")
    yield unary("all_true", (9,), "bool", fill="max")
    yield unary("all_false", (9,), "bool", fill="min")
