# SPDX-License-Identifier: MIT
"""The vocabulary of the case files: a Case is parameters only, and turns itself into model bytes and input samples.
Values are drawn from a generator seeded by operator and case name, so a case is the same everywhere and alone.

    Case("same_3x3", [T((1, 5, 5, 2), scale=.1, zp=3), C((4, 3, 3, 2), scale=[...]), C((4,), "int32")],
         [T((1, 5, 5, 4), scale=.2)], dict(padding="SAME", stride_w=1, stride_h=1))
"""

from __future__ import annotations

import importlib
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .model_builder import Operator, Subgraph, Tensor, build

CASES = Path(__file__).parent / "cases"
OPS_DEF = Path(__file__).resolve().parents[2] / "kernels" / "ops.def"
NONE = None  # an absent optional input

# Who is right: a case says so, and every answer but "tflm" needs a `why`.
REFERENCES = (
    "tflm",  # TensorFlow Lite Micro runs it; our values equal its values
    "litert",  # LiteRT's reference kernels; TFLM lacks the case or is wrong there
    "refused",  # TFLM refuses and so must we
    "litert_or_refused",
)  # TFLM refuses; where we run it all the same, LiteRT's values hold


def T(shape, dtype="int8", scale=None, zp=0, fill=None, axis=0, name=""):
    """A run-time tensor: an input, or the operator's output."""
    return Tensor(tuple(shape), dtype, scale, zp, axis, None, name, False, "random" if fill is None else fill)


def C(shape, dtype="int8", scale=None, zp=0, fill=None, axis=0, name=""):
    """A constant tensor; see `values` for what `fill` may be."""
    return Tensor(tuple(shape), dtype, scale, zp, axis, _Later(fill if fill is not None else "random"), name)


def V(values, dtype="int32", scale=None, zp=0):
    """A constant tensor with these values (a shape, axes, paddings)."""
    array = np.asarray(values)
    return Tensor(array.shape, dtype, scale, zp, 0, array)


def state(shape, dtype="int8", scale=None, zp=0):
    """A variable tensor: it keeps its value from one invoke to the next."""
    return Tensor(tuple(shape), dtype, scale, zp, is_variable=True)


@dataclass
class _Later:
    """A constant's fill, drawn when the model is built."""

    fill: object


@dataclass
class Case:
    name: str
    inputs: list = field(default_factory=list)  # in the operator's order: T, C, V, state or NONE
    outputs: list = field(default_factory=list)
    options: dict = field(default_factory=dict)
    samples: int = 2  # invokes, in one interpreter
    reference: str = "tflm"
    why: str = ""
    max_ulp: int = 0  # float32 only: where libm's last bit is nobody's contract
    operator: str = ""  # the case file's unless said
    intermediates: list = field(default_factory=list)
    subgraphs: list = None  # a whole graph in place of inputs, outputs and options
    metadata: dict = field(default_factory=dict)
    twin: Case = None  # the reference runs this one in its place: same numbers, another spelling

    def graphs(self):
        """The subgraphs with all constants drawn."""
        graphs = self.subgraphs or [self._single()]
        return [
            Subgraph(
                [self._drawn(t, (g, i)) for i, t in enumerate(s.tensors)], s.operators, s.inputs, s.outputs, s.name
            )
            for g, s in enumerate(graphs)
        ]

    def model(self):
        return build(self.graphs(), self.metadata)

    def input_samples(self):
        """Per sample one array for each input of the main subgraph."""
        main = (self.subgraphs or [self._single()])[0]
        return [
            [
                values(main.tensors[i], main.tensors[i].fill, self._random(("in", k, n)), k)
                for n, i in enumerate(main.inputs)
            ]
            for k in range(self.samples)
        ]

    def output_count(self):
        return len(self.subgraphs[0].outputs if self.subgraphs else self.outputs)

    def _single(self):
        tensors = [t for t in self.inputs if t is not NONE]
        index = {id(t): i for i, t in enumerate(tensors)}
        arguments = [-1 if t is NONE else index[id(t)] for t in self.inputs]
        inner = len(tensors)
        first = inner + len(self.intermediates)
        outputs = list(range(first, first + len(self.outputs)))
        fed = [i for i, t in enumerate(tensors) if t.data is None and not t.is_variable]
        operator = Operator(self.operator, arguments, outputs, self.options, list(range(inner, first)))
        return Subgraph(tensors + self.intermediates + self.outputs, [operator], fed, outputs)

    def _drawn(self, t, key):
        if not isinstance(t.data, _Later):
            return t
        return Tensor(
            t.shape, t.dtype, t.scale, t.zero_point, t.axis, values(t, t.data.fill, self._random(key), 0), t.name
        )

    def _random(self, key):
        return np.random.default_rng(zlib.crc32(f"{self.operator} {self.name} {key}".encode()))


_SPAN = {
    "int8": (-128, 127),
    "int16": (-32768, 32767),
    "uint8": (0, 255),
    "int32": (-3000, 3000),
    "int64": (-100000, 100000),
    "float32": (-4, 4),
    "bool": (0, 1),
    "int4": (-7, 7),
    "uint16": (0, 65535),
    "uint32": (0, 100000),
}


def values(t, fill, random, sample):
    """Values of a tensor. fill: "random" over the type's span, "extreme" (its ends only), "min", "max", "sweep" (every value
    in turn), (low, high) for that span, a dict sample -> fill, a list of numbers, or an array."""
    if isinstance(fill, dict):
        fill = fill[sample % len(fill)]
    if isinstance(fill, (list, np.ndarray)):
        return np.asarray(fill).astype(t.dtype).reshape(t.shape)
    low, high = fill if isinstance(fill, tuple) else _SPAN[t.dtype]
    count = int(np.prod(t.shape))
    if fill in ("min", "max"):
        flat = np.full(count, low if fill == "min" else high)
    elif fill == "extreme":
        flat = random.choice([low, high], count)
    elif fill == "sweep":
        flat = low + np.arange(count) % (high - low + 1)
    elif t.dtype == "float32":
        flat = random.uniform(low, high, count)
    else:
        flat = random.integers(low, high, count, endpoint=True)
    return flat.astype("int8" if t.dtype == "int4" else t.dtype).reshape(t.shape)


def rows(path=OPS_DEF):
    """Operators the engine's table holds, in its order; none before the table exists."""
    text = path.read_text() if path.exists() else ""
    return re.findall(r"^\s*OP\(\s*\d+\s*,\s*(\w+)\s*,", text, re.M)


def case_files():
    """Operators that have a case file."""
    return sorted(p.stem.upper() for p in CASES.glob("*.py") if not p.stem.startswith("_"))


def load(operator):
    """The cases of one operator, named and checked."""
    module = importlib.import_module(f"{__package__}.cases.{operator.lower()}")
    cases = list(module.cases())
    for c in cases:
        c.operator = c.operator or operator
        if c.twin:
            c.twin.operator = c.operator
        if c.reference not in REFERENCES or (c.reference != "tflm" and not c.why):
            raise ValueError(
                f"{operator} {c.name}: reference is {c.reference!r}, needs one of {REFERENCES} and, but for tflm, a why"
            )
    names = [c.name for c in cases]
    if twice := {n for n in names if names.count(n) > 1}:
        raise ValueError(f"{operator}: case names appear twice: {sorted(twice)}")
    return cases
