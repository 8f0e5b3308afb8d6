# SPDX-License-Identifier: MIT
"""Cases of EQUAL: parameters only."""

from ._compare import comparisons


def cases():
    yield from comparisons("equal")
