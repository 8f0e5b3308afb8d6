# SPDX-License-Identifier: MIT
"""What MAX_POOL_2D, AVERAGE_POOL_2D and L2_POOL_2D share: window, stride, padding. No case stands here."""

from ..case import Case, T
from ._between import between
from ._grid import ACTIVATIONS, draws, quant, window


def pool(
    name, shape, size, stride=None, padding="VALID", act="NONE", dtype="int8", q=(0.1, 0), y=None, fill=None, **kw
):
    n, h, w, c = shape
    stride = stride or size
    oh, ow = (window(s, k, t, padding) for s, k, t in zip((h, w), size, stride, strict=True))
    scale, zp = q
    out_scale, out_zp = y or q
    options = dict(
        padding=padding,
        filter_height=size[0],
        filter_width=size[1],
        stride_h=stride[0],
        stride_w=stride[1],
        fused_activation_function=act,
    )
    return Case(name, [T(shape, dtype, scale, zp, fill)], [T((n, oh, ow, c), dtype, out_scale, out_zp)], options, **kw)


def drawn(tag, count, dtype):
    for name, r in draws(tag, count):
        size = (r.choice((1, 2, 2, 3, 5)), r.choice((1, 2, 2, 3, 4)))
        stride = r.choice((size, (1, 1), (2, 2), (1, 2), (3, 1)))
        padding = r.choice(("SAME", "VALID"))
        shape = (r.choice((1, 1, 2)), r.randint(1, 11), r.randint(1, 11), r.choice((1, 2, 3, 4, 5, 8, 17)))
        if min(window(s, k, t, padding) for s, k, t in zip(shape[1:3], size, stride, strict=True)) < 1:
            padding = "SAME"
        yield pool(name, shape, size, stride, padding, r.choice(ACTIVATIONS), dtype, quant(r, dtype))


def ends(dtype="int8"):
    """Fills and zero points at the ends of the range, with every activation."""
    prefix = "" if dtype == "int8" else "i16_"
    for fill in ("min", "max", "extreme", "sweep"):
        for act in ACTIVATIONS:
            for zp in (-128, 0, 127) if dtype == "int8" else (0,):
                yield pool(
                    f"{prefix}ends_{fill}_{act}_zp{zp}",
                    (1, 4, 4, 3),
                    (2, 2),
                    act=act,
                    dtype=dtype,
                    q=(0.05, zp),
                    fill=fill,
                    samples=1,
                )


def of_real_models():
    yield pool("global_8x8", (1, 8, 8, 64), (8, 8))
    yield pool("global_25x5", (1, 25, 5, 64), (25, 5))
    yield pool("one_pixel", (1, 1, 1, 5), (1, 1))
    yield pool("window_larger_than_input_same", (1, 2, 3, 2), (5, 5), (1, 1), "SAME")
    yield pool("rows", (2, 7, 1, 3), (3, 1), (2, 1), "SAME")
    yield pool("columns", (2, 1, 7, 3), (1, 3), (1, 2), "SAME")


def in_place(operator):
    """Pooling without padding, which may write over its input."""
    for name, r in draws("in_place", 8):
        size, stride = r.choice(((2, 2), (3, 3), (2, 3), (3, 1))), r.choice(((1, 1), (2, 2), (1, 2)))
        shape, dtype = (
            (r.choice((1, 2)), r.randint(3, 9), r.randint(3, 9), r.choice((1, 3, 8))),
            r.choice(("int8", "int16")),
        )
        yield between(pool(name, shape, size, stride, dtype=dtype), operator)


def quantised(operator):
    """Of MAX_POOL_2D and AVERAGE_POOL_2D."""
    yield from drawn("drawn", 100, "int8")
    yield from drawn("i16_", 30, "int16")
    yield from ends()
    yield from ends("int16")
    yield from of_real_models()
    yield from in_place(operator)
    for scale in (1e-6, 1e3):
        for act in ("RELU6", "RELU_N1_TO_1", "RELU"):
            yield pool(f"scale_{scale:g}_{act}", (1, 4, 4, 2), (2, 2), act=act, q=(scale, -5))
