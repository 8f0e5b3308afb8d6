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
        yield _int8(name, r, n % 3, a, b, ACTIVATIONS[n % 4])


def _int8(name, r, kind, a, b, activation):
    """Quotients below about 2**-31 of the reference's intermediate are left out: it shifts by more than 31 bits there,
    which C does not define (on a PC 0.17 becomes 127). So: dividends far from zero, or fine steps of the output."""
    low, zero_point, fill = ((0.1, -128, (-64, 127)), (0.1, 127, (-128, 62)), (0.004, r.randint(-128, 127), None))[kind]
    qa, qb = (quant(r, "int8")[0], zero_point), (quant(r, "int8")[0], -128)
    high = 0.95 if kind < 2 else 0.0078
    qy = (qa[0] / qb[0] * r.uniform(low, high), r.randint(-128, 127))
    return binary(name, a, b, qa, qb, qy, activation, fill_a=fill, fill_b=(-100, 127))
