# SPDX-License-Identifier: MIT
"""Cases of CALL_ONCE: parameters only."""

from ._variables import variable_cases


def cases():
    yield from variable_cases()
