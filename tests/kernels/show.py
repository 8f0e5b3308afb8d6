# SPDX-License-Identifier: MIT
"""Dumps cases for a person who writes a kernel: parameters, what each reference and our engine answer, the first
values. Judges nothing that the tests rely on.

    python -m tests.kernels.show conv_2d                 list the cases
    python -m tests.kernels.show conv_2d 12              one case by number or name; --write X.tflite saves its model
    python -m tests.kernels.show --survey conv_2d        what TFLM and LiteRT say of every case
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from . import case as case_module
from . import compare, oracle


def parameters(case):
    """The case's tensors, operators and options as text."""
    lines = []
    for n, g in enumerate(case.graphs()):
        lines.append(f"subgraph {n} {g.name}: inputs {list(g.inputs)} outputs {list(g.outputs)}")
        lines += [f"  t{i:<3} {_tensor(t)}" for i, t in enumerate(g.tensors)]
        lines += [f"  {o.name} {list(o.inputs)} -> {list(o.outputs)} {o.options}" for o in g.operators]
    return "\n".join(lines)


def _tensor(t):
    quantised = (
        ""
        if t.scale is None
        else f" scale {_short(t.scale)} zp {_short(t.zero_point)}" + (f" axis {t.axis}" if np.size(t.scale) > 1 else "")
    )
    kind = " variable" if t.is_variable else "" if t.data is None else f" = {_short(t.data)}"
    return f"{t.dtype}{list(t.shape)}{quantised}{kind}"


def _short(x, most=8):
    flat = np.asarray(x).ravel()
    text = " ".join(f"{v:.9g}" if flat.dtype.kind == "f" else str(v) for v in flat[:most])
    return text if flat.size == 1 else f"[{text}{' …' if flat.size > most else ''}]"


def _answers(case, show_values=True):
    """Prints what every backend says, and each against the case's reference."""
    model, samples = case.model(), case.input_samples()
    _, want = compare.reference_answer(case, model, samples)
    for backend in ("tflm", "litert", "engine"):
        got = oracle.run(backend, model, samples, case.output_count())
        if got.refused:
            print(f"{backend:7} refuses at {got.refused}: {got.said}")
            continue
        against = (
            ""
            if want.refused
            else compare.differences(case, want.outputs, got.outputs).problem or "equals the reference"
        )
        print(f"{backend:7} {against}")
        if show_values:
            for k, outputs in enumerate(got.outputs):
                print(
                    "\n".join(
                        f"        sample {k} output {n}: {o.dtype}{list(o.shape)} {_short(o, 24)}"
                        for n, o in enumerate(outputs)
                    )
                )


def _survey(operator):
    """One line a case that is not simply `TFLM and LiteRT agree`."""
    cases = case_module.load(operator)
    problems = 0
    for n, c in enumerate(cases):
        model, samples = (c.twin or c).model(), c.input_samples()
        tflm, litert = (oracle.run(b, model, samples, c.output_count()) for b in ("tflm", "litert"))
        named = (
            ("litert", litert)
            if c.reference.startswith("litert") or c.reference == "refused" and not tflm.refused
            else ("tflm", tflm)
        )
        problem = compare.oracle_problem(c, *named)
        problems += bool(problem)
        if tflm.refused or litert.refused or problem:
            print(
                f"{n:4} {c.name} [{c.reference}] tflm {tflm.refused or 'runs'} | litert {litert.refused or 'runs'} | "
                f"{'PROBLEM ' + problem if problem else tflm.said or litert.said}"
            )
        elif text := compare.differences(c, tflm.outputs, litert.outputs).problem:
            print(f"{n:4} {c.name} [{c.reference}] litert against tflm: {text.replace('engine', 'litert')}")
    print(f"{operator}: {len(cases)} cases, {problems} of them the reference does not answer as the case file says")
    return problems


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("operator", nargs="?", help="as its case file is called; with --survey, all where left out")
    p.add_argument("case", nargs="?", help="number or name")
    p.add_argument("--write", type=Path, help="save the case's model here")
    p.add_argument("--survey", action="store_true", help="run the references alone over every case")
    a = p.parse_args()
    if a.survey:
        names = [a.operator.upper()] if a.operator else case_module.case_files()
        raise SystemExit(bool(sum(_survey(o) for o in names)))
    cases = case_module.load(a.operator.upper())
    if a.case is None:
        print(
            "\n".join(f"{n:4} {c.name}" + (f"  [{c.reference}: {c.why}]" if c.why else "") for n, c in enumerate(cases))
        )
        return
    case = cases[int(a.case)] if a.case.isdigit() else next(c for c in cases if c.name == a.case)
    print(f"{case.operator} {case.name} reference {case.reference} {case.why}\n{parameters(case)}")
    for k, sample in enumerate(case.input_samples()):
        print(
            "\n".join(f"sample {k} input {n}: {v.dtype}{list(v.shape)} {_short(v, 24)}" for n, v in enumerate(sample))
        )
    _answers(case)
    if a.write:
        a.write.write_bytes(case.model())


if __name__ == "__main__":
    main()
