# SPDX-License-Identifier: MIT
# Runs in MicroPython: every function and operator with odd arguments. Whatever they answer, nothing may break: exceptions
# are those that Python has for wrong arguments, and arrays still compute afterwards.
import sys

from ulab import numpy as np
from ulab import utils


class Index:
    def __getitem__(self, index):
        return index


ODD = [
    None,
    True,
    0,
    -1,
    3,
    70000,
    -(1 << 31),
    1 << 40,
    2.5,
    float("nan"),
    float("inf"),
    "text",
    b"bytes",
    (),
    (2, 3),
    [[1, 2], [3]],
    [],
    {1: 2},
    np.zeros(0),
    np.zeros((0, 3)),
    np.zeros((3, 0, 2), dtype=np.uint8),
    np.arange(5),
    np.arange(24, dtype=np.uint8).reshape((2, 3, 4))[::-1, 1:, ::2],
    np.ones((2, 3)) > 0,
    np.array([float("nan"), float("inf"), -1.0]),
    np.full((1, 1, 1, 1), -128, dtype=np.int8),
    Index()[::-1],
    print,
]
FINE = (TypeError, ValueError, IndexError, MemoryError, OverflowError, AttributeError, ZeroDivisionError, NotImplementedError, KeyError)
state = int(sys.argv[1])


def pick():
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return ODD[(state >> 8) % len(ODD)]


functions = [getattr(np, name) for name in dir(np)] + [np.fft.fft, np.fft.ifft, utils.spectrogram]
functions = [f for f in functions if callable(f) and f is not np.ndarray]
methods = ("reshape", "flatten", "copy", "transpose", "tobytes", "tolist", "sort")
operators = [
    lambda a, b: a + b,
    lambda a, b: a // b,
    lambda a, b: a % b,
    lambda a, b: a**b,
    lambda a, b: a << b,
    lambda a, b: a & b,
    lambda a, b: a @ b,
    lambda a, b: a < b,
    lambda a, b: a == b,
    lambda a, b: a[b],
    lambda a, b: a[b, 0],
    lambda a, b: a[0:b:2],
    lambda a, b: a.__setitem__(b, b),
    lambda a, b: ~a,
    lambda a, b: -a,
    lambda a, b: bytes(a),
    lambda a, b: str(a),
    lambda a, b: [x for x in a][:3],
    lambda a, b: setattr(a, "shape", b),
]
answers = refusals = 0
for turn in range(int(sys.argv[2])):
    for work in functions + [getattr(np.ndarray, m) for m in methods] + operators:
        arguments = [pick() for _ in range(1 + turn % 3)]
        if work in operators:
            arguments = [pick(), pick()]
            while not isinstance(arguments[turn % 2], np.ndarray):
                arguments[turn % 2] = pick()
        elif work in [getattr(np.ndarray, m) for m in methods]:
            arguments[0] = np.arange(12).reshape((3, 4))[::-1]
        try:
            if turn % 5 == 4 and work not in operators:
                work(*arguments, axis=pick())
            else:
                str(work(*arguments))
            answers += 1
        except FINE:
            refusals += 1
print(answers > 100, refusals > 100, np.sum(np.arange(10) * 2))
