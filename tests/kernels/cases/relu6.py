# SPDX-License-Identifier: MIT
"""Cases of RELU6: parameters only. TFLM only clamps, so it is wrong where input and output scales differ; LiteRT is right."""

from ._unary import drawn, shapes, sweep_int8, sweep_int16, unary

RESCALED = dict(reference="litert", why="TFLM does not rescale in RELU6 (corpus)")


def cases():
    yield from sweep_int8((1e-6, 1e-3, 0.02, 0.047, 0.1, 1.0, 1e3), (None,))
    yield from sweep_int8((0.02, 0.047, 0.1), ((0.0235, -128), (0.05, 3), (0.3, 127)), tag="rescaled", **RESCALED)
    yield from drawn("int8", "i8_drawn", 40, **RESCALED)
    yield from drawn("int16", "i16_drawn", 10, **RESCALED)
    yield from sweep_int16((1e-4, 1e-3), (None,))
    yield from sweep_int16((1e-4, 1e-3), ((2e-4, 0),), **RESCALED)
    yield from shapes("int8", (0.05, 3), (0.05, 3), "i8")
    yield from shapes("float32", None, None, "f32")
    yield unary("f32_wide", (500,), "float32", fill=(-10, 10))
