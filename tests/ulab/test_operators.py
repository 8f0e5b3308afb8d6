# SPDX-License-Identifier: MIT
"""Operators over every pair of types, with broadcasting: values as numpy's, types by ulab's manual."""

import operator

import numpy
import pytest

from . import reference
from .reference import DTYPES, upcast

VALUES = {
    "bool": [0, 1, 1, 0, 1, 1],
    "uint8": [0, 1, 7, 100, 200, 255],
    "int8": [-128, -7, 0, 1, 100, 127],
    "uint16": [0, 1, 3, 300, 40000, 65535],
    "int16": [-32768, -300, 0, 7, 999, 32767],
    "int32": [-2147483648, -70000, 0, 5, 12345, 2147483647],
    "float": [-1e9, -2.5, 0.0, 0.75, 3.0, 7e8],
}
ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "//": operator.floordiv, "%": operator.mod}
COMPARISON = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}
BITWISE = {"&": operator.and_, "|": operator.or_, "^": operator.xor}
PAIRS = [(a, b) for a in DTYPES for b in DTYPES]


def make(dtype, column):
    """Source of a (2,3) array, and of a (6,1) or (1,6) one."""
    values = VALUES[dtype]
    shape = "(6,1)" if column else "(1,6)"
    return f"np.array({values}, dtype=np.{dtype}).reshape({shape})"


def lines(op, pairs):
    return [f"a={make(x, True)}; b={make(y, False)}; a{op}b" for x, y in pairs]


def operands(x, y, dtype):
    """numpy arrays in a type wide enough to wrap afterwards."""
    wide = numpy.float32 if dtype == "float" else numpy.int64
    a = numpy.array(VALUES[x], DTYPES[x]).reshape(6, 1).astype(wide)
    return a, numpy.array(VALUES[y], DTYPES[y]).reshape(1, 6).astype(wide)


@pytest.mark.parametrize("op", ARITHMETIC)
def test_arithmetic(evaluate, op):
    for (x, y), line, found in zip(PAIRS, lines(op, PAIRS), evaluate(lines(op, PAIRS))):
        dtype = upcast(x, y)
        with numpy.errstate(all="ignore"):
            wanted = ARITHMETIC[op](*operands(x, y, dtype))
            if dtype != "float":
                wanted = wanted.astype(DTYPES[dtype])
        reference.check(line, found, wanted, dtype, rtol=0)


@pytest.mark.parametrize("op", COMPARISON)
def test_comparison(evaluate, op):
    for (x, y), line, found in zip(PAIRS, lines(op, PAIRS), evaluate(lines(op, PAIRS))):
        wanted = COMPARISON[op](*operands(x, y, "float" if "float" in (x, y) else "int32"))
        reference.check(line, found, wanted, "bool")


@pytest.mark.parametrize("op", BITWISE)
def test_bitwise(evaluate, op):
    for (x, y), line, found in zip(PAIRS, lines(op, PAIRS), evaluate(lines(op, PAIRS))):
        dtype = "bool" if x == y == "bool" else upcast(x, y)
        if dtype == "float":
            assert found[:2] == ("error", "TypeError"), line
        else:
            reference.check(line, found, BITWISE[op](*operands(x, y, dtype)).astype(DTYPES[dtype]), dtype)


def test_true_division_is_float(evaluate):
    for (x, y), line, found in zip(PAIRS, lines("/", PAIRS), evaluate(lines("/", PAIRS))):
        with numpy.errstate(all="ignore"):
            reference.check(line, found, numpy.divide(*operands(x, y, "float")), "float", rtol=0)


def test_power_is_float(evaluate):
    pairs = [(x, e) for x in DTYPES for e in (-3, -1, 0, 1, 2, 5, 0.5, -0.5, 2.5, 70)]
    asked = [f"a={make(x, True)}; a**{e}" for x, e in pairs]
    for (x, exponent), line, found in zip(pairs, asked, evaluate(asked), strict=True):
        with numpy.errstate(all="ignore"):
            wanted = numpy.power(operands(x, x, "float")[0], numpy.float32(exponent))
        reference.check(line, found, wanted, "float", rtol=2e-6)


def test_remainders_of_extremes(evaluate):
    values = "[1e-45,3e-41,1e-38,0.1,7.0,1e20,3e38,float('inf'),0.0]"
    lines = [f"a=np.array({values}); b=a.reshape((9,1)); {sign}a%b" for sign in ("", "-")] + [f"a=np.array({values}); a%(-a.reshape((9,1)))"]
    for line, found in zip(lines, evaluate(lines), strict=True):
        reference.check(line, found, reference.evaluate(line), "float", rtol=0)


def test_shifts(evaluate):
    names = ["uint8", "int8", "uint16", "int16", "int32"]
    asked = [f"a={make(x, True)}; a{op}np.array([0,1,3,7],dtype=np.{x})" for x in names for op in ("<<", ">>")]
    for line, found in zip(asked, evaluate(asked), strict=True):
        reference.check(line, found, reference.evaluate(line), rtol=0)


