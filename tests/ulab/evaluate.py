# SPDX-License-Identifier: MIT
# Runs in MicroPython: evaluates each line of the file given (statements; expression) and prints the result as a literal.
import sys

import ulab
from ulab import numpy as np

NAMES = {ord("?"): "bool", ord("B"): "uint8", ord("b"): "int8", ord("H"): "uint16", ord("h"): "int16", ord("i"): "int32", ord("f"): "float"}


def plain(value):
    if isinstance(value, np.ndarray):
        return (NAMES[value.dtype], value.shape, value.tolist(), value.strides)
    if isinstance(value, (tuple, list)):
        return (type(value).__name__, [plain(item) for item in value])
    return (type(value).__name__, (), value, ())


for line in open(sys.argv[1]):
    names = {"np": np, "ulab": ulab}
    try:
        statements, _, expression = line.strip().rpartition(";")
        exec(statements, names)
        print(repr(plain(eval(expression.strip(), names))))
    except Exception as error:
        print(repr(("error", type(error).__name__, str(error))))
