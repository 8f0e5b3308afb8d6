# SPDX-License-Identifier: MIT
"""Cases of MAX_POOL_2D: parameters only."""

from ._pool import quantised


def cases():
    yield from quantised("MAX_POOL_2D")
