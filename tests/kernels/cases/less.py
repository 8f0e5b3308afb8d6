# SPDX-License-Identifier: MIT
"""Cases of LESS: parameters only."""

from ._compare import comparisons


def cases():
    yield from comparisons("less")
