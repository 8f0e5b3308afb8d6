# SPDX-License-Identifier: MIT
"""Runs corpus models through mpylite.Interpreter and counts the values that differ from the recorded ones. Whose values
are right is goldens.py's to say; printing and judging are the callers'.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tests.kernels.case import rows
from tests.kernels.compare import different

from . import goldens


@dataclass
class Result:
    """What one model did. `differing` counts against the best of the references that count for it."""

    key: str
    samples: int = 0
    values: int = 0
    differing: int = 0
    from_tflm: int = 0
    arena_bytes: int = 0
    record_bytes: int = 0
    macs: int = 0
    problems: list = field(default_factory=list)


def missing_operators(entry):
    """Operators of the model that kernels/ops.def does not have."""
    return sorted(set(entry["ops"]) - set(rows()))


def check(key, entry, speed="fast"):
    """Runs every group of one model."""
    result = Result(key)
    if missing := missing_operators(entry):
        result.problems.append(f"operator missing: {', '.join(missing)}")
        return result
    try:
        _run(result, key, entry, speed)
    except (ValueError, RuntimeError) as e:  # the engine's own error tree: the table shows it, and the caller fails
        result.problems.append(f"{type(e).__name__}: {e}")
    return result


def interpreter(entry, speed="fast", **memory):
    """A fresh interpreter with its arena."""
    from mpylite import Interpreter

    made = Interpreter((goldens.CORPUS / entry["model"]).read_bytes(), speed=speed)
    made.allocate_tensors(**memory)
    return made


def outputs(made, sample):
    """One invoke: the sample's arrays in, copies of the outputs back."""
    for detail, value in zip(made.get_input_details(), sample, strict=True):
        made.set_tensor(detail["index"], value)
    made.invoke()
    return [np.array(made.get_tensor(d["index"])) for d in made.get_output_details()]


def run_group(entry, group, speed="fast"):
    """Per sample the outputs of one group."""
    if group.fresh:
        return [outputs(interpreter(entry, speed), s) for s in group.samples]
    made = interpreter(entry, speed)
    return [outputs(made, s) for s in group.samples]


def count_different(wanted, given):
    """Values that differ between two lists of samples; a wrong shape or type is an error, not a difference."""
    total = 0
    for w_sample, g_sample in zip(wanted, given, strict=True):
        for w, g in zip(w_sample, g_sample, strict=True):
            if (w.shape, w.dtype) != (g.shape, g.dtype):
                raise ValueError(f"output is {g.dtype}{g.shape}, recorded {w.dtype}{w.shape}")
            total += int(different(w, g).sum())
    return total


def _run(result, key, entry, speed):
    made = interpreter(entry, speed)
    result.arena_bytes, result.record_bytes, result.macs = made.arena_bytes, made.record_bytes, made.macs
    totals = dict.fromkeys(goldens.references(key), 0)
    for group in goldens.groups(entry):
        given = run_group(entry, group, speed)
        counts = {r: count_different(w, given) for r, w in group.recorded.items()}
        result.samples += len(given)
        result.values += sum(o.size for s in given for o in s)
        result.from_tflm += counts["tflm"]
        totals = {r: totals[r] + counts[r] for r in totals}
        if all(counts[r] for r in totals):
            result.problems.append(f"{group.name}: {min(counts[r] for r in totals)} values differ")
    result.differing = min(totals.values())
    if result.differing and not result.problems:
        result.problems.append(f"{result.differing} values differ: no one reference fits all groups")
