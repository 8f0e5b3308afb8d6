# SPDX-License-Identifier: MIT
"""Cases of CAST: parameters only. Floats stay inside the target's range: beyond it C itself is undefined."""

from ..case import Case, T

DTYPES = ("int8", "uint8", "int16", "int32", "int64", "float32", "bool", "uint32", "uint16")
NOT_IN_TFLM = {"uint8": "litert", "int64": "litert", "uint16": "litert_or_refused", "uint32": "litert_or_refused"}
RANGE = {
    "int8": (-128, 127),
    "uint8": (0, 255),
    "int16": (-32768, 32767),
    "int32": (-2147480000, 2147480000),
    "int64": (-9e15, 9e15),
    "bool": (-2, 2),
    "uint32": (0, 4.2e9),
    "uint16": (0, 65535),
}


def _who(a, b):
    """uint8 and int64 stand at the edges of int8 graphs; the other two no converter of int8 models writes."""
    said = {NOT_IN_TFLM[t] for t in (a, b) if t in NOT_IN_TFLM}
    return dict(reference=max(said), why="TFLM casts among int8, int16, int32, float32 and bool") if said else {}


def cases():
    for a in DTYPES:
        for b in DTYPES:
            fill = RANGE[b] if a == "float32" and b != "float32" else None
            for n, shape in enumerate(((256,), (2, 3, 5))):
                yield Case(
                    f"{a}_to_{b}_{n}",
                    [T(shape, a, fill=fill)],
                    [T(shape, b)],
                    dict(in_data_type=a.upper(), out_data_type=b.upper()),
                    **_who(a, b),
                )
    whole = (-(2**31), 2**31 - 1)
    for b in ("int8", "uint8", "int16", "float32", "int64", "bool"):
        yield Case(
            f"int32_whole_to_{b}",
            [T((500,), "int32", fill=whole)],
            [T((500,), b)],
            dict(in_data_type="INT32", out_data_type=b.upper()),
            **_who("int32", b),
        )
