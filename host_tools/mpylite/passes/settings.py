# SPDX-License-Identifier: MIT
"""Settings: what the user chose for a conversion, handed to every pass."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Settings:
    """`batches()` yields lists of float32 arrays (samples, …), or is None without calibration."""

    batches: Callable | None = None
    int16: bool = False
    method: str = "minmax"  # of ranges.METHODS
    margin: float = 1.0  # ranges of activations are taken this much wider than calibration saw
    aims: object = None  # correct_bias.Aims where biases are to be corrected
    input_type: str = "int8"
    output_type: str = "int8"
    progress: Callable = lambda what, done, total: None

    @property
    def io_types(self):
        """What the ends may be. In int16x8 int8 means int16, which has no form without a sign."""
        return ("int8", "int16", "float32") if self.int16 else ("int8", "uint8", "float32")

    @property
    def activation_type(self):
        return "int16" if self.int16 else "int8"
