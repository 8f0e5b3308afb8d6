# SPDX-License-Identifier: MIT
"""Cases of REDUCE_ALL: parameters only."""

from ._reduce import drawn, reduction

ONLY_LITERT = dict(reference="litert", why="TFLM does not register REDUCE_ALL")


def cases():
    yield from drawn("bool", "drawn", 20, quantised=False, **ONLY_LITERT)
    for fill in ("max", "min"):
        for axes in ([0], [1], [0, 1], [-1]):
            yield reduction(f"{fill}_{'_'.join(map(str, axes))}", (3, 4), axes, False, "bool", fill=fill, **ONLY_LITERT)
