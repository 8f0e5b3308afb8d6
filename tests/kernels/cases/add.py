# SPDX-License-Identifier: MIT
"""Cases of ADD: parameters only."""

from ..case import Case, T
from ._arithmetic import LADDER, RANK5, ends, plain, quantised, same_tensor
from ._grid import ACTIVATIONS


def cases():
    yield from quantised("int8", "i8_", 100)
    yield from quantised("int8", "i8_rank5_", 12, shapes=RANK5)
    yield from quantised("int16", "i16_", 60)
    yield from ends(LADDER)
    yield from ends(((0.02, 0.03, 0.04),), ACTIVATIONS)
    yield from ends(
        ((1e-4, 2e-4, 3e-4), (1e-6, 1e-6, 1e-6), (1e-2, 1e-4, 1e-2)),
        ACTIVATIONS,
        dtype="int16",
        zps=((0, 0, 0),),
        prefix="i16_",
    )
    yield same_tensor()
    yield Case(
        "sweep",
        [T((256,), "int8", 0.03, 5, "sweep"), T((1,), "int8", 0.07, -9)],
        [T((256,), "int8", 0.09, 1)],
        dict(fused_activation_function="NONE"),
    )
    yield from plain("int32", "i32", ("NONE", "RELU", "RELU6"))
    yield from plain("float32", "f32", ("NONE", "RELU", "RELU6", "RELU_N1_TO_1"))
