# SPDX-License-Identifier: MIT
"""Cases of TANH: parameters only."""

from ._unary import shapes, sweep_int8, sweep_int16, unary


def cases():
    yield from sweep_int8((1e-6, 1e-3, 0.01, 0.0235, 0.05, 0.0625, 0.1, 0.25, 1.0, 1e3), ((1 / 128, 0),))
    yield from sweep_int16((1e-6, 1e-5, 1e-4, 1 / 4096, 3e-4, 1e-3, 0.01, 1.0, 2.0**-15, 2.0**-11), ((1 / 32768, 0),))
    yield from shapes("int8", (0.05, 3), (1 / 128, 0), "i8")
    yield from shapes("int16", (3e-4, 0), (1 / 32768, 0), "i16")
    yield from shapes("float32", None, None, "f32", max_ulp=4)
    yield unary("f32_wide", (500,), "float32", fill=(-100, 100), max_ulp=4)
