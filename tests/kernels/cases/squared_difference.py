# SPDX-License-Identifier: MIT
"""Cases of SQUARED_DIFFERENCE: parameters only."""

from ._arithmetic import LADDER, RANK5, ends, plain, quantised


def cases():
    yield from quantised("int8", "i8_", 70, acts=None, y_range=(0.05, 2))
    yield from quantised("int16", "i16_", 24, acts=None)
    yield from quantised("int8", "i8_rank5_", 6, acts=None, shapes=RANK5, y_range=(0.05, 2))
    yield from ends(LADDER, acts=(None,))
    yield from plain("int32", "i32", fills=((-100, 100), (-100, 100)))
    yield from plain("float32", "f32")
