# SPDX-License-Identifier: MIT
"""Cases of MUL: parameters only."""

from ._arithmetic import LADDER, RANK5, ends, plain, quantised, same_tensor
from ._grid import ACTIVATIONS


def cases():
    yield from quantised("int8", "i8_", 90, y_range=(0.05, 4))
    yield from quantised("int8", "i8_rank5_", 12, shapes=RANK5, y_range=(0.05, 4))
    yield from quantised("int16", "i16_", 60)
    yield from ends(LADDER)
    yield from ends(((0.02, 0.03, 0.04), (0.1, 0.1, 0.9)), ACTIVATIONS)
    yield from ends(
        ((1e-3, 1e-3, 1e-3), (1e-6, 1e-3, 1e-6), (3e-5, 3e-5, 3e-5)),
        ACTIVATIONS,
        dtype="int16",
        zps=((0, 0, 0),),
        prefix="i16_",
    )
    yield same_tensor()
    yield from plain("int32", "i32", ("NONE",))
    yield from plain("float32", "f32", ACTIVATIONS)
