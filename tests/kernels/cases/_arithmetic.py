# SPDX-License-Identifier: MIT
"""What the two-operand arithmetic operators share: broadcasting, scales at the ends, constants on either side. No case
stands here.
"""

from ..case import C, Case, T
from ._grid import ACTIVATIONS, BROADCASTS, BROADCASTS_RANK5, broadcast, draws, quant


def binary(
    name,
    a,
    b,
    qa=None,
    qb=None,
    qy=None,
    act=None,
    dtype="int8",
    options=None,
    fill_a=None,
    fill_b=None,
    constant="",
    out_dtype=None,
    **kw,
):
    """act None leaves the option out (operators without a fused activation); constant is "", "a" or "b"."""
    options = dict(options or {})
    if act is not None:
        options["fused_activation_function"] = act
    left = (C if constant == "a" else T)(a, dtype, *(qa or (None, 0)), fill_a)
    right = (C if constant == "b" else T)(b, dtype, *(qb or (None, 0)), fill_b)
    return Case(name, [left, right], [T(broadcast(a, b), out_dtype or dtype, *(qy or (None, 0)))], options, **kw)


def quantised(dtype, tag, count, acts=ACTIVATIONS, options=None, y_range=(0.004, 0.4), shapes=None, **kw):
    """Random quantisations over all broadcasts."""
    shapes = shapes or BROADCASTS
    for n, (name, r) in enumerate(draws(tag, count)):
        a, b = shapes[n % len(shapes)]
        low, high = (0.0001, 0.001) if dtype == "int16" else (0.004, 0.2)
        qa, qb = quant(r, dtype, low, high), quant(r, dtype, low, high)
        qy = quant(r, dtype, low, 2 * high) if dtype == "int16" else quant(r, dtype, *y_range)
        yield binary(
            f"{name}_{'x'.join(map(str, a))}_{'x'.join(map(str, b))}",
            a,
            b,
            qa,
            qb,
            qy,
            r.choice(acts) if acts else None,
            dtype,
            options,
            constant=r.choice(("", "", "a", "b")),
            **kw,
        )


def ends(
    scales,
    acts=("NONE",),
    options=None,
    dtype="int8",
    zps=((-128, 127, -128), (127, -128, 127), (0, 0, 0), (-128, -128, 127)),
    prefix="",
):
    """All pairs of values at scale ladders and zero points at the ends."""
    for sa, sb, sy in scales:
        for za, zb, zy in zps:
            for act in acts:
                yield binary(
                    f"{prefix}scales_{sa:g}_{sb:g}_{sy:g}_zp_{za}_{zb}_{zy}_{act}",
                    (64, 16),
                    (64, 16),
                    (sa, za),
                    (sb, zb),
                    (sy, zy),
                    act if acts[0] else None,
                    dtype,
                    options,
                    fill_a={0: "random", 1: "extreme"},
                    fill_b={0: "random", 1: "extreme"},
                )


LADDER = (
    (1e-6, 1e-6, 1e-6),
    (1e3, 1e3, 1e3),
    (1e-6, 1e-6, 1e-3),
    (0.1, 1e-3, 0.1),
    (1e-3, 0.1, 0.1),
    (0.1, 1e3, 1e3),
    (0.1, 0.1, 1e-3),
    (0.5, 0.25, 0.125),
    (1, 1, 1),
    (0.0039, 0.02, 0.03),
)


def plain(dtype, tag, acts=(None,), options=None, shapes=None, fills=(None, None), **kw):
    """Unquantised operands (int32, int64, float32) over broadcasts."""
    for n, (a, b) in enumerate(shapes or BROADCASTS):
        act = acts[n % len(acts)]
        yield binary(
            f"{tag}_{'x'.join(map(str, a))}_{'x'.join(map(str, b))}" + (f"_{act}" if act else ""),
            a,
            b,
            act=act,
            dtype=dtype,
            options=options,
            fill_a=fills[0],
            fill_b=fills[1],
            constant=("", "a", "b")[n % 3],
            **kw,
        )


def same_tensor(acts=("NONE",), dtype="int8", q=(0.05, 3), y=(0.2, -7), options=None):
    """One tensor as both operands."""
    t = T((3, 5), dtype, *q)
    options = dict(options or {}, **({"fused_activation_function": acts[0]} if acts and acts[0] else {}))
    return Case(f"both_operands_one_tensor_{dtype}", [t, t], [T((3, 5), dtype, *y)], options)


def divided():
    """Divisors keep away from zero, but for one case that must be refused."""
    for n, (a, b) in enumerate(BROADCASTS):
        for sign, span in (("plus", (0.25, 4)), ("minus", (-4, -0.25))):
            yield binary(f"f32_{n}_{sign}", a, b, dtype="float32", fill_b=span)
        for sign, span in (("plus", (1, 40)), ("minus", (-40, -1))):
            yield binary(
                f"i32_{n}_{sign}", a, b, dtype="int32", fill_b=span, reference="litert", why="TFLM has float32 only"
            )
    for n, (a, b) in enumerate(BROADCASTS[:6]):
        yield binary(
            f"i8_{n}", a, b, dtype="int8", fill_b=(1, 20), reference="litert_or_refused", why="TFLM has float32 only"
        )
        yield binary(
            f"i16_{n}",
            a,
            b,
            dtype="int16",
            fill_b=(-20, -1),
            reference="litert_or_refused",
            why="TFLM has float32 only",
        )
    yield Case(
        "wrong_by_zero",
        [T((4,), "int32"), T((4,), "int32", fill=[1, 2, 0, 3])],
        [T((4,), "int32")],
        samples=1,
        reference="refused",
        why="division by zero (LiteRT)",
    )


def chosen():
    """Of MAXIMUM and MINIMUM."""
    for dtype, q in (("int8", (0.1, 3)), ("int16", (0.001, 0))):
        for n, (a, b) in enumerate(BROADCASTS + RANK5):
            for constant in ("", "a", "b"):
                yield binary(
                    f"{dtype}_{n}_constant_{constant or 'none'}", a, b, q, q, q, dtype=dtype, constant=constant
                )
    for n, (a, b) in enumerate(BROADCASTS[::3]):
        yield binary(f"extreme_{n}", a, b, (0.1, 127), (0.1, 127), (0.1, 127), fill_a="extreme", fill_b="extreme")
    for dtype in ("int32", "float32", "int64"):
        yield from plain(dtype, dtype)


RANK5 = BROADCASTS_RANK5
