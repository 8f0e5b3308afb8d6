# SPDX-License-Identifier: MIT
"""Cases of SPACE_TO_DEPTH: parameters only."""

from ._blocks import moved


def cases():
    yield from moved(to_depth=True)
