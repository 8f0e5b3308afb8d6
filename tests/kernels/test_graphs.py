# SPDX-License-Identifier: MIT
"""Random graphs against TFLM: the memory plan and in-place execution must not change a value. The graphs are grown in
graphs.py.
"""

import pytest

from .case import rows
from .compare import judge
from .graphs import cases
from .show import parameters

COUNT = 400
QUICK_EVERY = 20


def _graphs():
    for n, c in enumerate(cases(COUNT)):
        yield pytest.param(c, id=c.name, marks=[] if n % QUICK_EVERY == 0 else [pytest.mark.slow])


@pytest.mark.parametrize("case", list(_graphs()))
def test_graph(case, record_property):
    if missing := {o.name for o in case.subgraphs[0].operators} - set(rows()):
        pytest.skip(f"kernels/ops.def lacks {', '.join(sorted(missing))}")
    verdict = judge(case)
    record_property("compared", verdict.compared)
    record_property("differing", verdict.differing)
    if verdict.problem:
        pytest.fail(f"{case.name}: {verdict.problem}\n{parameters(case)}", pytrace=False)
