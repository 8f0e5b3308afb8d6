# SPDX-License-Identifier: MIT
"""Cases of PACK: parameters only."""

import numpy as np

from ..case import C, Case, T

DTYPES = {"int8": (0.1, 3), "int16": (0.001, 0), "int32": (), "float32": (), "int64": ()}


def cases():
    for dtype, q in DTYPES.items():
        for shape in ((3,), (2, 3), (1, 4, 2)):
            for axis in range(-len(shape) - 1, len(shape) + 1):
                for count in (1, 2, 5):
                    out = np.stack([np.zeros(shape)] * count, axis).shape
                    inputs = [(C if dtype == "int32" and i == 1 else T)(shape, dtype, *q) for i in range(count)]
                    yield Case(
                        f"{dtype}_{'x'.join(map(str, shape))}_axis{axis}_of{count}",
                        inputs,
                        [T(out, dtype, *q)],
                        dict(values_count=count, axis=axis),
                        samples=1,
                    )
    yield Case("scalars", [T((), "int32"), T((), "int32")], [T((2,), "int32")], dict(values_count=2, axis=0))
