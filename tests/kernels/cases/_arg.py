# SPDX-License-Identifier: MIT
"""What ARG_MAX and ARG_MIN share: axes, number types, ties. No case stands here."""

from ..case import Case, T, V

DTYPES = {"int8": (0.1, 3), "float32": (), "int32": ()}
SHAPES = ((7,), (1,), (3, 4), (2, 3, 5), (1, 4, 5, 3), (2, 1, 1, 9))


def arg_cases():
    for dtype, q in DTYPES.items():
        kw = dict(reference="litert", why="TFLM takes int8 and float32 only") if dtype == "int32" else {}
        for shape in SHAPES:
            for axis in range(-len(shape), len(shape)):
                out = [s for i, s in enumerate(shape) if i != axis % len(shape)]
                for fill in (None, (0, 2)):
                    f = [float(v % 3) for v in range(1000)][: _count(shape)] if fill and dtype == "float32" else fill
                    yield Case(
                        f"{dtype}_{'x'.join(map(str, shape))}_axis{axis}_{'ties' if fill else 'random'}",
                        [T(shape, dtype, *q, fill=f), V(axis)],
                        [T(out, "int32")],
                        dict(output_type="INT32"),
                        samples=1,
                        **kw,
                    )
    yield Case(
        "i64_output",
        [T((3, 5), "int8", 0.1, 3), V(1)],
        [T((3,), "int64")],
        dict(output_type="INT64"),
        reference="litert",
        why="TFLM writes int32 only",
    )
    yield Case("all_equal", [T((3, 5), "int8", 0.1, 3, "max"), V(1)], [T((3,), "int32")], dict(output_type="INT32"))


def _count(shape):
    n = 1
    for s in shape:
        n *= s
    return n
