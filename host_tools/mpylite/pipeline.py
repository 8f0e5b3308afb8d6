# SPDX-License-Identifier: MIT
"""The conversion, start to end: read, passes, plan, write. Everything else stands in those."""

from dataclasses import dataclass, field

from . import __version__, calibration, passes, planner, readers
from .graph import Graph
from .writers import tflite as writer


@dataclass
class Conversion:
    """What a conversion made: the graph, its plan, the file's bytes, notes for the user."""

    graph: Graph
    plan: planner.Plan
    content: bytes
    notes: list = field(default_factory=list)


def convert(source, output=None, calibration_data=None, **choices):
    """Converts the model file `source` to int8; writes it to `output` where that is given."""
    graph = readers.read(source)
    settings = passes.Settings(**choices)
    if calibration_data is not None:
        batches = calibration.open_data(calibration_data)
        settings.batches = lambda: calibration.fitted(batches(), graph)
    if is_integer(graph):
        graph = passes.apply(graph, passes.PASS_THROUGH, settings)
        graph.notes.append("already integer: verified and planned, nothing else changed")
    else:
        graph = passes.apply(graph, passes.PASSES, settings)
    plan = None if graph.callees else planner.plan(graph)
    content = writer.to_bytes(graph, plan, __version__)
    if output is not None:
        writer.save(output, content)
    return Conversion(graph, plan, content, graph.notes)


def is_integer(graph):
    """True where the model is quantised already: no operator but QUANTIZE and DEQUANTIZE computes in float."""
    computing = [n for n in graph.nodes if n.op not in ("QUANTIZE", "DEQUANTIZE", "CALL_ONCE", "VAR_HANDLE")]
    return bool(computing) and not any(t.dtype.startswith("float") for n in computing for t in n.outputs)
