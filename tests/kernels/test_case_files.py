# SPDX-License-Identifier: MIT
"""Ties the case files to kernels/ops.def: a row without cases fails here, and the harness itself is checked against
itself (a wrong value must be seen). What the cases compute is test_kernels.py's.
"""

import numpy as np
import pytest

from . import case as case_module
from .compare import differences, different

MINIMUM_CASES = 8


@pytest.mark.parametrize("operator", case_module.rows())
def test_row_has_cases(operator):
    assert operator in case_module.case_files(), (
        f"tests/kernels/cases/{operator.lower()}.py: none, ops.def has a row {operator}; write its cases"
    )
    assert len(case_module.load(operator)) >= MINIMUM_CASES


@pytest.mark.parametrize("operator", case_module.case_files())
def test_case_file_loads_and_builds(operator):
    cases = case_module.load(operator)
    assert len(cases) >= MINIMUM_CASES
    assert all(cases[n].model()[4:8] == b"TFL3" for n in range(0, len(cases), 25))


def test_cases_do_not_depend_on_the_run():
    first, again = (case_module.load("ADD")[0] for _ in range(2))
    assert first.model() == again.model()
    assert all((a == b).all() for a, b in zip(first.input_samples()[0], again.input_samples()[0], strict=True))


def test_a_wrong_value_is_seen():
    case = case_module.load("ADD")[0]
    want = [[np.arange(6, dtype=np.int8).reshape(2, 3)]]
    got = [[want[0][0].copy()]]
    assert differences(case, want, got).differing == 0
    got[0][0][1, 2] ^= 1
    verdict = differences(case, want, got)
    assert (verdict.compared, verdict.differing) == (6, 1) and "[1, 2]" in verdict.problem


def test_float_is_compared_bit_for_bit():
    one = np.array([1, 0, np.nan], np.float32)
    near = np.array([np.nextafter(np.float32(1), np.float32(2)), -0.0, np.nan], np.float32)
    assert different(one, near).tolist() == [True, True, False]
    assert different(one, near, max_ulp=1).tolist() == [False, False, False]
