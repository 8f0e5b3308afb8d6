# SPDX-License-Identifier: MIT
"""Cases of LEAKY_RELU: parameters only."""

from ._unary import drawn, shapes, sweep_int8, sweep_int16

FLOAT_FACTORS = dict(
    reference="litert", why="int16: TFLM's factors are doubles, LiteRT's float32 (corpus: LiteRT is right)"
)


def cases():
    for alpha in (0.1, 0.3, 0.01, 0.0, 1.0, 2.5, -0.5):
        yield from sweep_int8((0.05,), ((0.05, 3), (0.03, -20)), tag=f"i8_alpha{alpha:g}", options=dict(alpha=alpha))
    for alpha in (0.1, 0.3, 0.0, 1.0):
        yield from sweep_int16(
            (1e-3, 2e-4), ((1e-3, 0), (7e-4, 0)), tag=f"i16_alpha{alpha:g}", options=dict(alpha=alpha), **FLOAT_FACTORS
        )
    # Here the last bits of a multiplier show: TFLM computes it in double, LiteRT in float.
    for scale, y in (
        (0.01988161, 0.01187464),
        (0.00244954, 0.00156827),
        (0.00102444, 0.00090517),
        (0.02002249, 0.01720116),
    ):
        yield from sweep_int16((scale,), ((y, 0),), tag="i16_layer", options=dict(alpha=0.3), **FLOAT_FACTORS)
    yield from sweep_int8((1e-6, 1.0, 1e3), (None, (0.5, 0)), options=dict(alpha=0.2))
    yield from drawn("int8", "i8_drawn", 40, dict(alpha=0.15))
    yield from drawn("int16", "i16_drawn", 20, dict(alpha=0.15), **FLOAT_FACTORS)
    yield from shapes("int8", (0.05, 3), (0.04, -5), "i8", dict(alpha=0.1))
    yield from shapes("float32", None, None, "f32", dict(alpha=0.1))
