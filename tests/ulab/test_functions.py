# SPDX-License-Identifier: MIT
"""Functions of ulab.numpy over types, shapes and views: values as numpy's, types by ulab's manual."""

import numpy
import pytest

from . import reference
from .reference import DTYPES
from .reference import evaluate as numpy_value

# Arrays with distinct values in no order; the views walk them backwards, with gaps and transposed.
ARRAYS = {
    "dense": "np.array([3,1,0,2,7,6,11,9,8,10,5,4],dtype=np.{0}).reshape((3,4))",
    "vector": "np.array([3,1,0,2,7,6,11,9,8,10,5,4],dtype=np.{0})",
    "view": "np.array([3,1,0,2,7,6,11,9,8,10,5,4],dtype=np.{0}).reshape((3,4))[::-1,::2]",
    "turned": "np.array([3,1,0,2,7,6,11,9,8,10,5,4],dtype=np.{0}).reshape((2,3,2)).T",
    "four": "np.array([3,1,0,2,7,6,11,9,8,10,5,4],dtype=np.{0}).reshape((2,1,3,2))[:,:,1:]",
    "long": "(np.arange(100,dtype=np.{0})*7%101)[::-1]",
}
TYPES = [name for name in DTYPES if name != "bool"]
SUM_TYPES = {name: name for name in TYPES}


def axes(key):
    rank = {"dense": 2, "vector": 1, "view": 2, "turned": 3, "four": 4, "long": 1}[key]
    return [None, *range(rank), -1]


def cases(function, keyword="axis"):
    return [(x, f"a={source.format(x)}; np.{function}(a,{keyword}={axis})") for key, source in ARRAYS.items() for axis in axes(key) for x in TYPES]


@pytest.mark.parametrize("function", ["sum", "mean", "std", "min", "max", "argmin", "argmax", "median"])
def test_reductions(evaluate, function):
    lines = cases(function)
    for (x, line), found in zip(lines, evaluate(line for _, line in lines)):
        wanted = numpy_value(line)
        dtype = {"argmin": "int16", "argmax": "int16", "min": x, "max": x, "sum": x}.get(function, "float")
        if numpy.ndim(wanted):
            wanted = wanted.astype(DTYPES[dtype])  # a sum wraps in its type
        else:
            dtype = "float" if dtype == "float" else "int"
        reference.check(line, found, wanted, dtype, rtol=1e-6)


@pytest.mark.parametrize("function", ["any", "all"])
def test_truth(evaluate, function):
    sources = [f"np.array({values},dtype=np.{x}).reshape((2,3))" for values in ([0] * 6, [1] * 6, [0, 0, 1, 1, 1, 1]) for x in DTYPES]
    lines = [f"np.{function}({source},axis={axis})" for source in sources for axis in (None, 0, 1)]
    for line, found in zip(lines, evaluate(lines), strict=True):
        reference.check(line, found, numpy_value(line), "bool")


@pytest.mark.parametrize(
    "line",
    [
        "np.std(np.array([1,2,4,8]),ddof=1)",
        "np.std(np.array([k%7+10000.0 for k in range(1000)]),axis=0)",
        "np.mean(np.arange(100000,dtype=np.int32))",
        "np.sum(np.full(70000,60000,dtype=np.uint16))",
        "np.sum(np.full(1000,-2147483648,dtype=np.int32))",
        "np.sum(np.ones(100000)*0.1)",
        "a=np.ones(200); a[3]=float('inf'); np.sum(a)",
        "np.sum(np.ones((3,4)),axis=1,keepdims=True)",
        "np.max(np.ones((3,4,2)),axis=-2,keepdims=True)",
        "np.mean([1,2,3.5])",
        "np.max([[1,2],[3,-4]],axis=1)",
        "np.sum(np.zeros((0,3)),axis=0)",
        "np.sum(np.array([True,True,False],dtype=np.bool))",
        "np.argmax(np.array([1,5,5,2]))",
        "np.argmin(np.array([5,1,1,2]))",
        *(f"np.{f}(np.array([[1,nan,3,nan],[5,2,7,8]]),axis={axis})" for f in ("min", "max", "argmin", "argmax", "median") for axis in (None, 0, 1)),
        *(f"np.mean(np.array([[-128,3,-7],[100,100,-99]],dtype=np.{x}),axis={axis})" for x in ("int8", "int16", "int32") for axis in (None, 0, 1)),
        "np.mean(np.full(1000,-2147483648,dtype=np.int32))",
        "np.all(np.zeros((0,3)),axis=0)",
    ],
)
def test_reductions_singly(evaluate, line):
    line = line.replace("nan", "float('nan')")
    reference.check(line, evaluate([line])[0], numpy_value(line), rtol=2e-6)


