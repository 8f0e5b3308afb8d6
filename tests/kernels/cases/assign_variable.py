# SPDX-License-Identifier: MIT
"""Cases of ASSIGN_VARIABLE: parameters only."""

from ._variables import variable_cases


def cases():
    yield from variable_cases()
