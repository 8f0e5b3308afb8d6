# SPDX-License-Identifier: MIT
"""Cases of MINIMUM: parameters only."""

from ._arithmetic import chosen


def cases():
    yield from chosen()
