# SPDX-License-Identifier: MIT
"""Cases of QUANTIZE: parameters only."""

from ..case import Case, T

Q = {
    "int8": ((1e-6, 0), (0.004, -128), (0.1, 3), (1.0, 127), (1e3, -5)),
    "uint8": ((0.004, 0), (0.1, 128), (2.0, 255)),
    "int16": ((1e-6, 0), (3e-4, 0), (0.1, 0)),
    "int32": ((1e-6, 0), (1e-3, 0), (0.5, 0)),
}
SHAPES = ((1,), (257,), (3, 5), (1, 7, 3, 2))


def _case(name, source, target, q_in, q_out, shape=(300,), fill=None, **kw):
    return Case(name, [T(shape, source, *q_in, fill=fill)], [T(shape, target, *q_out)], **kw)


def _who(target):
    return dict(reference="litert", why="TFLM has no float32 to uint8") if target == "uint8" else {}


def _from_float():
    for target in ("int8", "uint8", "int16"):
        for scale, zp in Q[target]:
            span = scale * (300 if target in ("int8", "uint8") else 40000)
            for n, shape in enumerate(SHAPES):
                yield _case(
                    f"f32_{target}_scale{scale:g}_zp{zp}_{n}",
                    "float32",
                    target,
                    (),
                    (scale, zp),
                    shape,
                    {0: (-span, span), 1: (-1.0, 1.0)},
                    **_who(target),
                )
    ties = [(i + 0.5) * 0.5 for i in range(-160, 140)]
    yield _case("f32_int8_ties", "float32", "int8", (), (0.5, 1), fill=ties, samples=1)
    yield _case("f32_int16_ties", "float32", "int16", (), (0.5, 0), fill=ties, samples=1)
    yield _case("f32_uint8_ties", "float32", "uint8", (), (0.5, 100), fill=ties, samples=1, **_who("uint8"))
    huge = [2.0**28, -(2.0**28), 1e6, -1e6, 33.125, -33.125, 0.0, -0.0] * 4  # beyond 2**31 steps C itself is undefined
    yield _case("f32_int8_huge", "float32", "int8", (), (0.25, 1), (32,), huge, samples=1)
    yield _case("f32_int16_huge", "float32", "int16", (), (0.25, 0), (32,), huge, samples=1)
    yield _case(
        "f32_int32",
        "float32",
        "int32",
        (),
        (0.25, 0),
        reference="refused",
        why="neither reference quantises float32 to int32",
    )


def _requantise():
    pairs = (
        ("int8", "int8"),
        ("int8", "uint8"),
        ("uint8", "int8"),
        ("int8", "int16"),
        ("int16", "int8"),
        ("int16", "int16"),
        ("int8", "int32"),
        ("int16", "int32"),
        ("int32", "int8"),
        ("int32", "int16"),
    )
    for source, target in pairs:
        for q_in in Q[source]:
            for q_out in Q[target]:
                if 1e-5 < q_in[0] / q_out[0] < 1e5:
                    fill = {0: "random", 1: "extreme"} if source != "int32" else {0: (-200000, 200000), 1: (-200, 200)}
                    yield _case(
                        f"{source}_{target}_{q_in[0]:g}_{q_in[1]}_{q_out[0]:g}_{q_out[1]}",
                        source,
                        target,
                        q_in,
                        q_out,
                        fill=fill,
                    )
    yield _case("int8_int8_sweep", "int8", "int8", (0.02, 5), (0.013, -9), (256,), "sweep", samples=1)
    yield _case("int8_uint8_same_scale", "int8", "uint8", (0.02, -128), (0.02, 0), (256,), "sweep", samples=1)
    yield _case("uint8_int8_same_scale", "uint8", "int8", (0.02, 0), (0.02, -128), (256,), "sweep", samples=1)


def cases():
    yield from _from_float()
    yield from _requantise()
