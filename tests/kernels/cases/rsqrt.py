# SPDX-License-Identifier: MIT
"""Cases of RSQRT: parameters only. Negative inputs are refused by the references and stay out."""

from ._unary import SHAPES, unary


def cases():
    for n, shape in enumerate(SHAPES):
        yield unary(f"f32_{n}", shape, "float32", fill=(0.01, 9), max_ulp=1)
    for scale in (1e-3, 0.05, 0.1, 1.0):
        for zp, y in ((-128, (0.05, -128)), (-128, (0.01, -10)), (-128, (0.5, -100)), (0, (0.05, 0))):
            yield unary(
                f"i8_scale{scale:g}_zp{zp}_to_{y[0]:g}_{y[1]}",
                (127,),
                "int8",
                (scale, zp),
                y,
                fill=[min(zp + 1 + i, 127) for i in range(127)],
                samples=1,
            )
    for scale in (1e-3, 1e-4):
        yield unary(
            f"i16_scale{scale:g}", (32767,), "int16", (scale, 0), (1e-3, 0), fill=list(range(1, 32768)), samples=1
        )
    yield unary("i8_zero", (4,), "int8", (0.1, -128), (0.05, -128), fill=[-128, -127, 0, 127], samples=1)
