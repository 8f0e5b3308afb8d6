# SPDX-License-Identifier: MIT
"""Cases of NOT_EQUAL: parameters only."""

from ._compare import comparisons


def cases():
    yield from comparisons("not_equal")
