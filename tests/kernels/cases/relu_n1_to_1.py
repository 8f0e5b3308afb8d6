# SPDX-License-Identifier: MIT
"""Cases of RELU_N1_TO_1: parameters only. TFLM does not have it."""

from ._unary import drawn, shapes, sweep_int8, unary

ONLY_LITERT = dict(reference="litert", why="TFLM does not register RELU_N1_TO_1")


def cases():
    yield from sweep_int8((1e-6, 1e-3, 0.02, 0.1, 1.0, 1e3), (None,), **ONLY_LITERT)
    yield from sweep_int8((0.02, 0.1), ((0.0078, 0), (0.05, 3)), tag="rescaled", **ONLY_LITERT)
    yield from drawn("int8", "i8_drawn", 20, **ONLY_LITERT)
    yield from shapes("int8", (0.05, 3), (0.05, 3), "i8", **ONLY_LITERT)
    yield from shapes("float32", None, None, "f32", **ONLY_LITERT)
    yield unary("f32_wide", (500,), "float32", fill=(-10, 10), **ONLY_LITERT)
