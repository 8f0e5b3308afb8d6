# SPDX-License-Identifier: MIT
"""Reads the public corpus: which models it has, their recorded inputs and outputs, and whose outputs are right. Running
a model is check.py's duty. The corpus lies at $MPYLITE_CORPUS or beside the project, and is no part of it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CORPUS = Path(os.environ.get("MPYLITE_CORPUS") or Path(__file__).resolve().parents[3] / "shared" / "corpus")

# TensorFlow Lite Micro's reference kernels are right, but for what the corpus README names. Model name pattern -> why
# LiteRT's recorded values count as well; a model must equal one of the two in all its groups.
LITERT_COUNTS = {
    r"tflm-seanet/leaky_relu\d+": "LEAKY_RELU int16: TFLM's factors are doubles, LiteRT's float32, and LiteRT is right",
}
# index.json counts no multiplications in these; we do.
UNCOUNTED_OPERATORS = {"UNIDIRECTIONAL_SEQUENCE_LSTM"}


@dataclass(frozen=True)
class Group:
    """Samples of one model that run in order in one interpreter, or each in a fresh one."""

    name: str
    fresh: bool
    samples: list  # per sample one array an input
    recorded: dict  # "tflm" or "litertref" -> per sample one array an output


def present():
    return (CORPUS / "index.json").is_file()


def index():
    """Model key -> what index.json says of it; empty where the corpus is absent."""
    return json.loads((CORPUS / "index.json").read_text()) if present() else {}


def groups(entry):
    """The groups recorded for one model."""
    with np.load(CORPUS / entry["golden"]) as arrays:
        data = {name: arrays[name] for name in arrays.files}
    names = dict.fromkeys(re.fullmatch(r"(\w+)_in0", n)[1] for n in data if re.fullmatch(r"\w+_in0", n))
    found = [_group(data, name, fresh) for name in names for fresh in (False, True)]
    return [g for g in found if g.recorded]


def macs_agree(entry, macs):
    """Whether a count fits the index's."""
    return macs > entry["macs"] if UNCOUNTED_OPERATORS & set(entry["ops"]) else macs == entry["macs"]


def references(key):
    """The references whose values count for a model."""
    return ("tflm", "litertref") if explanation(key) else ("tflm",)


def explanation(key):
    """Why LiteRT's values count for a model; empty where they do not."""
    return next((why for pattern, why in LITERT_COUNTS.items() if re.fullmatch(pattern, key)), "")


def _group(data, name, fresh):
    label = f"{name}_fresh" if fresh else name
    recorded = {r: _per_sample(data, f"{label}_{r}_out") for r in ("tflm", "litertref")}
    return Group(label, fresh, _per_sample(data, f"{name}_in"), {r: v for r, v in recorded.items() if v})


def _per_sample(data, prefix):
    columns = []
    while f"{prefix}{len(columns)}" in data:
        columns.append(data[f"{prefix}{len(columns)}"])
    return [list(row) for row in zip(*columns, strict=True)]
