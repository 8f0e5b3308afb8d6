# SPDX-License-Identifier: MIT
"""Layers that do nothing at inference."""

from . import layer


@layer(
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout",
    "ActivityRegularization", "Identity", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation",
    "RandomContrast", "RandomBrightness",
)  # fmt: skip
def identity(b, call, inputs):
    return inputs[0]