@pytest.mark.parametrize("function", ["sort", "cumsum", "argsort", "flip"])
def test_along_an_axis(evaluate, function):
    lines = cases(function)
    for (x, line), found in zip(lines, evaluate(line for _, line in lines)):
        dtype = {"argsort": "uint16", "cumsum": "float" if x == "float" else "int32"}.get(function, x)
        wanted = numpy_value(line)
        if function == "argsort" and "100" in line:  # equal elements come in any order
            array = numpy.asarray(numpy_value(line.replace(line[line.index("np.argsort") :], "a")))
            found_order = numpy.asarray(found[2])
            assert sorted(found_order) == list(range(100)), line
            assert (numpy.diff(array[found_order].astype(float)) >= 0).all(), line
            continue
        reference.check(line, found, wanted, dtype)


def test_sort_of_many_equal_and_nan(evaluate):
    lines = ["a=np.array([2.0,float('nan'),1.0,2.0,-1.0,float('nan'),2.0]); np.sort(a)", "np.sort(np.arange(1000)%7)", "np.sort(np.array([]))"]
    for line, found in zip(lines, evaluate(lines), strict=True):
        reference.check(line, found, numpy_value(line))


def test_sort_in_place(evaluate):
    lines = [f"a={ARRAYS['dense'].format('int16')}; a.sort({axis}); a" for axis in ("", "axis=0", "axis=1", "-1")]
    for line, found in zip(lines, evaluate(lines), strict=True):
        reference.check(line, found, numpy_value(line), "int16")
    flat = evaluate([f"a={ARRAYS['dense'].format('int16')}; a.sort(axis=None); a"])[0]
    assert flat[2] == list(range(12))


def test_diff(evaluate):
    lines = [(x, f"a={s.format(x)}; np.diff(a,n={n},axis={axis})") for k, s in ARRAYS.items() for x in TYPES for n in (1, 2) for axis in axes(k)[1:]]
    for (x, line), found in zip(lines, evaluate(line for _, line in lines)):
        reference.check(line, found, numpy_value(line), x)
    line = "np.diff(np.arange(3),n=5)"
    reference.check(line, evaluate([line])[0], numpy_value(line))


def test_roll(evaluate):
    lines = [f"a={s.format('int8')}; np.roll(a,{n},axis={axis})" for k, s in ARRAYS.items() for n in (0, 1, -1, 3, -7, 130) for axis in axes(k)]
    for line, found in zip(lines, evaluate(lines), strict=True):
        reference.check(line, found, numpy_value(line), "int8")


@pytest.mark.parametrize("function", ["minimum", "maximum"])
def test_extremes_of_two(evaluate, function):
    pairs = [(x, y) for x in TYPES for y in TYPES]
    lines = [f"np.{function}(np.array([[1],[50],[3]],dtype=np.{x}),np.array([2,3,100],dtype=np.{y}))" for x, y in pairs]
    for (x, y), line, found in zip(pairs, lines, evaluate(lines), strict=True):
        reference.check(line, found, numpy_value(line), reference.upcast(x, y))


