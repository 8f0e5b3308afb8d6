# SPDX-License-Identifier: MIT
"""What PAD, PADV2 and MIRROR_PAD share: shapes and paddings. No case stands here."""

PADDINGS = (
    ((5,), ((1, 2),)),
    ((1,), ((0, 3),)),
    ((2, 3), ((1, 0), (0, 2))),
    ((2, 3), ((0, 0), (0, 0))),
    ((3, 1, 4), ((1, 1), (2, 0), (0, 1))),
    ((1, 5, 5, 3), ((0, 0), (1, 1), (1, 1), (0, 0))),
    ((1, 4, 7, 2), ((0, 0), (0, 1), (2, 0), (0, 0))),
    ((2, 1, 3, 5), ((1, 0), (0, 1), (1, 2), (2, 1))),
    ((1, 1, 1, 1), ((1, 1), (1, 1), (1, 1), (1, 1))),
    ((2, 3, 2, 3), ((0, 0), (0, 0), (0, 0), (1, 3))),
    ((1, 10, 8), ((0, 0), (3, 0), (0, 0))),
)
RANK5 = (
    ((2, 1, 3, 2, 2), ((1, 0), (0, 1), (1, 1), (0, 2), (1, 0))),
    ((1, 2, 2, 2, 3), ((0, 0), (1, 1), (0, 0), (2, 0), (0, 0))),
)


def padded(shape, paddings):
    return tuple(s + a + b for s, (a, b) in zip(shape, paddings, strict=True))


def label(shape, paddings):
    return "x".join(map(str, shape)) + "_" + "_".join(f"{a}{b}" for a, b in paddings)