# the smallest type that holds the number, with a sign beside a signed array
SCALARS = {
    ("uint8", 1): "uint8",
    ("uint8", 255): "uint8",
    ("uint8", 256): "uint16",
    ("uint8", -1): "int16",
    ("uint8", 70000): "int32",
    ("int8", 1): "int8",
    ("int8", 127): "int8",
    ("int8", 128): "int16",
    ("int8", -129): "int16",
    ("uint16", 1): "uint16",
    ("uint16", -1): "uint16",
    ("uint16", -200): "float",
    ("int16", 1): "int16",
    ("int16", -300): "int16",
    ("int16", 40000): "int32",
    ("int32", 5): "int32",
    ("float", 5): "float",
    ("uint8", 0.5): "float",
    ("uint8", 1 << 40): "float",
    ("bool", 1): "uint8",
    ("int8", False): "int16",
}


@pytest.mark.parametrize("reverse", [False, True])
def test_scalar_operands(evaluate, reverse):
    cases = {(x, n): dtype for (x, n), dtype in SCALARS.items() if not (reverse and n is False)}  # bool - x: an int by then
    asked = [f"a=np.array([1,0,1],dtype=np.{x}); " + (f"{n}-a" if reverse else f"a-{n}") for x, n in cases]
    for ((_, number), dtype), line, found in zip(cases.items(), asked, evaluate(asked), strict=True):
        array = numpy.array([1, 0, 1], numpy.float32 if dtype == "float" else numpy.int64)
        wanted = (number - array if reverse else array - number).astype(DTYPES[dtype])
        reference.check(line, found, wanted, dtype)


def test_in_place_keeps_the_type(evaluate):
    allowed = [(x, y, op) for x, y in PAIRS for op in ARITHMETIC if x == "float" or upcast(x, y) != "float"]
    asked = [f"a={make(x, True)}; b={make(y, False)}[:,2:3]; c=a; a{op}=b; c" for x, y, op in allowed]
    for (x, y, op), line, found in zip(allowed, asked, evaluate(asked), strict=True):
        a, b = operands(x, y, "float" if x == "float" else "int32")
        with numpy.errstate(all="ignore"):
            wanted = ARITHMETIC[op](a, b[:, 2:3]).astype(DTYPES[x])
        reference.check(line, found, wanted, x, rtol=0)


@pytest.mark.parametrize("line", ["a=np.zeros(3,dtype=np.uint8); a/=2; a", "a=np.zeros(3,dtype=np.int16); a+=0.5; a", "a=np.ones(3); a&=1; a"])
def test_in_place_refuses_what_does_not_fit(evaluate, line):
    assert evaluate([line])[0][:2] == ("error", "TypeError")


def test_in_place_on_overlapping_views(evaluate):
    line = "a=np.arange(80); a[1:]+=a[:-1]; a"
    reference.check(line, evaluate([line])[0], reference.evaluate(line))


@pytest.mark.parametrize("op, names", [("-", DTYPES), ("+", DTYPES), ("abs", DTYPES), ("~", [n for n in DTYPES if n != "float"])])
def test_unary(evaluate, op, names):
    asked = [f"a=np.array({VALUES[x]},dtype=np.{x}); {op}(a[::-1])" for x in names]
    for x, line, found in zip(names, asked, evaluate(asked), strict=True):
        array = numpy.array(VALUES[x], DTYPES[x])[::-1]
        dtype = "uint8" if x == "bool" and op == "-" else x
        wanted = -array.astype(DTYPES[dtype]) if op == "-" else array if op == "+" else abs(array) if op == "abs" else ~array
        reference.check(line, found, wanted, dtype)


def test_invert_refuses_float(evaluate):
    assert evaluate(["~np.ones(2)"])[0][:2] == ("error", "ValueError")


@pytest.mark.parametrize("a, b", [((3,), (4,)), ((2, 3), (2,)), ((2, 1, 3), (2, 2, 2))])
def test_shapes_that_do_not_fit(evaluate, a, b):
    assert evaluate([f"np.zeros({a})+np.zeros({b})"])[0][:2] == ("error", "ValueError")


@pytest.mark.parametrize(
    "a, b",
    [((3,), (1,)), ((2, 3), (3,)), ((2, 1), (3,)), ((4, 1, 3), (2, 1)), ((2, 1, 1, 5), (3, 4, 1)), ((1,), (2, 3, 2, 2)), ((0, 3), (3,)), ((40, 2), (1, 2))],
)
def test_broadcasting(evaluate, a, b):
    def source(shape):
        return f"np.arange({numpy.prod(shape)},dtype=np.float).reshape({shape})"

    asked = [f"{source(a)}*10+{source(b)}", f"{source(b)}-{source(a)}"]
    for line, found in zip(asked, evaluate(asked), strict=True):
        reference.check(line, found, reference.evaluate(line), "float", rtol=0)


def test_truth(evaluate):
    found = evaluate(["bool(np.ones(1))", "bool(np.zeros((1,1)))", "bool(np.ones(2))", "np.ones(3)==None", "len(np.zeros((4,2)))"])
    assert [f[2] for f in found[:2]] == [True, False]
    assert found[2][:2] == ("error", "ValueError")
    assert found[3][2] is False
    assert found[4][2] == 4
