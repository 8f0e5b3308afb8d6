# SPDX-License-Identifier: MIT
"""TABLE: every operator's host rules, by TFLite name; a family file mirrors the device's kernel file.

Owns the row type and the collecting; the rows stand in the family files.
"""

from collections.abc import Callable
from dataclasses import dataclass

# weights: per-channel constant weights, bias int32 | same: all data tensors share one scale
# free: every tensor its own scale | fixed: output scale given by TFLite | integer: indices or flags
# table: as free, and in int8 a table of 256 entries in the operator's stead
RULES = ("weights", "same", "free", "fixed", "integer", "lstm", "table")


@dataclass(frozen=True)
class Operator:
    shapes: Callable
    run: Callable
    rule: str
    macs: Callable | None = None
    moves_batch: Callable = lambda node: False
    data_inputs: tuple | None = None  # which inputs carry data to quantise; None = all
    states: tuple = ()  # inputs that hold state; run() gives their values after the outputs


TABLE = {}


def operator(name, rule, shapes, macs=None, moves_batch=None, data_inputs=None, states=()):
    """Declares an operator: decorates its float function."""

    def declare(run):
        extra = {"moves_batch": moves_batch} if moves_batch else {}
        TABLE[name] = Operator(shapes, run, rule, macs, data_inputs=data_inputs, states=states, **extra)
        return run

    return declare


from . import activation, conv, curve, elementwise, fully_connected, lstm, pool, quantize, reduce, shape  # noqa: E402,F401
