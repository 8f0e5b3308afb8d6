# SPDX-License-Identifier: MIT
"""numpy seen through ulab's names and defaults, and the comparison of results with it."""

import types
import warnings

import numpy

warnings.filterwarnings("ignore", category=RuntimeWarning, module=__name__)
DTYPES = {
    "bool": numpy.bool_,
    "uint8": numpy.uint8,
    "int8": numpy.int8,
    "uint16": numpy.uint16,
    "int16": numpy.int16,
    "int32": numpy.int32,
    "float": numpy.float32,
}
# ulab's manual, section Upcasting; int32, which that has not, takes in every integer; bool counts as uint8.
UPCAST = {
    ("uint8", "int8"): "int16",
    ("uint8", "int16"): "int16",
    ("uint8", "uint16"): "uint16",
    ("int8", "int16"): "int16",
    ("int8", "uint16"): "uint16",
    ("uint16", "int16"): "float",
}


def upcast(a, b):
    a, b = ("uint8" if name == "bool" else name for name in (a, b))
    if a == b:
        return a
    if "float" in (a, b):
        return "float"
    if "int32" in (a, b):
        return "int32"
    return UPCAST.get((a, b)) or UPCAST[b, a]


def _array(values, dtype=numpy.float32):
    return numpy.array(values, dtype=dtype)


def _default_float(name):
    def make(*args, dtype=numpy.float32, **kwargs):
        return getattr(numpy, name)(*args, dtype=dtype, **kwargs)

    return make


def _namespace():
    names = types.SimpleNamespace(**{name: getattr(numpy, name) for name in dir(numpy) if not name.startswith("_")})
    for name in ("zeros", "ones", "full", "linspace", "eye", "frombuffer"):
        setattr(names, name, _default_float(name))
    for name, dtype in DTYPES.items():
        setattr(names, name, dtype)
    names.array = _array
    return names


np = _namespace()


def evaluate(line, **extra):
    """The value of `statements; expression` in numpy."""
    names = {"np": np, **extra}
    statements, _, expression = line.rpartition(";")
    with numpy.errstate(all="ignore"):
        exec(statements, names)
        return eval(expression.strip(), names)


def check(line, found, wanted, dtype=None, rtol=1e-6, atol=0.0):
    """One result of ulab against a numpy value: kind, shape, values and, if given, the type."""
    if isinstance(wanted, (tuple, list)):
        assert found[0] == type(wanted).__name__, (line, found)
        assert len(found[1]) == len(wanted), (line, found)
        for one, other in zip(found[1], wanted):
            check(line, one, other, dtype, rtol, atol)
        return
    assert found[0] != "error", (line, found)
    assert found[1] == numpy.shape(wanted), (line, found, wanted)
    if dtype:
        assert found[0] == dtype, (line, found[0])
    wanted = numpy.asarray(wanted, dtype=numpy.float64)
    values = numpy.asarray(found[2], dtype=numpy.float64).reshape(wanted.shape)
    # the last digit of a double that older MicroPython prints may be off
    numpy.testing.assert_allclose(values, wanted, rtol=max(rtol, 1e-15), atol=atol, err_msg=line)
