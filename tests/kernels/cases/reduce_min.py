# SPDX-License-Identifier: MIT
"""Cases of REDUCE_MIN: parameters only."""

from ._reduce import chosen


def cases():
    yield from chosen()
