# SPDX-License-Identifier: MIT
"""refuse_unsupported: lists every operator that the host cannot quantise or the device does not have."""

from .. import ops
from ..errors import Reason, UnsupportedError

NO_INT8 = {"CEIL", "FLOOR", "ROUND", "EXP", "LOG", "POW", "DIV"}  # runtimes have these in float only
NO_INT16 = {"ELU", "LOG_SOFTMAX", "L2_NORMALIZATION", "L2_POOL_2D", "HARD_SWISH"}  # TFLite has these in int8 only


def refuse_unsupported(graph, settings):
    device = ops.device_operators()
    reasons = []
    for node in graph.nodes:
        if node.op not in device:
            reasons.append(
                Reason(
                    f"{node.op} '{node.name}'",
                    "NOT_ON_DEVICE",
                    "the engine has no such operator; replace it in the model",
                )
            )
        elif not ops.known(node.op) and any(t.dtype == "float32" for t in node.outputs):
            reasons.append(
                Reason(
                    f"{node.op} '{node.name}'",
                    "NO_RULE",
                    "the converter has no rule to quantise it; replace it in the model",
                )
            )
        elif node.op in NO_INT8 and node.output.dtype == "float32":
            reasons.append(
                Reason(f"{node.op} '{node.name}'", "NO_INT8", "runtimes have it in float only; replace it in the model")
            )
        elif settings.int16 and node.op in NO_INT16:
            reasons.append(
                Reason(f"{node.op} '{node.name}'", "NO_INT16", "TFLite has it in int8 only; leave out --int16")
            )
    if reasons:
        raise UnsupportedError(graph.name, reasons)
    return graph
