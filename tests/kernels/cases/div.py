# SPDX-License-Identifier: MIT
"""Cases of DIV: parameters only. The divisor keeps away from zero."""

from ._arithmetic import binary
from ._grid import ACTIVATIONS, BROADCASTS, draws, quant


def cases():
    for n, (a, b) in enumerate(BROADCASTS):
        yield binary(f"f32_{n}", a, b, act=ACTIVATIONS[n % 4], dtype="float32", fill_b=(0.25, 4))
        yield binary(
            f"i32_{n}",
            a,
            b,
            act="NONE",
            dtype="int32",
            fill_b=(1, 40),
            reference="litert_or_refused",
            why="TFLM divides float32 and int8 only",
        )
    for n, (name, r) in enumerate(draws("i8_", 60)):
        a, b = BROADCASTS[n % len(BROADCASTS)]
        qb = (quant(r, "int8")[0], -128)
        yield binary(
            name, a, b, quant(r, "int8"), qb, quant(r, "int8", 0.02, 0.4), ACTIVATIONS[n % 4], fill_b=(-100, 127)
        )
