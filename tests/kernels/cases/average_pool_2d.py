# SPDX-License-Identifier: MIT
"""Cases of AVERAGE_POOL_2D: parameters only."""

from ._pool import drawn, ends, in_place, of_real_models, pool


def cases():
    yield from drawn("drawn", 100, "int8")
    yield from drawn("i16_", 30, "int16")
    yield from ends()
    yield from ends("int16")
    yield from of_real_models()
    yield from in_place("AVERAGE_POOL_2D")
    for scale in (1e-6, 1e3):
        for act in ("RELU6", "RELU_N1_TO_1", "RELU"):
            yield pool(f"scale_{scale:g}_{act}", (1, 4, 4, 2), (2, 2), act=act, q=(scale, -5))
