# SPDX-License-Identifier: MIT
"""Judges one case: our engine's values against the reference's, and refusals against refusals. Running either is
oracle.py's duty, saying what a case is the case files'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import oracle


@dataclass
class Verdict:
    compared: int = 0  # values
    differing: int = 0
    problem: str = ""  # empty where all is well


def reference_answer(case, model, samples):
    """(backend, answer): what the case's reference says; for a refusal either's."""
    if case.twin:
        model = case.twin.model()
    backend = "litert" if case.reference.startswith("litert") else "tflm"
    answer = oracle.run(backend, model, samples, case.output_count())
    if case.reference == "refused" and not answer.refused:  # TFLM takes some contradictions as they come
        backend, answer = "litert", oracle.run("litert", model, samples, case.output_count())
    return backend, answer


def judge(case):
    """Runs the case through reference and engine."""
    model, samples = case.model(), case.input_samples()
    backend, want = reference_answer(case, model, samples)
    if problem := oracle_problem(case, backend, want):
        return Verdict(problem=problem)
    got = oracle.run("engine", model, samples, case.output_count())
    if got.refused == "crash":
        return Verdict(problem=f"engine crashed: {got.said}")
    if case.reference == "refused":
        return Verdict(problem="" if got.refused else f"engine runs it, {backend} refuses: {want.said}")
    if got.refused:
        return Verdict(
            problem="" if case.reference == "litert_or_refused" else f"engine refuses at {got.refused}: {got.said}"
        )
    return differences(case, want.outputs, got.outputs)


def oracle_problem(case, backend, want):
    """Why the reference's answer does not fit what the case file claims; empty where it does."""
    if case.reference == "refused":
        return "" if want.refused else 'case says refused, but TFLM and LiteRT run it: give the case reference="tflm"'
    return f"{backend} refuses at {want.refused}: {want.said}; mark the case" if want.refused else ""


def differences(case, want, got):
    """Counts the values that differ, and shows the first."""
    verdict = Verdict()
    for k, (wanted, given) in enumerate(zip(want, got, strict=True)):
        for n, (w, g) in enumerate(zip(wanted, given, strict=True)):
            w, g = np.asarray(w), np.asarray(g)
            if w.dtype != g.dtype or w.shape != g.shape:
                return Verdict(problem=f"output {n}: engine gives {g.dtype}{g.shape}, reference {w.dtype}{w.shape}")
            wrong = different(w, g, case.max_ulp)
            verdict.compared += w.size
            verdict.differing += int(wrong.sum())
            if wrong.any() and not verdict.problem:
                verdict.problem = _first(k, n, w, g, wrong)
    return verdict


def different(want, got, max_ulp=0):
    """Mask of the values that differ; float32 bit for bit (any NaN equals any NaN), or within max_ulp where allowed."""
    if want.dtype != np.float32:
        return np.atleast_1d(want != got)
    want, got = np.atleast_1d(want), np.atleast_1d(got)
    both_nan = np.isnan(want) & np.isnan(got)
    return (np.abs(_ordered(want) - _ordered(got)) > max_ulp) & ~both_nan


def _ordered(x):
    """float32 as integers in numeric order, so that a difference counts units in the last place; -0 equals +0 only there."""
    bits = np.ascontiguousarray(x).view(np.int32).astype(np.int64)
    return np.where(bits < 0, -(2**31) - 1 - bits, bits)


def _first(sample, output, want, got, wrong):
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    w, g = np.atleast_1d(want)[at], np.atleast_1d(got)[at]
    return (
        f"sample {sample} output {output}: {int(wrong.sum())} of {want.size} values differ; first at {list(at)}: "
        f"engine {g!s}, reference {w!s}; shape {list(want.shape)}"
    )
