# SPDX-License-Identifier: MIT
"""What operators are: which ones the device has (read from ops.def, never copied), and for each
operator the host's rules (shape, float arithmetic, MACs, quantisation) that families/ declares.
"""

import functools
import pathlib
import re

from .errors import MpyliteError
from .families import TABLE, activation

_ROW = re.compile(r"^\s*(?:OP|STATUS)\(\s*(.*)\)\s*$")
HERE = pathlib.Path(__file__).resolve().parent


def _definition(name):
    for folder in (HERE / "definitions", HERE.parents[1] / "kernels"):
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise MpyliteError(f"{name}: not found in this installation; install mpylite again")


@functools.lru_cache(None)
def device_operators():
    """NAME -> TFLite builtin code, of every operator that the engine can be built with."""
    rows = (_ROW.match(line) for line in _definition("ops.def").splitlines())
    fields = (tuple(part.strip() for part in row[1].split(",")) for row in rows if row)
    return {name: int(code) for code, name, _ in fields}


@functools.lru_cache(None)
def statuses():
    """(NAME, text) of every engine status, in the order of status.def: index = code."""
    rows = (_ROW.match(line) for line in _definition("status.def").splitlines())
    pairs = (row[1].split(",", 1) for row in rows if row)
    return tuple((name.strip(), text.strip().strip('"')) for name, text in pairs)


def known(op):
    return op in TABLE


def rule(op):
    """How quantize treats the operator: an entry of families.RULES, or None."""
    return TABLE[op].rule if op in TABLE else None


def shapes(node):
    """The shapes of the outputs, from the shapes and constants of the inputs and the options."""
    return TABLE[node.op].shapes(node)


def run(node, arrays):
    """The float outputs; arrays carry samples on axis 0 where the node's tensors have 1."""
    result = TABLE[node.op].run(node, arrays)
    return result if isinstance(result, (list, tuple)) else [result]


def activated(node, values):
    """The values after the node's fused activation."""
    return activation.fused(node, values)


def states(node, results):
    """[(state tensor, values it took)] beyond the outputs, which `run` appends to its results."""
    entry = TABLE[node.op]
    extra = results[len(node.outputs) :]
    return list(zip((node.inputs[i] for i in entry.states), extra))


def macs(node):
    """Multiply-accumulates of one inference, by the engine's own rule; 0 for operators without."""
    entry = TABLE.get(node.op)
    return int(entry.macs(node)) if entry and entry.macs else 0


def moves_batch(node):
    """True where running several samples at once along axis 0 would mix them."""
    entry = TABLE.get(node.op)
    return entry is None or entry.moves_batch(node)
