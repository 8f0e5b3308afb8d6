# SPDX-License-Identifier: MIT
"""The conversion, start to end: read, passes, plan, write. Everything else stands in those."""
from dataclasses import dataclass, field

from . import calibration, passes, planner, readers
from .graph import Graph
from .writers import tflite as writer

VERSION = "0.1.0"


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
    graph = passes.apply(graph, passes.PASSES, settings)
    plan = planner.plan(graph)
    content = writer.to_bytes(graph, plan, VERSION)
    if output is not None:
        writer.save(output, content)
    return Conversion(graph, plan, content, graph.notes)
