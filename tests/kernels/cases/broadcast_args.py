# SPDX-License-Identifier: MIT
"""Cases of BROADCAST_ARGS: parameters only."""

import numpy as np

from ..case import Case, T, V
from ._grid import BROADCASTS, broadcast


def cases():
    for n, (a, b) in enumerate(BROADCASTS):
        for wide in ("int32", "int64"):
            for fed in (False, True):
                if fed or wide == "int32":
                    inputs = [T((len(s),), wide, fill=list(s)) if fed else V(np.array(s, wide)) for s in (a, b)]
                    yield Case(
                        f"{n}_{wide}_{'fed' if fed else 'constant'}",
                        inputs,
                        [T((len(broadcast(a, b)),), wide)],
                        samples=1,
                    )
    yield Case(
        "wrong",
        [T((2,), "int32", fill=[2, 3]), T((2,), "int32", fill=[2, 4])],
        [T((2,), "int32")],
        samples=1,
        reference="refused",
        why="3 and 4 do not broadcast",
    )
