# SPDX-License-Identifier: MIT
"""The digits data (scikit-learn's 1,797 real handwritten 8x8 digits) and its one fixed split.

Owns the split and the scaling; leaves training to train.py. Needs scikit-learn alone, so that
`mpylite convert --calibration data:calibration` works where Keras is not installed.
"""

import numpy as np

SPLIT_SEED = 20240229
HELD_OUT = 450


def _load():
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[..., None]  # (n,h,w,c) in [0,1]
    order = np.random.RandomState(SPLIT_SEED).permutation(len(images))
    return images[order], digits.target[order].astype(np.int64)


def training():
    """Images (1347,8,8,1) and labels: all that training and calibration may see."""
    images, labels = _load()
    return images[HELD_OUT:], labels[HELD_OUT:]


def held_out():
    """Images (450,8,8,1) and labels that neither training nor calibration sees."""
    images, labels = _load()
    return images[:HELD_OUT], labels[:HELD_OUT]


def calibration():
    """The first 200 training images, for `mpylite convert --calibration`."""
    return training()[0][:200]
