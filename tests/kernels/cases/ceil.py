# SPDX-License-Identifier: MIT
"""Cases of CEIL: parameters only. TFLite defines it for float32."""

from ._unary import rounded


def cases():
    yield from rounded()
