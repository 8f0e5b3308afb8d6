# SPDX-License-Identifier: MIT
"""What the operators with weights share: scales, weights, zero points, biases and roundings at the ends of their ranges. No
case stands here; `make(name, rnd, **parameters)` gives the operator's small layer for them.
"""

from ._grid import draws, rounding_edges

SCALES = (
    (1e-6, 1e-3, 1e-6),
    (1e3, 1e-3, 1e3),
    (1e-3, 1e-3, 1e3),
    (1e-2, 1e-2, 1e-5),
    (0.5, 0.5, 0.25),
    (1, 1, 1),
)  # of input, weights, output
ALL_ENDS = ((127, 127), (-127, -127), (-128, -128), "extreme")
ENDS = ((127, 127), (-127, -127), "extreme")


def _rnd(tag):
    return draws(tag, 1)[0][1]


def scaled(make, channels, scales=SCALES, tag="scales_{0:g}_{3}"):
    """Scales far apart, zero points at the ends."""
    for xs, ws, ys in scales:
        for zp in (-128, 0, 127):
            y = (ys, -zp if zp > -128 else 127)
            name = f"scales_{xs:g}_{ws:g}_{ys:g}_zp{zp}"
            yield make(name, _rnd(tag.format(xs, ws, ys, zp)), x=(xs, zp), y=y, w_scale=[ws] * channels)


def filled(make, channels, y, zero_points=(-128, 127), weights=ALL_ENDS, more=lambda rnd: {}):
    """The largest sums there can be."""
    for x_fill in ("min", "max", "extreme"):
        for w_fill in weights:
            for zp in zero_points:
                rnd = _rnd("ends")
                name = f"ends_{x_fill}_{w_fill[0]}_zp{zp}"
                fills = dict(x_fill=x_fill, w_fill=w_fill, **more(rnd))
                yield make(name, rnd, x=(0.1, zp), y=y, w_scale=[0.01] * channels, **fills)


def filled_int16(make, channels, biases=("int64",)):
    for x_fill in ("min", "max", "extreme"):
        for w_fill in ENDS:
            for bias in biases:
                name = f"i16_ends_{x_fill}_{w_fill[0]}" + f"_{bias}" * (len(biases) > 1)
                kinds = dict(dtype="int16", bias_dtype=bias, x_fill=x_fill, w_fill=w_fill)
                yield make(name, _rnd("i16ends"), x=(0.001, 0), y=(0.1, 0), w_scale=[0.01] * channels, **kinds)


def biased(make, channels, values):
    """Biases near the ends of 32 bits; the weights are zero."""
    for value in values:
        fills = dict(b_fill=(value, value), w_fill=(0, 0))
        yield make(f"bias_{value}", _rnd("bias"), x=(0.1, 0), y=(0.1 * 0.01 * 2**24, 0), w_scale=[0.01] * channels, **fills)


def rounded(make):
    """The bias alone makes the 480 sums, near the borders of rounding; the weights are zero."""
    for name, rnd in draws("rounding", 12):
        dtype, span, top = (("int8", 2**30, 127), ("int16", 2**38, 32767))[int(name[-1]) % 2]
        x, w, y, sums = rounding_edges(rnd, span, top)
        kinds = dict(dtype=dtype, bias_dtype="int32" if dtype == "int8" else "int64", b_fill=sums, w_fill=(0, 0))
        yield make(name, rnd, x=(x, 0), y=(y, 0), w_scale=[w], **kinds)
