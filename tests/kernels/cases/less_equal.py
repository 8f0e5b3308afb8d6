# SPDX-License-Identifier: MIT
"""Cases of LESS_EQUAL: parameters only."""

from ._compare import comparisons


def cases():
    yield from comparisons("less_equal")
