# SPDX-License-Identifier: MIT
"""Generated expressions over views of views, with the largest and smallest values, nan, inf, empty axes; numpy gives the
values, ulab's manual the types."""

import random

import numpy
import pytest

from . import reference
from .reference import DTYPES, upcast

VALUES = {
    "bool": [0, 1],
    "uint8": [0, 1, 3, 7, 100, 127, 128, 200, 255],
    "int8": [-128, -127, -7, -1, 0, 1, 3, 127],
    "uint16": [0, 1, 3, 255, 256, 32767, 32768, 65535],
    "int16": [-32768, -300, -1, 0, 7, 255, 999, 32767],
    "int32": [-2147483648, -70000, -1, 0, 5, 65536, 2147483647],
    "float": [-1e9, -2.5, -1.0, 0.0, 0.5, 0.75, 3.0, 100.0, 7e8],
}
ODD = [float("nan"), float("inf"), -float("inf")]
OPERATORS = ["+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=", "&", "|", "^"]


def number(value):
    return f"float('{value}')" if value in ODD or value != value else repr(value)


class Source:
    """Draws expressions; `text` makes an array in MicroPython and here."""

    def __init__(self, seed):
        self.draw = random.Random(seed)

    def array(self, shape, dtype):
        count = int(numpy.prod(shape))
        if count == 0:
            return f"np.zeros({shape},dtype=np.{dtype})"
        odd = ODD if dtype == "float" and self.draw.random() < 0.15 else []
        values = [self.draw.choice(VALUES[dtype] + odd) for _ in range(count)]
        return f"np.array([{','.join(map(number, values))}],dtype=np.{dtype}).reshape({shape})"

    def shape(self):
        sizes = [0, 1, 2, 3, 4, 5] if self.draw.random() < 0.1 else [1, 2, 3, 4, 5]
        return tuple(self.draw.choice(sizes) for _ in range(self.draw.randint(1, 4)))

    def index(self, shape):
        parts = []
        for size in shape[: self.draw.randint(1, len(shape))]:
            ends = (self.draw.choice(["", "", self.draw.randint(-size - 2, size + 2)]) for _ in range(2))
            parts.append("{}:{}".format(*ends) + self.draw.choice(["", "", ":2", ":-1", ":-3", ":7"]))
        return ",".join(parts)

    def view(self, text):
        for _ in range(self.draw.choice([0, 1, 1, 2, 3])):
            shape = reference.evaluate(text).shape
            text += self.draw.choice([f"[{self.index(shape)}]"] * 3 + [".T", f".reshape(({int(numpy.prod(shape))},))"])
        return text

    def beside(self, shape):
        """A shape that broadcasts to another."""
        sizes = [1 if self.draw.random() < 0.3 else size for size in shape]
        return tuple(sizes[self.draw.randrange(len(sizes)) :])


@pytest.mark.parametrize("seed", range(3))
def test_operators(evaluate, seed):
    source, asked = Source(seed), []
    for _ in range(400):
        x, y = (source.draw.choice(list(DTYPES)) for _ in range(2))
        a = source.view(source.array(source.shape(), x))
        b = source.array(source.beside(reference.evaluate(a).shape), y)
        asked.append((f"a={a}; b={b}; ", x, y, source.draw.choice(OPERATORS)))
    for (arrays, x, y, op), found in zip(asked, evaluate(f"{arrays}a{op}b" for arrays, _, _, op in asked), strict=True):
        compares, wide = op in ("<", "<=", "==", "!="), "float" if op == "/" or "float" in (x, y) else upcast(x, y)
        dtype = "bool" if compares or (x == y == "bool" and op in "&|^") else wide
        if dtype == "float" and op in "&|^":
            assert found[:2] == ("error", "TypeError"), arrays
            continue
        calculate = numpy.int64 if compares and "float" not in (x, y) or wide != "float" else numpy.float32
        a, b = (reference.evaluate(arrays + name).astype(calculate) for name in "ab")
        with numpy.errstate(all="ignore"):
            wanted = eval(f"a{op}b").astype(DTYPES[dtype])
        reference.check(arrays + op, found, wanted, dtype, rtol=0)


@pytest.mark.parametrize("function", ["sum", "mean", "min", "max", "argmin", "argmax", "median", "any", "all", "sort", "flip", "cumsum", "diff"])
def test_along_axes(evaluate, function):
    source, asked = Source(function), []
    while len(asked) < 200:
        x = source.draw.choice([name for name in DTYPES if name != "bool"])
        array = source.view(source.array(source.shape(), x))
        shape = reference.evaluate(array).shape
        axis = source.draw.randrange(-len(shape), len(shape))
        if 0 not in shape or (shape[axis] == 0 and function in ("sum", "any", "all")):
            asked.append((x, array, axis))
    for (x, array, axis), found in zip(asked, evaluate(f"np.{function}({a},axis={axis})" for _, a, axis in asked), strict=True):
        dtype = {"mean": "float", "median": "float", "argmin": "int16", "argmax": "int16", "any": "bool", "all": "bool"}.get(function, x)
        dtype = "int32" if function == "cumsum" and x != "float" else dtype
        exact = reference.evaluate(array)
        if function in ("sum", "mean", "cumsum", "diff"):
            exact = exact.astype(numpy.float64 if x == "float" else numpy.int64)
        with numpy.errstate(all="ignore"):
            wanted = getattr(numpy, function)(exact, axis=axis)
            wraps = numpy.ndim(wanted) and function in ("sum", "cumsum", "diff")
        near = 1e-7 * numpy.nanmax(numpy.abs(exact[numpy.isfinite(exact)].astype(float)), initial=0.0) * numpy.size(exact) if x in ("float", "int32") and dtype == "float" else 0
        reference.check(f"{function} {array} {axis}", found, wanted.astype(DTYPES[dtype]) if wraps else wanted, dtype if numpy.ndim(wanted) else None, rtol=1e-6, atol=near)


def test_assignment_where_source_and_target_overlap(evaluate):
    source, asked = Source(7), []
    while len(asked) < 200:
        size = source.draw.randint(3, 40)
        array = source.array((size,), source.draw.choice([name for name in DTYPES if name != "bool"]))
        one, other = source.index((size,)), source.index((size,))
        if reference.evaluate(f"a={array}; a[{one}]").shape == reference.evaluate(f"a={array}; a[{other}]").shape:
            asked.append(f"a={array}; a[{one}]{source.draw.choice(['', '+', '-'])}=a[{other}]; a")
    for line, found in zip(asked, evaluate(asked), strict=True):
        reference.check(line, found, reference.evaluate(line), rtol=0)
