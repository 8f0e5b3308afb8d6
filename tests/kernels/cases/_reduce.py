# SPDX-License-Identifier: MIT
"""What the reductions share: axes, kept dimensions, number types. No case stands here."""

import numpy as np

from ..case import Case, T, V
from ._grid import draws, quant

SHAPES = (
    (5,),
    (1,),
    (2, 3),
    (3, 1),
    (2, 3, 4),
    (1, 5, 7),
    (2, 3, 4, 5),
    (1, 4, 4, 3),
    (1, 7, 5, 8),
    (1, 1, 1, 9),
    (2, 1, 3, 1),
)


def reduced(shape, axes, keep):
    axes = {a % len(shape) for a in axes}
    return tuple(1 if i in axes else s for i, s in enumerate(shape) if keep or i not in axes)


def reduction(name, shape, axes, keep, dtype="int8", q=None, y=None, fill=None, scalar_axis=False, **kw):
    axis = V(np.array(axes[0] if scalar_axis else axes, "int32"))
    return Case(
        name,
        [T(shape, dtype, *(q or (None, 0)), fill), axis],
        [T(reduced(shape, axes, keep), dtype, *(y or q or (None, 0)))],
        dict(keep_dims=keep),
        **kw,
    )


def drawn(dtype, tag, count, same_scale=False, quantised=True, **kw):
    for name, r in draws(tag, count):
        shape = r.choice(SHAPES)
        axes = sorted(r.sample(range(len(shape)), r.randint(1, len(shape))))
        axes = [a - len(shape) if r.random() < 0.3 else a for a in axes]
        if r.random() < 0.1:
            axes = axes + [axes[0]]
        q = quant(r, dtype) if quantised else None
        y = (q if same_scale else quant(r, dtype)) if quantised else None
        yield reduction(
            f"{name}_{'x'.join(map(str, shape))}_axes{'_'.join(map(str, axes))}",
            shape,
            axes,
            r.random() < 0.5,
            dtype,
            q,
            y,
            **kw,
        )


def every_axis_set(dtype="int8", q=(0.05, -3), y=(0.04, 7), prefix="axes"):
    shape = (2, 3, 4, 5)
    for bits in range(1, 16):
        axes = [i for i in range(4) if bits >> i & 1]
        for keep in (False, True):
            yield reduction(
                f"{prefix}_{'_'.join(map(str, axes))}_{'keep' if keep else 'drop'}",
                shape,
                axes,
                keep,
                dtype,
                q,
                y,
                samples=1,
            )


ONLY_LITERT = dict(reference="litert", why="TFLM reduces int8 and float32 only")


def chosen():
    """Of REDUCE_MAX and REDUCE_MIN: the output has the input's scale."""
    yield from every_axis_set(y=None)
    yield from drawn("int8", "i8_", 40, same_scale=True)
    yield from drawn("int16", "i16_", 20, same_scale=True, **ONLY_LITERT)
    yield from drawn("float32", "f32_", 20, quantised=False)
    yield from drawn("int32", "i32_", 10, quantised=False, **ONLY_LITERT)
    for fill in ("min", "max", "extreme"):
        yield reduction(f"fill_{fill}", (1, 5, 3, 4), [1, 2], False, q=(0.1, 3), fill=fill)
