# SPDX-License-Identifier: MIT
"""calibrate: runs the float graph over the calibration data and notes the range of every tensor."""

import numpy as np

from .. import float_run, ops
from ..errors import DataError
from .ranges import Range


def calibrate(graph, settings):
    if settings.batches is None and any(t.quant is not None for t in graph.tensors()):
        graph.notes.append("scales are those of the QDQ model; nothing was calibrated")
        return graph
    if settings.batches is None:
        raise DataError("no calibration data: the ranges of activations are unknown; give --calibration DATA")

    def observe(tensor, values):
        if tensor.dtype != "float32":
            return
        if tensor.range is None:
            tensor.range = Range()
        tensor.range.update(values)

    samples = 0
    for batch in settings.batches():
        float_run.run(graph, batch, observe)
        samples += len(batch[0])
        settings.progress("calibrating", samples, getattr(settings.batches, "samples", None))
    _check_ranges(graph)
    _tell_inputs(graph)
    graph.notes.append(f"calibrated on {samples} samples")
    return graph


def _tell_inputs(graph):
    """What the data spans, so that a user sees data that is not prepared as in training."""
    for name, tensor in zip(graph.input_names, graph.inputs):
        if tensor.range is None:
            continue
        low, high = float(tensor.range.low), float(tensor.range.high)
        graph.notes.append(f"input '{name}' spans {low:.4g} to {high:.4g} on calibration data")
        if low == high:
            graph.notes.append(f"WARNING: input '{name}' never changes on calibration data; the ranges tell nothing")
        elif max(-low, high) > 1e4:
            graph.notes.append(
                f"WARNING: input '{name}' reaches {max(-low, high):.4g}; was the data prepared as in training?"
            )


def _check_ranges(graph):
    for node in graph.nodes:
        for tensor in node.outputs:
            if tensor.dtype != "float32":
                continue
            if tensor.range is None:
                raise DataError(f"layer '{node.name}': calibration never reached '{tensor.name}'")
            if not np.isfinite([tensor.range.low, tensor.range.high]).all():
                raise DataError(
                    f"layer '{node.name}': '{tensor.name}' became NaN or infinite on the calibration data; check weights and data scaling"
                )
            if tensor.range.low == tensor.range.high == 0.0:
                graph.notes.append(f"layer '{node.name}': '{tensor.name}' is zero on all calibration data (dead)")
            elif ops.rule(node.op) == "weights":
                dead = int((tensor.range.channel_peak == 0).sum())
                if dead:
                    graph.notes.append(
                        f"layer '{node.name}': {dead} of {tensor.shape[-1]} channels are always zero (dead)"
                    )
