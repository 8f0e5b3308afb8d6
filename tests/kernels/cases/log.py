# SPDX-License-Identifier: MIT
"""Cases of LOG: parameters only. Inputs are positive: log of zero has no quantised value."""

from ._unary import SHAPES, unary


def cases():
    for n, shape in enumerate(SHAPES):
        yield unary(f"f32_{n}", shape, "float32", fill=(0.001, 9), max_ulp=2)
    yield unary("f32_wide", (300,), "float32", fill=(1e-6, 1e6), max_ulp=2)
    only = dict(reference="litert", why="TFLM has float32 LOG only")
    for scale in (1e-3, 0.02, 0.05, 0.5):
        for y in ((0.05, 0), (0.02, 100), (0.1, -20)):
            yield unary(
                f"i8_scale{scale:g}_to_{y[0]:g}_{y[1]}",
                (255,),
                "int8",
                (scale, -128),
                y,
                fill=[i - 127 for i in range(255)],
                samples=1,
                **only,
            )
    for scale in (1e-3, 1e-4):
        yield unary(
            f"i16_scale{scale:g}",
            (32767,),
            "int16",
            (scale, 0),
            (5e-4, 0),
            fill=list(range(1, 32768)),
            samples=1,
            **only,
        )
