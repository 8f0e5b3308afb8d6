# SPDX-License-Identifier: MIT
"""The conversion, start to end: read, passes, plan, write. Everything else stands in those."""

import dataclasses
from dataclasses import dataclass, field

from . import __version__, calibration, measuring, passes, planner, readers
from .errors import DataError
from .graph import Graph
from .writers import tflite as writer

METHODS = ("auto", *passes.METHODS)
MARGIN = 1.05  # other data reaches a little further than a hundred samples did
# What `auto` tries, in order: (what to tell, passes before, settings that differ, whether biases are corrected, decibels
# that it must gain over the best so far). What fits the calibration samples more closely must gain more: on other samples
# it loses some of it again; wider ranges clip less there, so that they may be a little behind here. The first is what
# TFLiteConverter does: where its error is small, nothing more is tried; where no answer of a classifier changes, it stays
# unless the next leaves a third of its noise or less (then the others are tried as elsewhere).
TRIALS = (
    ("minmax", (), {}, False, 0.0),
    ("minmax with bias correction", (), {"margin": MARGIN}, True, -0.5),
    ("minmax, equalised, with bias correction", passes.EQUALISE, {"margin": MARGIN}, True, 2.0),
    ("least square error with bias correction", (), {"method": "best", "margin": MARGIN}, True, 1.5),
)
ENOUGH_DB, FAIR_DB = 36.0, 25.0  # an error of 1.6 %; of 5.6 % where no answer changes
FAIR_GAIN_DB = 4.8  # a third of the noise
OPTIMISM_DB = 10.0  # over the number of samples: what a mean taken from few of them seems to gain on the same ones


@dataclass
class Conversion:
    """What a conversion made: the graph, its plan, the file's bytes, notes for the user.

    `float_graph` and `samples` are what the report compares with, None where nothing was calibrated."""

    graph: Graph
    plan: planner.Plan
    content: bytes
    notes: list = field(default_factory=list)
    float_graph: Graph | None = None
    samples: list | None = None


def convert(
    source, output=None, calibration_data=None, method="auto", random_calibration=False, data_options=None, **choices
):
    """Converts the model file `source` to int8 (or int16x8); writes it to `output` where that is given.

    calibration_data: a path, an array, a dictionary of arrays, or a function that gives one of these or
    yields samples. method: one of METHODS. choices: fields of passes.Settings (int16, input_type, …)."""
    if output is not None:
        writer.expect_target(output, source, calibration_data)
    graph = readers.read(source)
    if method not in METHODS:
        raise DataError(f"method '{method}' is unknown, needs one of {', '.join(METHODS)}")
    settings = passes.Settings(method="minmax" if method == "auto" else method, **choices)
    _check_types(settings)
    _set_data(settings, graph, calibration_data, random_calibration, data_options)
    if is_integer(graph):
        graph = passes.apply(graph, passes.PASS_THROUGH, settings)
        graph.notes.append("already integer: verified and planned, nothing else changed")
        return _finish(graph, output)
    graph.metadata["mpylite_settings"] = _settings_text(settings)
    graph = passes.apply(graph, (*passes.SIMPLIFY, *passes.CALIBRATE), settings)
    samples = measuring.take(settings.batches(), measuring.sample_count(graph)) if settings.batches else None
    made = (
        _choose(graph, settings, samples)
        if method == "auto" and samples
        else passes.apply(graph.copy(), passes.QUANTIZE, settings)
    )
    return _finish(made, output, graph, samples)


def _check_types(settings):
    for kind in (settings.input_type, settings.output_type):
        if kind not in settings.io_types:
            name, allowed = "int16x8" if settings.int16 else "int8", ", ".join(settings.io_types)
            raise DataError(f"input or output type {kind}: not with {name}, needs one of {allowed}")


def _set_data(settings, graph, data, random, options):
    if data is not None and random:
        raise DataError("calibration data and random calibration: found both, needs one of them")
    if data is None and random:
        data = calibration.random_data(graph)
        settings.batches = calibration.Stream(lambda: calibration.fitted(data(), graph))
        graph.metadata["mpylite_random_calibration"] = b"ranges were chosen from random numbers"
        graph.notes.append("RANDOM CALIBRATION: the ranges are guesses, the file is for trying out only")
    elif data is not None:
        batches = calibration.open_data(data, graph.inputs[0].shape[1:], options, graph.input_names)
        count = calibration.known_count(data, options)
        settings.batches = calibration.Stream(lambda: calibration.fitted(batches(), graph), count)


def _choose(graph, settings, samples):
    """The trial whose outputs are nearest to the float graph's on calibration samples, by rounded_run's estimate."""
    best, fair, prepared = None, False, {}
    for number, (name, before, changes, correct, gain) in enumerate(TRIALS):
        settings.progress(f"trying {name}", number, len(TRIALS))
        if before not in prepared:
            start = passes.apply(graph.copy(), before, settings) if before else graph
            prepared[before] = start, passes.aims(measuring.telling(start), samples)
        start, aims = prepared[before]
        if correct and aims.means is None:
            continue
        own = dataclasses.replace(settings, aims=aims if correct else None, **changes)
        made = passes.apply(start.copy(), passes.QUANTIZE, own)
        outputs = measuring.estimated(measuring.telling(made), samples)
        found = measuring.mean_db(aims.outputs, outputs)
        needed = max(gain, FAIR_GAIN_DB) if fair else gain
        if best is None or found > best[0] + needed + OPTIMISM_DB / len(samples[0]):
            best = (found, made, name)
            fair = number == 0 and found >= FAIR_DB and measuring.same_answers(graph, aims.outputs, outputs)
        if best[0] >= ENOUGH_DB or fair and number or any(t.quant is not None for t in graph.tensors()):
            break
    best[1].notes.append(f"ranges: {best[2]}; {measuring.told(graph, best[1], samples)}")
    return best[1]


def _settings_text(settings):
    """The choices that made the file, for its metadata."""
    kind = "int16x8" if settings.int16 else "int8"
    return f"{kind} in={settings.input_type} out={settings.output_type}".encode()


def _finish(graph, output, float_graph=None, samples=None):
    plan = None if graph.callees else planner.plan(graph)
    content = writer.to_bytes(graph, plan, __version__)
    if output is not None:
        writer.save(output, content)
    return Conversion(graph, plan, content, graph.notes, float_graph, samples)


def is_integer(graph):
    """True where the model is quantised already: no operator but QUANTIZE and DEQUANTIZE computes in float."""
    computing = [n for n in graph.nodes if n.op not in ("QUANTIZE", "DEQUANTIZE", "CALL_ONCE", "VAR_HANDLE")]
    tensors = [t for n in computing for t in (*n.inputs, *n.outputs) if t is not None]
    return bool(computing) and not any(t.dtype.startswith("float") for t in tensors)
