# SPDX-License-Identifier: MIT
"""A digit as pen strokes, and as the 8x8 picture that the model was trained on. Coordinates run from 0 to 32, y downwards."""

import numpy as np

SIZE = 32
PEN = 2.6  # radius
MARGIN = 2.5

# A hand's digits, each a list of strokes, each a list of points.
DIGITS = {
    0: [[(16, 3), (9, 7), (7, 16), (9, 25), (16, 29), (23, 25), (25, 16), (23, 7), (16, 3)]],
    1: [[(11, 8), (17, 3), (17, 29)]],
    2: [[(8, 8), (13, 3), (20, 4), (23, 9), (20, 16), (12, 23), (8, 29), (16, 28), (25, 29)]],
    3: [[(8, 5), (15, 3), (22, 6), (22, 11), (14, 15), (22, 18), (24, 24), (18, 29), (8, 28)]],
    4: [[(15, 3), (10, 12), (7, 19), (25, 19)], [(19, 12), (18, 29)]],
    5: [[(23, 3), (10, 3), (9, 14), (17, 13), (23, 18), (22, 25), (15, 29), (8, 27)]],
    6: [[(19, 3), (12, 9), (8, 19), (10, 27), (17, 29), (23, 25), (22, 19), (16, 17), (9, 21)]],
    7: [[(8, 4), (24, 4), (19, 14), (14, 29)], [(11, 17), (22, 16)]],
    8: [[(16, 15), (9, 10), (11, 4), (17, 3), (23, 7), (20, 13), (11, 19), (9, 25), (15, 29), (22, 26), (22, 20), (16, 15)]],
    9: [[(23, 9), (18, 15), (10, 13), (10, 6), (17, 3), (23, 7), (23, 16), (20, 24), (12, 29)]],
}


def fitted(strokes):
    """The strokes moved and scaled so that they fill the square, as the data set's are: their proportions stay."""
    points = np.array([point for stroke in strokes for point in stroke], float)
    low, high = points.min(0), points.max(0)
    scale = (SIZE - 2 * MARGIN) / max(float((high - low).max()), 1.0)
    middle = (low + high) / 2
    return [[tuple((np.array(point) - middle) * scale + SIZE / 2) for point in stroke] for stroke in strokes]


def inked(strokes, pen=PEN):
    """(32,32) booleans: where the pen was."""
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    ink = np.zeros((SIZE, SIZE), bool)
    for stroke in strokes:
        for (x0, y0), (x1, y1) in zip(stroke, stroke[1:] or stroke, strict=False):
            dx, dy = x1 - x0, y1 - y0
            along = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
            ink |= (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2 < pen * pen
    return ink


def picture(strokes):
    """(8,8) in [0,1]: how much of each 4x4 square is ink."""
    if not any(strokes):
        return np.zeros((8, 8), np.float32)
    return inked(fitted(strokes)).reshape(8, 4, 8, 4).mean((1, 3)).astype(np.float32)
