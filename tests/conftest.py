# SPDX-License-Identifier: MIT
"""What all tests share: `--op` to choose operators, and the sum of the compared values at the end. Fixtures of one part
live beside that part.
"""

from tests.kernels.case import case_files, rows


def pytest_addoption(parser):
    parser.addoption(
        "--op", action="append", default=[], metavar="NAME", help="run only these operators' kernel cases (conv_2d)"
    )


def pytest_collection_modifyitems(config, items):
    wanted = {name.lower() for name in config.getoption("--op")}
    if not wanted:
        return
    chosen = [
        i
        for i in items
        if "case" in getattr(i, "callspec", _NoCall).params and i.callspec.params["case"].operator.lower() in wanted
    ]
    config.hook.pytest_deselected(items=[i for i in items if i not in chosen])
    items[:] = chosen


class _NoCall:
    params = {}


def pytest_terminal_summary(terminalreporter):
    compared = differing = cases = 0
    for reports in terminalreporter.stats.values():
        for report in reports:
            properties = dict(getattr(report, "user_properties", ()))
            if "compared" in properties and report.when == "call":
                cases += 1
                compared += properties["compared"]
                differing += properties["differing"]
    if cases:
        terminalreporter.write_line(f"kernels: {cases} cases, {compared} values compared, {differing} differ")
        if lacking := sorted(set(case_files()) - set(rows())):
            terminalreporter.write_line(f"kernels: no row in ops.def, so not run: {' '.join(lacking)}")
