# SPDX-License-Identifier: MIT
"""Writes mpylite_errors.py with its tables, taken from the C sources' lists: errors.py OUTPUT, run from the top of the
tree."""

import re
import sys
from pathlib import Path

STATUS = Path("kernels/status.def")
OPERATORS = Path("kernels/ops.def")
REFUSALS = Path("firmware/mpy/refusals.def")
TYPES = Path("kernels/kernel.h")
CODE = Path(__file__).with_name("mpylite_errors.py")


def by_number(pairs):
    """Names in one string, each at the place of its number: a string is one object in the board's RAM."""
    names = {int(number): name for number, name in pairs}
    return " ".join(names.get(i, "") for i in range(max(names) + 1))


def tables():
    """The lines to append."""
    statuses = re.findall(r'^STATUS\((\w+), "(.*)"\)$', STATUS.read_text(), re.M)
    for name in ("OPERATOR_MISSING", "OPERATOR_UNKNOWN"):
        yield f"{name} = {[one for one, _ in statuses].index(name)}"
    yield f"STATUSES = {chr(10).join(text for _, text in statuses)!r}"
    operators = re.findall(r"^OP\((\d+), (\w+), \w+\)$", OPERATORS.read_text(), re.M)
    yield f"OPERATORS = {by_number(operators)!r}"
    types = re.findall(r"^    TENSOR_(\w+) = (\d+),$", TYPES.read_text(), re.M)
    yield f"TYPES = {by_number((number, name.lower()) for name, number in types)!r}"
    refusals = re.findall(r'^REFUSAL\((\w+), (\w+), "(.*)"\)$', REFUSALS.read_text(), re.M)
    yield "REFUSALS = ({})".format("".join(f"({kind}, {text!r}), " for _, kind, text in refusals))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(CODE.read_text() + "\n\n" + "\n".join(tables()) + "\n")
