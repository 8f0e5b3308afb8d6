# SPDX-License-Identifier: MIT
"""Every row of kernels/ops.def against the outside references, one test a case. The parameters stand in cases/, the
judgement in compare.py; tests/conftest.py sums up what was compared. One operator: pytest tests/kernels --op conv_2d
"""

import pytest

from . import case as case_module
from .compare import judge
from .show import parameters

QUICK_EVERY = 12  # the share of the cases that `-m "not slow"` runs


def _all_cases():
    files = set(case_module.case_files())
    for operator in case_module.rows():
        for n, c in enumerate(case_module.load(operator) if operator in files else []):
            marks = [] if n % QUICK_EVERY == 0 else [pytest.mark.slow]
            yield pytest.param(c, id=f"{operator.lower()}-{c.name}", marks=marks)


@pytest.mark.parametrize("case", list(_all_cases()))
def test_case(case, record_property):
    verdict = judge(case)
    record_property("compared", verdict.compared)
    record_property("differing", verdict.differing)
    if verdict.problem:
        pytest.fail(f"{case.operator} {case.name}: {verdict.problem}\n{parameters(case)}", pytrace=False)