@pytest.mark.parametrize(
    "line",
    [
        "np.maximum(1,5.5)",
        "np.minimum(3,2)",
        "np.maximum([1,7,3],[2,2,2])",
        "np.clip(np.arange(9,dtype=np.uint8),3,7)",
        "np.clip(np.array([-5.5,0.25,9.0]),-1,1)",
        "np.clip(np.arange(9),np.full(9,3),7)",
        "np.equal(np.arange(9),np.zeros(9))",
        "np.not_equal(np.arange(9),2)",
        "np.where(np.array([1,0,1],dtype=np.bool),np.array([1,2,3],dtype=np.int8),np.array([10,20,30],dtype=np.int8))",
        "np.where(np.arange(6).reshape((2,3))>2,np.array([1.5,2.5,3.5]),0)",
        "np.where([1,0,0.5],1,2)",
        "np.where(np.array([[1],[0]]),np.arange(3),-np.arange(3))",
        "np.dot(np.arange(6,dtype=np.float).reshape((2,3)),np.arange(12,dtype=np.float).reshape((3,4)))",
        "np.dot(np.arange(40,dtype=np.int16),np.arange(40,dtype=np.int16))",
        "np.dot(np.ones((3,2)).T,np.array([1,2,3]))",
        "np.dot(np.array([1,2,3]),np.ones((3,2)))",
        "a=np.arange(4,dtype=np.float).reshape((2,2)); a@a.T",
        "np.arange(0,1,0.1)",
        "np.arange(10,0,-3)",
        "np.arange(5,5)",
        "np.arange(2147483640,2147483647,3)",
        "np.arange(-2147483648,2147483647,1000000000)",
        "np.arange(2147483647,-2147483648,-2000000000)",
        "np.arange(1.0,0.0)",
        "np.arange(-3,4)",
        "np.arange(40000,40003)",
        "np.arange(7,dtype=np.uint8)",
        "np.linspace(0,10)",
        "np.linspace(0,10,num=5,endpoint=False)",
        "np.linspace(-1,1,1)",
        "np.linspace(1,2,3,retstep=True)",
        "np.linspace(0,5,num=7,endpoint=False,dtype=np.uint8)",
        "np.eye(4,M=6,k=-1,dtype=np.int16)",
        "np.eye(3)",
        "np.full((2,2),7,dtype=np.uint8)",
        "np.zeros((2,3,1,2))",
        "np.ones(4,dtype=np.bool)",
        "np.concatenate((np.ones((2,3)),np.zeros((1,3))))",
        "np.concatenate((np.ones((2,3)).T,np.zeros((3,1))),axis=-1)",
        "np.concatenate([np.arange(3),np.arange(2),np.arange(0)])",
        "a=np.arange(4); m=np.concatenate((a[:2]>0,a[2:]>2)); a[m]",
        "np.array([[1,2],[3,4]],dtype=np.int8)",
        "np.array([range(3),(4,5,6),[7,8,9]],dtype=np.uint8)",
        "np.array((x for x in (1,2,3)) if False else [1,2,3])",
        "np.array([np.arange(3),np.arange(3)])",
        "np.array([[[[1,2]]]])",
        "np.array([True,False],dtype=np.bool)",
        "np.array(np.array([1.9,-1.9]),dtype=np.int8)",
        "np.asarray([[1,2],[3,4]],dtype=np.int16)",
        "np.around(np.array([1,2.2,33.33,444.444,0.5,1.5,2.5]),decimals=0)",
        "np.around(np.array([1,2.25,33.33,444.444]),decimals=1)",
        "np.around(np.array([15,24,-26]),decimals=-1)",
    ],
)
def test_single_lines(evaluate, line):
    reference.check(line, evaluate([line])[0], numpy_value(line), rtol=2e-6, atol=1e-6 if "arange(0,1" in line or "linspace" in line else 0)


