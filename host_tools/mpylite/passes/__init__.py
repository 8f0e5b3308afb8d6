# SPDX-License-Identifier: MIT
"""PASSES: the ordered tuple of Graph-to-Graph passes; one pass a file. apply() checks after each."""

from .calibrate import calibrate
from .correct_bias import aims, correct_bias
from .drop_identity import drop_identity
from .equalise import equalise
from .fold_batch_norm import fold_batch_norm
from .fold_constants import fold_constants
from .fuse_activation import fuse_activation
from .fuse_pad import fuse_pad
from .merge_requantize import merge_requantize
from .merge_reshapes import merge_reshapes
from .merge_transposes import merge_transposes
from .move_reshapes import move_reshapes
from .quantize import quantize
from .ranges import METHODS
from .refuse_unsupported import refuse_unsupported
from .set_io_types import set_io_types
from .settings import Settings
from .spell_out import spell_out, spell_out_clip
from .tabulate import tabulate
from .widen_weights import widen_weights

SIMPLIFY = (
    widen_weights,
    fold_constants,
    spell_out,
    fold_constants,
    drop_identity,
    merge_transposes,
    drop_identity,
    move_reshapes,
    merge_reshapes,
    fold_batch_norm,
    fuse_pad,
    fuse_activation,
    spell_out_clip,
    drop_identity,
)
CALIBRATE = (refuse_unsupported, calibrate)
EQUALISE = (equalise, calibrate)
QUANTIZE = (quantize, tabulate, correct_bias, set_io_types, merge_requantize)
PASSES = SIMPLIFY + CALIBRATE + QUANTIZE
PASS_THROUGH = (refuse_unsupported,)

__all__ = [
    "CALIBRATE",
    "EQUALISE",
    "METHODS",
    "PASSES",
    "PASS_THROUGH",
    "QUANTIZE",
    "SIMPLIFY",
    "Settings",
    "aims",
    "apply",
]


def apply(graph, passes, settings):
    for one in passes:
        graph = one(graph, settings).check(f"after {one.__name__}")
    return graph
