# SPDX-License-Identifier: MIT
"""Indexing, views and assignment as numpy's, over generated indices."""

import random

import pytest

from . import reference

SHAPES = [(7,), (3, 4), (2, 3, 4), (2, 3, 1, 4)]
MAKE = "a=np.arange({count},dtype=np.{dtype}).reshape({shape}); "


def indices(shape, rng, count):
    """Random indices: integers and slices, as source."""
    for _ in range(count):
        parts = []
        for size in shape[: rng.randint(1, len(shape))]:
            if rng.random() < 0.4:
                parts.append(str(rng.randrange(-size, size)))
            else:
                start, stop = (rng.choice(["", str(rng.randint(-size - 2, size + 2))]) for _ in range(2))
                parts.append(f"{start}:{stop}" + rng.choice(["", ":2", ":-1", ":-2", ":3", ":1"]))
        yield ",".join(parts)


def source(shape, dtype="int16"):
    count = 1
    for size in shape:
        count *= size
    return MAKE.format(count=count, shape=shape, dtype=dtype)


@pytest.mark.parametrize("shape", SHAPES)
def test_reading(evaluate, shape):
    chosen = list(indices(shape, random.Random(1), 150))
    lines = [source(shape) + f"a[{index}]" for index in chosen]
    for line, found in zip(lines, evaluate(lines), strict=True):
        wanted = reference.evaluate(line)
        reference.check(line, found, wanted)
        if getattr(wanted, "size", 0) > 1:
            strides = wanted.strides
            assert [s for s, n in zip(found[3], wanted.shape) if n > 1] == [s for s, n in zip(strides, wanted.shape) if n > 1], line


@pytest.mark.parametrize("shape", SHAPES)
def test_a_view_of_a_view(evaluate, shape):
    rng = random.Random(2)
    lines = [source(shape) + f"b=a[{one}]; b if isinstance(b,int) else b[::-1]" for one in indices(shape, rng, 60)]
    for line, found in zip(lines, evaluate(lines), strict=True):
        reference.check(line, found, reference.evaluate(line.replace("isinstance(b,int)", "not b.shape")))


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float"])
@pytest.mark.parametrize("shape", SHAPES)
def test_writing(evaluate, shape, dtype):
    rng = random.Random(3)
    lines = []
    for index in indices(shape, rng, 60):
        value = rng.choice(["77", "a[0]*0+5", "-a[...]" if False else "3.0" if dtype == "float" else "9"])
        value = "77" if value.startswith("a[0]") and len(shape) > 1 and not index.startswith(":") else value
        lines.append(source(shape, dtype) + f"a[{index}]={value}; a")
    for line, found in zip(lines, evaluate(lines), strict=True):
        try:
            wanted = reference.evaluate(line)
        except ValueError:
            assert found[:2] == ("error", "ValueError"), line
            continue
        reference.check(line, found, wanted, dtype)


@pytest.mark.parametrize(
    "line",
    [
        "a=np.arange(10); a[2:5]=a[5:8]; a",
        "a=np.arange(10); a[1:]=a[:-1]; a",
        "a=np.arange(10); a[:-1]=a[1:]; a",
        "a=np.arange(10); a[::2]=[9,8,7,6,5]; a",
        "a=np.zeros((2,3)); a[0]=[1,2,3]; a[:,2]=np.array([7,8]); a",
        "a=np.zeros((2,3)); a[:]=np.arange(3); a",
        "a=np.zeros((2,3)); a[1,1]=5; a",
        "a=np.zeros((2,3)); b=a.T; b[2]=4; a",
        "a=np.zeros(5,dtype=np.uint8); a[1]=300-256; a[2]=True; a",
        "a=np.arange(6).reshape((2,3)); a[a>2]",
        "a=np.arange(6).reshape((2,3)); a[a>2]=0; a",
        "a=np.arange(6).reshape((2,3)); a[a%2==0]=[10,11,12]; a",
        "a=np.arange(6); a[::2][a[::2]>1]=7; a",
        "a=np.arange(6).reshape((2,3)).T; a[a<4]",
        "a=np.arange(6); a[a>100]",
        "a=np.arange(5); a[(a>1)&(a<4)]",
        "a=np.arange(5); a[~(a>1)]",
        "a=np.arange(12).reshape((3,4)); [list(row) for row in a[::2]]",
        "a=np.arange(12).reshape((3,4)); list(a[:,1])",
        "a=np.arange(24).reshape((2,3,4)); a.T",
        "a=np.arange(24).reshape((2,3,4)); a.transpose()[1:,0]",
        "a=np.arange(24).reshape((2,3,4)); a.reshape((4,-1))",
        "a=np.arange(24).reshape((2,3,4)); a.reshape(6,4)",
        "a=np.arange(24).reshape((4,6)); a.T.reshape((3,8))",
        "a=np.arange(6).reshape((2,3)); a.flatten(order='F')",
        "a=np.arange(6).reshape((2,3)); a.T.flatten()",
        "a=np.arange(6); b=a.copy(); b[0]=9; a",
        "a=np.arange(6); b=a.reshape((2,3)); b[0,0]=9; a",
        "a=np.arange(6).reshape((2,3)); a.T.tolist()",
        "a=np.arange(6).reshape((2,3)); a.T.copy().strides==(2*a.itemsize,a.itemsize)",
        "a=np.zeros((2,3,4)); (a.shape,a.size,a.itemsize,a.T.shape)",
        "a=np.arange(3); sum(a)",
        "a=np.arange(3); 2 in list(a)",
    ],
)
def test_single_lines(evaluate, line):
    reference.check(line, evaluate([line])[0], reference.evaluate(line))


@pytest.mark.parametrize(
    "line, error",
    [
        ("np.arange(3)[3]", "IndexError"),
        ("np.arange(3)[-4]", "IndexError"),
        ("np.arange(3)[0,0]", "IndexError"),
        ("np.arange(3)[::0]", "ValueError"),
        ("np.arange(3)['a']", "TypeError"),
        ("a=np.arange(4); a[np.ones(3)>0]", "IndexError"),
        ("a=np.arange(4); a[1:3]=np.zeros(3); a", "ValueError"),
        ("a=np.arange(4); a[a>1]=[1,2,3]; a", "ValueError"),
        ("a=np.arange(4); a[0]=[1,2]; a", "ValueError"),
        ("a=np.arange(4); a[0]='x'; a", "ValueError"),
        ("np.arange(6).reshape((4,2))", "ValueError"),
        ("np.arange(6).reshape((-1,-1))", "ValueError"),
        ("np.arange(6).reshape(())", "ValueError"),
        ("a=np.arange(4); del a[0]; a", "TypeError"),
    ],
)
def test_refusals(evaluate, line, error):
    assert evaluate([line])[0][:2] == ("error", error)
