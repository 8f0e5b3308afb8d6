# SPDX-License-Identifier: MIT
"""Cases of GREATER: parameters only."""

from ._compare import comparisons


def cases():
    yield from comparisons("greater")
