# SPDX-License-Identifier: MIT
"""refuse_unsupported: lists every operator that the host cannot quantise or the device does not have."""

from .. import ops
from ..errors import Reason, UnsupportedError

# Runtimes, or TensorFlow Lite Micro, have these in int8 only.
NO_INT16 = {"ELU", "LOG_SOFTMAX", "L2_NORMALIZATION", "L2_POOL_2D", "HARD_SWISH", "DIV", "REDUCE_MAX", "REDUCE_MIN"}

MOST_AXES = 5  # of a TRANSPOSE


def refuse_unsupported(graph, settings):
    found = ((node, _refusal(node, settings)) for node in graph.nodes)
    reasons = [Reason(f"{node.op} '{node.name}'", *why) for node, why in found if why]
    if reasons:
        raise UnsupportedError(graph.name, reasons)
    return graph


def _refusal(node, settings):
    """(code, what to do), or None."""
    if node.outputs and node.output.dtype == "float32" and ops.rule(node.op) == "table":
        return ("NO_INT16", "it becomes a table, which int8 alone has; leave out --int16") if settings.int16 else None
    if node.op not in ops.device_operators():
        return "NOT_ON_DEVICE", "the engine has no such operator; replace it in the model"
    if not ops.known(node.op) and any(t.dtype == "float32" for t in node.outputs):
        return "NO_RULE", "the converter has no rule to quantise it; replace it in the model"
    if node.op == "TRANSPOSE" and len(node.output.shape) > MOST_AXES:
        return f"RANK_{len(node.output.shape)}", f"TensorFlow Lite Micro turns {MOST_AXES} axes at most; turn in steps"
    if settings.int16 and node.op in NO_INT16:
        return "NO_INT16", "runtimes have it in int8 only; leave out --int16"
    return None
