# SPDX-License-Identifier: MIT
"""Cases of EXP: parameters only."""

from ._unary import drawn, shapes, sweep_int8, sweep_int16, unary

ONLY_LITERT = dict(reference="litert", why="TFLM has float32 EXP only")


def cases():
    yield from shapes("float32", None, None, "f32", max_ulp=2)
    yield unary("f32_wide", (300,), "float32", fill=(-80, 80), max_ulp=2)
    yield from sweep_int8((1e-3, 0.02, 0.05, 0.5), ((0.05, -128), (0.5, -128), (0.01, 0)), **ONLY_LITERT)
    yield from drawn("int8", "i8_drawn", 20, **ONLY_LITERT)
    yield from sweep_int16((1e-4, 3e-4), ((1e-3, 0), (0.01, 0)), **ONLY_LITERT)