@pytest.mark.parametrize(
    "line, dtype",
    [
        ("np.arange(10)", "int16"),
        ("np.arange(2,40000)", "int32"),
        ("np.arange(2.0)", "float"),
        ("np.array([1,2])", "float"),
        ("np.array(np.array([1],dtype=np.uint8))", "float"),
        ("np.asarray(np.array([1],dtype=np.uint8))", "uint8"),
        ("np.zeros(2)", "float"),
        ("np.sin(np.array([1],dtype=np.uint8))", "float"),
        ("np.clip(np.array([1],dtype=np.uint8),np.array([1.0]),7)", "float"),
    ],
)
def test_default_types(evaluate, line, dtype):
    assert evaluate([line])[0][0] == dtype


def test_asarray_of_an_array_is_that_array(evaluate):
    assert evaluate(["a=np.ones(3,dtype=np.int8); np.asarray(a) is a"])[0][2] is True
    assert evaluate(["a=np.ones(3,dtype=np.int8); np.array(a,dtype=np.int8) is a"])[0][2] is False


@pytest.mark.parametrize(
    "line, error",
    [
        ("np.array([[1,2],[3]])", "ValueError"),
        ("np.array([[1,2],3])", "ValueError"),
        ("np.array([np.arange(3),1])", "ValueError"),
        ("np.array([[[[[1]]]]])", "ValueError"),
        ("np.array(5)", "TypeError"),
        ("np.array([None])", "TypeError"),
        ("np.zeros((1,1,1,1,1))", "ValueError"),
        ("np.zeros(-1)", "ValueError"),
        ("np.zeros((100000,100000))", "MemoryError"),
        ("np.zeros(3,dtype=7)", "ValueError"),
        ("np.zeros(3,color=1)", "TypeError"),
        ("np.zeros(3,np.int8,4)", "TypeError"),
        ("np.sum(np.ones(3),axis=1)", "ValueError"),
        ("np.min(np.zeros(0))", "ValueError"),
        ("np.median(np.zeros(0))", "ValueError"),
        ("np.arange(1,2,0)", "ValueError"),
        ("np.arange(-2147483648,2147483647)", "MemoryError"),
        ("np.arange(0,1e30,1.0)", "MemoryError"),
        ("np.arange('a')", "TypeError"),
        ("np.concatenate((np.ones((2,2)),np.ones((2,3))))", "ValueError"),
        ("np.concatenate((np.ones((2,2)),np.ones(2)))", "ValueError"),
        ("np.concatenate(([1],[2]))", "TypeError"),
        ("np.dot(np.ones((2,3)),np.ones((2,3)))", "ValueError"),
        ("np.where([1,0],[1,2,3],[1,2,3])", "ValueError"),
        ("np.fft.fft(np.zeros(12))", "ValueError"),
        ("np.fft.fft(np.zeros((2,2)))", "ValueError"),
        ("np.fft.fft(np.zeros(4),np.zeros(8))", "ValueError"),
    ],
)
def test_refusals(evaluate, line, error):
    assert evaluate([line])[0][:2] == ("error", error)


# name: numpy's name, range of the arguments
MATHS = {
    "sqrt": ("sqrt", 0, 1e6),
    "exp": ("exp", -80, 88),
    "expm1": ("expm1", -2, 2),
    "log": ("log", 1e-6, 100),
    "log2": ("log2", 1e-6, 100),
    "log10": ("log10", 1e-6, 100),
    "sin": ("sin", -1000, 1000),
    "cos": ("cos", -1e6, 1e6),
    "tan": ("tan", -10, 10),
    "asin": ("arcsin", -1, 1),
    "acos": ("arccos", -1, 1),
    "atan": ("arctan", -50, 50),
    "sinh": ("sinh", -10, 10),
    "cosh": ("cosh", -10, 10),
    "tanh": ("tanh", -5, 5),
    "asinh": ("arcsinh", -50, 50),
    "acosh": ("arccosh", 1, 50),
    "atanh": ("arctanh", -0.99, 0.99),
    "floor": ("floor", -5, 5),
    "ceil": ("ceil", -5, 5),
    "degrees": ("degrees", -7, 7),
    "radians": ("radians", -400, 400),
}


