# SPDX-License-Identifier: MIT
"""Cases of HARD_SWISH: parameters only."""
from ._unary import drawn, shapes, sweep_int8


def cases():
    yield from sweep_int8((1e-6, 1e-3, .01, .0235, .05, .1, .5, 1.0), (None, (.02, -110)))
    yield from sweep_int8((1e3,), (None,))
    yield from sweep_int8((.05,), ((1e-3, 0), (1.0, -128), (.04, 127)), tag="outputs")
    yield from drawn("int8", "i8_drawn", 60)
    yield from shapes("int8", (.05, 3), (.04, -5), "i8")
    yield from shapes("float32", None, None, "f32")
