# SPDX-License-Identifier: MIT
"""The core of ulab on any board: a script that needs neither compiler nor eval, and the check of what it prints."""

from . import reference

HEAD = """
from ulab import numpy as np
NAMES = {ord("?"): "bool", ord("B"): "uint8", ord("b"): "int8", ord("H"): "uint16", ord("h"): "int16", ord("i"): "int32", ord("f"): "float"}
def show(x):
    if isinstance(x, np.ndarray):
        print((NAMES[x.dtype], x.shape, x.tolist(), x.strides))
    else:
        print(("float" if isinstance(x, float) else "int", (), x, ()))
"""
A = "np.arange(24).reshape((2,3,4))"
LINES = [f"a={A}; a[{index}]" for index in (":,1", "1,::-2,1:", "-1,2,-3", "::-1,:,::3")]
LINES += [f"a={A}; np.{name}(a{axis})" for name in ("sum", "mean", "std", "min", "max", "argmin", "argmax") for axis in ("", ",axis=0", ",axis=-1")]
LINES += [
    f"a=np.array([[-7,3],[100,-128]],dtype=np.{x}); b=np.array([5,-3],dtype=np.{y}); a{op}b"
    for x in ("int8", "int16", "int32", "float")
    for y in ("int8", "float")
    for op in "+ - * / // % < == >=".split()
]
LINES += [
    "a=np.array([1.5,-2.0,0.25]); -a",
    "a=np.array([1.5,-2.0,0.25]); abs(a)",
    "a=np.array([1,2,3]); a**2",
    "a=np.array([200,100],dtype=np.uint8); a+a",
    "a=np.arange(6); a[a>2]",
    "a=np.arange(6); a[a>2]=9; a",
    "a=np.arange(10); a[1:]=a[:-1]; a",
    "a=np.zeros((2,3)); a[:,1]=[4,5]; a",
    "a=np.zeros((2,3)); a+=np.arange(3); a",
    "a=np.arange(6).reshape((2,3)); a.T.flatten()",
    "np.frombuffer(bytes(range(8)),dtype=np.int16)[1:]",
    "np.any(np.array([0,0,1]))",
    "np.all(np.array([[0,1],[1,1]]),axis=0)",
    "np.full((2,2),7,dtype=np.int32)",
]


def script():
    lines = []
    for line in LINES:
        statements, _, expression = line.rpartition(";")
        lines += [*(part.strip() for part in statements.split(";") if part), f"show({expression.strip()})"]
    return HEAD + "\n".join(lines) + "\n"


def check(printed):
    """Compares what the script printed with numpy."""
    rows = printed.split("\n")
    assert len(rows) == len(LINES) + 1 and rows[-1] == "", printed[-300:]
    for line, row in zip(LINES, rows):
        found = eval(row, {"inf": float("inf"), "nan": float("nan")})
        reference.check(line, found, reference.evaluate(line), rtol=1e-6)
