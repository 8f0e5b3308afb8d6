# SPDX-License-Identifier: MIT
"""Cases of VAR_HANDLE: parameters only."""

from ._variables import variable_cases


def cases():
    yield from variable_cases()
