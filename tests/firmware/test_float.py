# SPDX-License-Identifier: MIT
"""Float arithmetic by the bootrom, bit for bit as numpy's float32. Subnormal numbers count as zero on the board."""

import struct

import numpy as np
import pytest


@pytest.fixture(scope="module", params=["runtime", "repl"])
def console(request):
    """Of our own port: MicroPython's has pico-sdk's arithmetic."""
    return request.getfixturevalue(request.param).console()


INF, NAN = float("inf"), float("nan")
EDGES = [0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 3.4028235e38, -3.4028235e38, 1.17549435e-38, 0.1, -1e20, 16777217.0, 1.5]
OPERATORS = ["+", "-", "*", "/", "%"]


def bits(values):
    return np.asarray(values, np.float32).view(np.uint32)


def random_floats(count, seed):
    chosen = np.random.default_rng(seed)
    return np.ldexp(chosen.uniform(-1, 1, count), chosen.integers(-40, 40, count)).astype(np.float32)


def on_board(console, expression, a, b):
    """The expression of x and y for all pairs, as float32."""
    console.run("import struct, binascii")
    out = b""
    for i in range(0, len(a), 40):
        pair = struct.pack(f"<{len(a[i : i + 40])}f", *a[i : i + 40]), struct.pack(f"<{len(b[i : i + 40])}f", *b[i : i + 40])
        source = f"""
A = struct.unpack('{len(pair[0]) // 4}f', {pair[0]!r})
B = struct.unpack('{len(pair[1]) // 4}f', {pair[1]!r})
def result(x, y):
    try:
        return float({expression})
    except ZeroDivisionError:
        return 12345.0
print(binascii.b2a_base64(b''.join([struct.pack('f', result(x, y)) for x, y in zip(A, B)])))
"""
        import base64

        out += base64.b64decode(eval(console.run(source, 5)))
    return np.frombuffer(out, np.float32)


def expected(operator, x, y):
    with np.errstate(all="ignore"):
        x, y = np.float32(x), np.float32(y)
        if operator in "/%" and y == 0:
            return np.float32(12345.0)
        result = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "%": np.mod}[operator](x, y)
        return np.float32(0) * np.sign(result) if 0 < abs(result) < 1.1754944e-38 else np.float32(result)


@pytest.mark.parametrize("operator", OPERATORS[:4])
def test_arithmetic(console, operator):
    a = [x for x in EDGES for _ in EDGES] + list(random_floats(200, 1))
    b = EDGES * len(EDGES) + list(random_floats(200, 2))
    found = on_board(console, f"x {operator} y", a, b)
    wanted = np.array([expected(operator, x, y) for x, y in zip(a, b, strict=False)], np.float32)
    nan = np.isnan(wanted)
    assert np.array_equal(nan, np.isnan(found))
    wrong = [(a[i], b[i], found[i], wanted[i]) for i in np.flatnonzero(~nan & (bits(found) != bits(wanted)))]
    assert not wrong, wrong[:5]


@pytest.mark.parametrize("operator", ["<", "<=", "==", ">=", ">", "!="])
def test_comparisons(console, operator):
    a, b = [x for x in EDGES for _ in EDGES], EDGES * len(EDGES)
    found = on_board(console, f"x {operator} y", a, b)
    assert list(found) == [float(eval("x" + operator + "y", {"x": np.float32(x), "y": np.float32(y)})) for x, y in zip(a, b, strict=False)]


def test_conversions(console):
    whole = [0.9, -0.9, -1.5, 1e6, -1e9 + 64, 16777216.0, -0.0, 1073741760.0]
    found = on_board(console, "int(x) + 0 * int(y)", whole, whole)
    assert list(found) == [float(int(np.float32(x))) for x in whole]
    for bad, error in (("nan", "ValueError"), ("inf", "OverflowError")):
        printed = console.run(f"try:\n    int(float('{bad}'))\nexcept Exception as e:\n    print(type(e).__name__)")
        assert printed == error + "\n"


def test_text(console):
    for text in ("0.1", "1e-07", "3.402823e+38", "123456.8", "-2.5", "inf", "-inf", "nan"):
        assert console.run(f"print(float('{text}'))") == text + "\n"


def test_doubles(console):
    """struct's "d": rounded to the nearest, as the PC does it."""
    odd = [1 + 2**-24, 1 + 3 * 2**-24, 1 + 2**-24 + 2**-52, -(2 - 2**-25), 3.4028235677973366e38, 3.4028235677973362e38, 1e300, -1e-300, 0.1, NAN]
    values = [float(np.float32(x)) for x in EDGES] + odd
    console.run("import struct, binascii")
    for i in range(0, len(values), 12):
        some = values[i : i + 12]
        data = struct.pack(f"<{len(some)}d", *some)
        printed = console.run(f"v = struct.unpack('<{len(some)}d', {data!r})\nprint(struct.pack('<{len(some)}f', *v), struct.pack('<{len(some)}d', *v))")
        floats, doubles = eval(printed.replace(" b", ", b"))
        with np.errstate(all="ignore"):
            wanted = np.asarray(some, np.float64).astype(np.float32)
        wanted = np.where(np.abs(wanted) < 1.1754944e-38, np.copysign(np.float32(0), wanted), wanted)
        found = np.frombuffer(floats, np.float32)
        assert np.array_equal(np.isnan(found), np.isnan(wanted))
        assert np.array_equal(bits(found)[~np.isnan(wanted)], bits(wanted)[~np.isnan(wanted)]), some
        back = np.frombuffer(doubles, np.float64)
        assert np.array_equal(back, wanted.astype(np.float64), equal_nan=True) and np.array_equal(np.signbit(back), np.signbit(wanted))