@pytest.mark.parametrize("name", MATHS)
def test_mathematical_functions(evaluate, name):
    """Within 4 units in the last place of the exact value of the float32 argument."""
    other, low, high = MATHS[name]
    values = numpy.random.default_rng(5).uniform(low, high, 500).astype(numpy.float32)
    edges = numpy.array([low, high, (low + high) / 2, 1.0 if low <= 1 else low], numpy.float32)
    values = numpy.concatenate([values, edges]).astype(numpy.float64)
    found = evaluate([f"a=np.array({values.tolist()}); np.{name}(a)"])[0]
    with numpy.errstate(divide="ignore"):
        wanted = getattr(numpy, other)(values)
    reference.check(name, found, wanted, "float", rtol=4 * 2.0**-23, atol=2e-38)


@pytest.mark.parametrize("name", MATHS)
def test_mathematical_functions_at_the_edges(evaluate, name):
    values = "[0.0,-0.0,float('inf'),-float('inf'),float('nan'),1e-40,3e38,-3e38,1.0,-1.0,1.5]"
    found = evaluate([f"a=np.array({values}); np.{name}(a)"])[0]
    with numpy.errstate(all="ignore"):
        wanted = getattr(numpy, MATHS[name][0])(numpy.array(eval(values), numpy.float32))
    reference.check(name, found, wanted, "float", rtol=5e-7, atol=2e-44)


def test_mathematical_functions_take_numbers_and_sequences(evaluate):
    lines = ["np.sqrt(9)", "np.exp([0,1,2])", "np.sqrt(range(3))", "np.floor(2.5)", "np.sqrt(np.array([[4,9]],dtype=np.uint8))"]
    for line, found in zip(lines, evaluate(lines), strict=True):
        reference.check(line, found, numpy_value(line))


def test_arctan2(evaluate):
    values = [0.0, -0.0, 1.0, -1.0, 0.3, -2.5, 1e20, -1e-20, float("inf"), -float("inf")]
    text = str(values).replace("inf", "float('inf')")
    line = f"y=np.array({text}).reshape((10,1)); x=np.array({text}); np.arctan2(y,x)"
    reference.check(line, evaluate([line])[0], numpy_value(line), "float", rtol=5e-7)
    reference.check("arctan2(1,2)", evaluate(["np.arctan2(1,2)"])[0], numpy.arctan2(1, 2))


@pytest.mark.parametrize("size", [1, 2, 4, 16, 128, 1024])
def test_fourier(evaluate, size):
    rng = numpy.random.default_rng(size)
    real, imaginary = rng.normal(size=(2, size)).astype(numpy.float32).astype(numpy.float64)
    source = f"r=np.array({real.tolist()}); i=np.array({imaginary.tolist()}); "
    found = evaluate([source + call for call in ("np.fft.fft(r)", "np.fft.fft(r,i)", "np.fft.ifft(r,i)", "ulab.utils.spectrogram(r,i)")])
    for one, wanted in zip(found, (numpy.fft.fft(real), numpy.fft.fft(real + 1j * imaginary), numpy.fft.ifft(real + 1j * imaginary))):
        reference.check("fft", one, (wanted.real, wanted.imag), "float", rtol=0, atol=3e-7 * numpy.abs(wanted).max())
    wanted = numpy.abs(numpy.fft.fft(real + 1j * imaginary))
    reference.check("spectrogram", found[3], wanted, "float", rtol=0, atol=3e-7 * wanted.max())


def test_arguments_are_not_changed(evaluate):
    line = "a=np.array([3.0,1.0,2.0,0.0]); [f(a) for f in (np.sort,np.argsort,np.median,np.flip,np.fft.fft,np.cumsum,np.sqrt,np.around)]; a"
    assert evaluate([line])[0][2] == [3, 1, 2, 0]
