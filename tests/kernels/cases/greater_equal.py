# SPDX-License-Identifier: MIT
"""Cases of GREATER_EQUAL: parameters only."""

from ._compare import comparisons


def cases():
    yield from comparisons("greater_equal")
