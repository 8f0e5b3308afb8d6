# SPDX-License-Identifier: MIT
"""Cases of REDUCE_MAX: parameters only."""

from ._reduce import chosen


def cases():
    yield from chosen()
