# SPDX-License-Identifier: MIT
"""Cases of MAXIMUM: parameters only."""

from ._arithmetic import chosen


def cases():
    yield from chosen()
