# SPDX-License-Identifier: MIT
"""Cases of AVERAGE_POOL_2D: parameters only."""

from ._pool import quantised


def cases():
    yield from quantised("AVERAGE_POOL_2D")
