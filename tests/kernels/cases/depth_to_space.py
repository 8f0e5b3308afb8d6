# SPDX-License-Identifier: MIT
"""Cases of DEPTH_TO_SPACE: parameters only."""

from ._blocks import moved


def cases():
    yield from moved(to_depth=False)
