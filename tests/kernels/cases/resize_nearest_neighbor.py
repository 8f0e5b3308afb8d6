# SPDX-License-Identifier: MIT
"""Cases of RESIZE_NEAREST_NEIGHBOR: parameters only."""

from ._resize import chosen, drawn


def cases():
    yield from chosen()
    yield from drawn("int8", 60)
    yield from drawn("int16", 20)
    yield from drawn("float32", 12)
